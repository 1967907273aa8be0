"""What a rule means, worked out minute by minute from what clocks show: slow, and plain to see."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from core.recurrence_rule import Rule

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAYS = 6


@dataclass(frozen=True, slots=True)
class Clocks:
    """A stretch of time in a zone: each of its minutes, and what clocks show then."""

    zone: str
    noon: datetime

    @property
    def moments(self) -> list[datetime]:
        return _moments(self.noon)

    @property
    def walls(self) -> list[datetime]:
        return _walls(self.zone, self.noon)

    def moment(self, wall: datetime) -> datetime:
        """The first minute that shows this; in a gap, as if clocks had not gone forward."""
        shown = _first_shown(self.zone, self.noon)
        if wall in shown:
            return shown[wall]
        [(before, last)] = [
            gap[:2] for gap in _gaps(self.zone, self.noon) if gap[1] < wall < gap[2]
        ]
        return before + (wall - last)


@cache
def _moments(noon: datetime) -> list[datetime]:
    minutes = DAYS * 24 * 60
    return [noon + n * MINUTE for n in range(-minutes // 2, minutes // 2)]


@cache
def _walls(zone: str, noon: datetime) -> list[datetime]:
    return [each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in _moments(noon)]


@cache
def _first_shown(zone: str, noon: datetime) -> dict[datetime, datetime]:
    shown = zip(_walls(zone, noon), _moments(noon), strict=True)
    return dict(reversed(list(shown)))


@cache
def _gaps(zone: str, noon: datetime) -> list[tuple[datetime, datetime, datetime]]:
    """The minute before each, what clocks show then, and what a minute later."""
    steps = zip(_moments(noon), pairwise(_walls(zone, noon)), strict=False)
    return [(moment, *walls) for moment, walls in steps if walls[1] - walls[0] > MINUTE]


def occurrences(rule: Rule, clocks: Clocks, starts: datetime) -> list[datetime]:
    """All of the rule within the stretch; `starts` is a wall time in it."""
    if rule.is_elapsed:
        return list(_elapsed(rule, clocks, starts))
    last = clocks.walls[-1]
    found = set()
    for number in range((last.date() - starts.date()).days + 1):
        day = starts.date() + number * DAY
        if is_day(rule, day, starts.date()):
            walls = [wall for wall in _times(rule, day, starts) if starts <= wall <= last]
            found |= {clocks.moment(wall) for wall in walls}
    return sorted(moment for moment in found if moment <= clocks.moments[-1])


def _times(rule: Rule, day: date, starts: datetime) -> Iterator[datetime]:
    for hour in rule.by.get("BYHOUR", (starts.hour,)):
        for minute in rule.by.get("BYMINUTE", (starts.minute,)):
            yield datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001


def _elapsed(rule: Rule, clocks: Clocks, starts: datetime) -> Iterator[datetime]:
    begins = clocks.moment(starts)
    place = bisect_left(clocks.moments, begins)
    for moment, wall in zip(clocks.moments[place:], clocks.walls[place:], strict=True):
        minutes = (moment - begins) // MINUTE
        if rule.freq == "MINUTELY":
            counted = minutes % rule.interval == 0
        elif "BYMINUTE" in rule.by:
            hour = (minutes + begins.astimezone(ZoneInfo(clocks.zone)).minute) // 60
            counted = hour % rule.interval == 0
        else:
            counted = minutes % (60 * rule.interval) == 0
        if counted and _is_let_through(rule, wall):
            yield moment


def _is_let_through(rule: Rule, wall: datetime) -> bool:
    return (
        wall.hour in rule.by.get("BYHOUR", range(24))
        and wall.minute in rule.by.get("BYMINUTE", range(60))
        and _is_limited_to(rule, wall.date())
    )


def _is_limited_to(rule: Rule, day: date) -> bool:
    left = (_next_month(day) - day).days
    dates = rule.by.get("BYMONTHDAY", (day.day,))
    return (
        day.month in rule.by.get("BYMONTH", range(1, 13))
        and (day.day in dates or -left in dates)
        and (not rule.days or any(_is_weekday(day, each) for each in rule.days))
    )


def _is_weekday(day: date, wanted: tuple[int, int]) -> bool:
    """By its place in the month: that of a year's weekdays is not worked out here."""
    ordinal, weekday = wanted
    from_start = (day.day - 1) // 7 + 1
    from_end = -(((_next_month(day) - day).days - 1) // 7 + 1)
    return day.weekday() == weekday and ordinal in (0, from_start, from_end)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


def is_day(rule: Rule, day: date, first: date) -> bool:
    """Is it one of the days of a rule by the day, week, month or year that began at `first`?"""
    if not _is_limited_to(rule, day):
        return False
    free = not rule.days and "BYMONTHDAY" not in rule.by
    if rule.freq == "DAILY":
        return (day - first).days % rule.interval == 0
    if rule.freq == "WEEKLY":
        weeks = (_week(rule, day) - _week(rule, first)).days // 7
        return weeks % rule.interval == 0 and (not free or day.weekday() == first.weekday())
    if rule.freq == "MONTHLY":
        months = (day.year - first.year) * 12 + day.month - first.month
        return months % rule.interval == 0 and (not free or day.day == first.day)
    in_month = "BYMONTH" in rule.by or not free or day.month == first.month
    on_date = not free or day.day == first.day
    return (day.year - first.year) % rule.interval == 0 and in_month and on_date


def _week(rule: Rule, day: date) -> date:
    return day - (day.weekday() - rule.week_start) % 7 * DAY


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)
