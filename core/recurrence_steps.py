"""Rules by the minute or the hour: steps of elapsed time, whatever the clocks do meanwhile."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from math import gcd
from zoneinfo import ZoneInfo

from core.recurrence_rule import SILENCE_DAYS, Rule

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY_MINUTES = 1_440


class Steps:
    """The moments `start`, `start` + a step, + two steps …, of which the BY parts let some through.

    The BY parts look at what the clock shows then. BYMINUTE in a rule by the hour stands for
    those minutes of each hour that it counts, instead of the minute of its start.
    """

    def __init__(self, rule: Rule, zone: ZoneInfo, start: datetime) -> None:
        self._rule, self._zone, self._start = rule, zone, start
        self._unit = MINUTE if rule.freq == "MINUTELY" else HOUR
        self._picks_minutes = rule.freq == "HOURLY" and "BYMINUTE" in rule.by
        self._step = MINUTE if self._picks_minutes else self._unit * rule.interval
        self._first = start
        if self._picks_minutes:
            self._first -= start.astimezone(zone).minute * MINUTE
        # While clocks do not change, what is counted falls on minutes of the day that are apart
        # by multiples of this.
        self._apart = gcd(self._unit * rule.interval // MINUTE, DAY_MINUTES)
        self._wanted = {minute % self._apart for minute in self._minutes_of_day()}
        self._meetings: dict[int, bool] = {}

    def first_from(self, moment: datetime) -> datetime | None:
        """The first at or after this moment; None where there is none in ten years."""
        limit = max(moment, self._start) + timedelta(days=SILENCE_DAYS)
        tried = self._on_step(moment)
        while tried < limit:
            earliest = self._not_before(tried)
            if earliest == tried:
                return tried
            tried = self._on_step(earliest)
        return None

    def _on_step(self, moment: datetime) -> datetime:
        """The first step at or after this moment."""
        return self._start + self._step * max(0, -((self._start - moment) // self._step))

    def _not_before(self, moment: datetime) -> datetime:
        """The moment itself if the rule lets it through, else one with none in between."""
        if self._picks_minutes and (wait := self._until_counted_hour(moment)):
            return moment + wait
        local = moment.astimezone(self._zone)
        if not self._is_day(local.date()):
            midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time())
            return max(in_utc(midnight, self._zone), moment + MINUTE)
        if not self._meets(moment, local):
            return self._later(moment, local, 24)
        if not self._lets_through("BYHOUR", local.hour):
            ahead = min((hour - local.hour) % 24 for hour in self._rule.by["BYHOUR"])
            return self._later(moment, local, ahead)
        if not self._lets_through("BYMINUTE", local.minute):
            return moment + MINUTE
        return moment

    def _until_counted_hour(self, moment: datetime) -> timedelta:
        """How long until an hour that the interval counts; nothing within one."""
        every = HOUR * self._rule.interval
        into = (moment - self._first) % every
        return every - into if into >= HOUR else timedelta()

    def _meets(self, moment: datetime, local: datetime) -> bool:
        """Whether minutes that are let through are ever counted, as long as clocks do not change.

        If not, it would be in vain to try the minutes one by one, for years.
        """
        passed = (moment - self._first) // MINUTE
        shift = (local.hour * 60 + local.minute - passed) % self._apart
        if shift not in self._meetings:
            width = 60 if self._picks_minutes else 1
            self._meetings[shift] = any((m - shift) % self._apart < width for m in self._wanted)
        return self._meetings[shift]

    def _minutes_of_day(self) -> Iterator[int]:
        """Those that BYHOUR and BYMINUTE let through."""
        for hour in self._rule.by.get("BYHOUR", range(24)):
            for minute in self._rule.by.get("BYMINUTE", range(60)):
                yield hour * 60 + minute

    def _later(self, moment: datetime, local: datetime, ahead: int) -> datetime:
        """The start of the hour that is so many ahead, or a moment before it."""
        for hours in (ahead, 1):
            following = moment + hours * HOUR - local.minute * MINUTE
            if following.astimezone(self._zone).utcoffset() == local.utcoffset():
                return following
        return moment + MINUTE  # clocks change meanwhile, and may do so within an hour

    def _is_day(self, day: date) -> bool:
        by = self._rule.by
        if "BYMONTHDAY" in by and not {day.day, _from_month_end(day)} & set(by["BYMONTHDAY"]):
            return False
        if "BYYEARDAY" in by and not _numbers_in_year(day) & set(by["BYYEARDAY"]):
            return False
        weekdays = [weekday for _, weekday in self._rule.days]
        if weekdays and day.weekday() not in weekdays:
            return False
        return self._lets_through("BYMONTH", day.month)

    def _lets_through(self, name: str, value: int) -> bool:
        allowed = self._rule.by.get(name)
        return allowed is None or value in allowed


def _from_month_end(day: date) -> int:
    """-1 on the last day of the month."""
    return (day - (day.replace(day=28) + timedelta(days=4)).replace(day=1)).days


def _numbers_in_year(day: date) -> set[int]:
    """From its start, and below zero from its end."""
    return {day.timetuple().tm_yday, (day - day.replace(month=12, day=31)).days - 1}


def in_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which clocks in the zone show this.

    What they never show is read by the offset before the gap (RFC 5545 3.3.5): so 02:30 is
    03:30 where clocks go from 02:00 to 03:00.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
