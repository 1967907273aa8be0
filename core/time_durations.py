"""Durations as people count them: hours by elapsed time, days and months by the calendar."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.reading import NotRead, Trouble
from core.time_vocabulary import Unit

SECONDS: Final = {
    Unit.SECOND: 1,
    Unit.MINUTE: 60,
    Unit.HOUR: 3_600,
    Unit.DAY: 86_400,
    Unit.WEEK: 604_800,
}
DAYS: Final = {Unit.DAY: 1, Unit.WEEK: 7}
MONTHS: Final = {Unit.MONTH: 1, Unit.YEAR: 12}
DAYS_MAX, MONTHS_MAX = 3_660, 120


@dataclass(frozen=True, slots=True)
class Duration:
    """Months and days move the date and leave the time of day; `elapsed` runs by the clock."""

    months: int = 0
    days: int = 0
    elapsed: timedelta = timedelta()
    to_the_second: bool = False

    @property
    def is_elapsed(self) -> bool:
        return not (self.months or self.days)

    def moved(self, wall: datetime) -> datetime:
        """The date moved; where a month is too short for the day, to its last."""
        month = wall.month - 1 + self.months
        year, month = wall.year + month // 12, month % 12 + 1
        day = min(wall.day, monthrange(year, month)[1])
        return wall.replace(year=year, month=month, day=day) + timedelta(days=self.days)


def duration_of(amounts: list[tuple[float, Unit]]) -> Duration:
    """Raises NotRead: more than ten years are too far, and half a month is not known."""
    months = days = 0
    elapsed_s = 0.0
    for count, unit in amounts:
        if unit in MONTHS and count == int(count):
            months += int(count) * MONTHS[unit]
        elif unit in DAYS and count == int(count):
            days += int(count) * DAYS[unit]
        elif unit in SECONDS:
            elapsed_s += count * SECONDS[unit]
        else:
            raise NotRead(Trouble.UNKNOWN, f"{count:g}")
    if months > MONTHS_MAX or days > DAYS_MAX or elapsed_s > DAYS_MAX * SECONDS[Unit.DAY]:
        raise NotRead(Trouble.TOO_FAR)
    precise = any(unit is Unit.SECOND for _, unit in amounts)
    return Duration(months, days, timedelta(seconds=elapsed_s), precise)
