"""The next occurrence of a rule in a time zone, right across changes of the clock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import rrule

from core.errors import InvalidInput
from core.recurrence_rule import SILENCE_DAYS, WEEKDAYS, YEARS, Rule, parse_rule, read_rule
from core.recurrence_steps import Steps, in_utc

__all__ = ["Recurrence", "parse_rule"]

DAY = timedelta(days=1)
EARLIER = 2 * DAY  # before the start, whatever a gap makes of it
COUNTED_FOR = timedelta(days=50 * 366)
END_OF_ALL = datetime(2300, 1, 1, tzinfo=UTC)
# The calendar repeats itself, weekdays too. dateutil looks for what never comes until the year
# 9999: asked about the last such cycle, it is done in a fraction of a second.
CYCLE_YEARS = 400
LAST_YEAR = 9_988
# Names that the system's folder of zones has beside those of places. What they mean depends on
# the machine that is asked, or they have no time at all.
NO_PLACES = ("localtime", "posixrules", "factory")

FREQUENCIES = {name: getattr(rrule, name) for name in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")}
ARGUMENTS = {
    "BYMONTH": "bymonth",
    "BYWEEKNO": "byweekno",
    "BYYEARDAY": "byyearday",
    "BYMONTHDAY": "bymonthday",
    "BYHOUR": "byhour",
    "BYMINUTE": "byminute",
    "BYSETPOS": "bysetpos",
}


class Recurrence:
    """A rule (RFC 5545), the zone whose clocks it follows, and the wall time that it starts from.

    A rule by the day, week, month or year follows the clock on the wall: every day at 09:00 is
    at 09:00 in winter and in summer. Where clocks go forward, a time that they leave out is read
    by the offset before (RFC 5545 3.3.5): 02:30 is then sent at 03:30, not left out. Where they
    go back, a time that comes twice is meant as the first of the two. What falls together with
    another occurrence by this is one with it.

    A rule by the hour or minute counts elapsed time from its start: across a change of the clock
    it neither pauses nor bunches. Its BY parts look at what the clock shows.

    What the rule leaves open is taken from `starts`, as in RFC 5545; but `starts` itself is an
    occurrence only if the rule says so. A rule that is silent for ten years has ended.
    """

    def __init__(self, rule: str, zone: str, starts: datetime, last: str = "") -> None:
        """`starts` is naive, to the minute. Raises InvalidInput.

        `last` spares the counting of a rule that has a COUNT: what the property of that name
        told when it was counted before.
        """
        if starts.tzinfo is not None or starts.second or starts.microsecond:
            raise InvalidInput("starts", "is not a local time in whole minutes")
        if starts.year not in YEARS:
            raise InvalidInput("starts", f"is in the year {starts.year}", "check the year")
        self._rule, self._zone, self._starts = read_rule(rule), _zone(zone), starts
        self.rule = str(self._rule)
        self._begins = in_utc(starts, self._zone)
        self._until = in_utc_of(last, self._zone) if last else self._end()
        self._steps = Steps(self._rule, self._zone, self._begins)
        self._arguments = {} if self._rule.is_elapsed else _arguments(self._rule, starts)

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    @property
    def starts(self) -> datetime:
        return self._starts

    @property
    def last(self) -> str:
        """With a COUNT, its last occurrence in the form of UNTIL; empty without.

        A rule on the wall has it on the wall too, so that it stays the last should the zone's
        clocks be set otherwise one day.
        """
        if not self._rule.count:
            return ""
        if self._rule.is_elapsed:
            return f"{self._until:%Y%m%dT%H%M%SZ}"
        return f"{self._shown(self._until):%Y%m%dT%H%M%S}"

    def first(self) -> datetime:
        """The first occurrence, UTC; raises InvalidInput where there is none."""
        found = self.next_after(self._begins - EARLIER)
        if found is None:
            problem = (
                "ends before it occurs" if self._rule.until else "does not occur within ten years"
            )
            raise InvalidInput("repeat", problem, "check its days, its months and its end")
        return found

    def next_after(self, moment: datetime) -> datetime | None:
        """The first occurrence later than this aware moment, UTC; None where there is none."""
        moment = max(moment, self._begins - EARLIER)
        if moment >= self._until:
            return None
        moment = moment.astimezone(UTC)
        if self._rule.is_elapsed:
            found = self._steps.first_from(moment + timedelta.resolution)
        else:
            found = self._on_the_wall_after(moment)
        return found if found and found <= self._until else None

    def upcoming(self, after: datetime, n: int) -> list[datetime]:
        """The next `n` occurrences after this aware moment, UTC; fewer where it ends before."""
        found: list[datetime] = []
        while len(found) < n and (following := self.next_after(after)) is not None:
            found.append(following)
            after = following
        return found

    def _on_the_wall_after(self, moment: datetime) -> datetime | None:
        # Occurrences that a gap has moved: no gap was ever longer than a day.
        begin = max(self._starts, self._shown(moment) - DAY)
        found: datetime | None = None
        shown = begin + timedelta(days=SILENCE_DAYS)
        for wall in self._walls(begin):
            if wall > shown:
                break
            occurrence = in_utc(wall, self._zone)
            if occurrence > moment and (found is None or occurrence < found):
                found, shown = occurrence, self._shown(occurrence)
                if shown == wall:
                    break
                # Moved by a gap: one that follows it in the rule may come before it.
        return found

    def _shown(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone).replace(tzinfo=None)

    def _walls(self, begin: datetime) -> Iterator[datetime]:
        """Wall times of the rule from `begin` on."""
        anchor = _period(self._rule, self._starts, begin)
        years = (LAST_YEAR - anchor.year) // CYCLE_YEARS * CYCLE_YEARS
        begin = begin.replace(year=begin.year + years)
        for wall in rrule.rrule(
            dtstart=anchor.replace(year=anchor.year + years), **self._arguments
        ):
            if wall >= begin:
                yield wall.replace(year=wall.year - years)

    def _end(self) -> datetime:
        """The last moment at which it may occur."""
        if self._rule.count:
            unending = str(replace(self._rule, count=None))
            return _last(unending, self._zone.key, self._starts, self._rule.count)
        text = self._rule.until
        if not text:
            return END_OF_ALL
        if "T" not in text:
            text += "T235959"
        # What clocks show twice is over the second time; what they leave out is read as ever.
        return max(in_utc_of(text, self._zone, fold) for fold in (0, 1))


@lru_cache(maxsize=4_096)
def _last(unending: str, zone: str, starts: datetime, count: int) -> datetime:
    """When the rule has come so often; at most what fifty years hold."""
    recurrence = Recurrence(unending, zone, starts)
    last = recurrence.first()
    give_up_at = last + COUNTED_FOR
    for _ in range(count - 1):
        following = recurrence.next_after(last)
        if following is None or following > give_up_at:
            break
        last = following
    return last


def in_utc_of(until: str, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The moment that 20261231T235959 or 20261231T235959Z names."""
    moment = datetime.fromisoformat(until.removesuffix("Z"))
    there = UTC if until.endswith("Z") else zone
    return moment.replace(tzinfo=there, fold=fold).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        if name.casefold() in NO_PLACES:
            raise LookupError(name)
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # no such file, or one that is no zone
        remedy = "write one such as Europe/Berlin, America/New_York or UTC"
        raise InvalidInput("tz", f"{name[:40]!r} is not a time zone", remedy) from None


def _arguments(rule: Rule, starts: datetime) -> dict[str, Any]:
    """For dateutil: the rule, with nothing in it left to the time that it starts from."""
    by, days = dict(rule.by), list(rule.days)
    by.setdefault("BYHOUR", (starts.hour,))
    by.setdefault("BYMINUTE", (starts.minute,))
    if rule.freq == "WEEKLY" or (rule.freq == "YEARLY" and "BYWEEKNO" in by):
        days = days or [(0, starts.weekday())]
    elif rule.freq != "DAILY" and not days and not by.keys() & {"BYMONTHDAY", "BYYEARDAY"}:
        by["BYMONTHDAY"] = (starts.day,)
        if rule.freq == "YEARLY":
            by.setdefault("BYMONTH", (starts.month,))
    return {
        "freq": FREQUENCIES[rule.freq],
        "interval": rule.interval,
        "wkst": rule.week_start,
        "bysecond": 0,
        "byweekday": [_weekday(ordinal, day) for ordinal, day in days] or None,
        **{ARGUMENTS[name]: values for name, values in by.items()},
    }


def _weekday(ordinal: int, day: int) -> rrule.weekday:
    weekday: rrule.weekday = getattr(rrule, WEEKDAYS[day])
    return weekday(ordinal) if ordinal else weekday


def _period(rule: Rule, starts: datetime, begin: datetime) -> datetime:
    """The start of the last year, month, week or day not after `begin` that the interval counts."""
    if rule.freq in ("YEARLY", "MONTHLY"):
        every = rule.interval * (12 if rule.freq == "YEARLY" else 1)
        first = starts.year * 12 + (0 if rule.freq == "YEARLY" else starts.month - 1)
        month = first + (begin.year * 12 + begin.month - 1 - first) // every * every
        return datetime(month // 12, month % 12 + 1, 1)  # noqa: DTZ001 (a wall time)
    every = rule.interval * (7 if rule.freq == "WEEKLY" else 1)
    into_week = (starts.weekday() - rule.week_start) % 7 if rule.freq == "WEEKLY" else 0
    midnight = datetime.combine(starts, time.min) - into_week * DAY
    return midnight + (begin - midnight).days // every * every * DAY
