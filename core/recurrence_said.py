"""What a text says about a recurrence, each thing in its place, and the rule that this makes."""

from dataclasses import dataclass
from typing import Any, Final

from core.reading import NotRead, Trouble
from core.recurrence_rule import WEEKDAYS
from core.recurrence_vocabulary import WORKDAYS
from core.time_vocabulary import Unit

FREQS: Final = {
    Unit.MINUTE: "MINUTELY",
    Unit.HOUR: "HOURLY",
    Unit.DAY: "DAILY",
    Unit.WEEK: "WEEKLY",
    Unit.MONTH: "MONTHLY",
    Unit.YEAR: "YEARLY",
}
GROUPS: Final = ((0, 1, 2, 3, 4), (5, 6))
FIRST, LAST = 1, -1

Parts = dict[str, str]


@dataclass(slots=True)
class Said:
    """None where nothing is said.

    `every`: that it comes again is told. `of_month`: a month is named, and none is counted.
    `nth` is a number, -1 for the last, and what it counts: weekdays from 0 on, a group of them
    (`of_group`), or a unit. `dates` are days of a month; `named_day`: in words that could count
    days as well. `date` is a day and a month of the year.
    """

    every: bool = False
    of_month: bool = False
    interval: int | None = None
    unit: Unit | None = None
    weekdays: tuple[int, ...] | None = None
    nth: int | None = None
    nth_day: int | None = None
    nth_group: int | None = None
    nth_unit: Unit | None = None
    dates: tuple[int, ...] | None = None
    named_day: bool = False
    date: tuple[int, int] | None = None
    clock: tuple[int, int] | None = None
    until: str | None = None
    count: int | None = None

    def set(self, text: str, **values: Any) -> None:
        """Raises NotRead where it was said before, unless just so: "weekdays, mon to fri"."""
        for name, value in values.items():
            if getattr(self, name) not in (None, value if name == "weekdays" else None):
                raise NotRead(Trouble.TOLD_TWICE, text)
            setattr(self, name, value)

    def parts(self) -> Parts:
        """By the names of RFC 5545; raises NotRead where it is no rule, or might be two."""
        if not (self.every or self.of_month):
            raise NotRead(Trouble.EMPTY)
        days = [self.weekdays, self.nth, self.dates, self.date]
        if sum(each is not None for each in days) > 1:
            raise NotRead(Trouble.TOLD_TWICE)
        return self._days() | self._ending()

    def _days(self) -> Parts:
        if self.weekdays is not None:
            return self._every(Unit.WEEK) | {"BYDAY": _codes(self.weekdays)}
        if self.nth is not None:
            return self._nth(self.nth)
        if self.dates is not None:
            return self._on_dates(self.dates)
        if self.date is not None:
            month, day = self.date
            return self._every(Unit.YEAR) | {"BYMONTH": str(month), "BYMONTHDAY": str(day)}
        return self._every(None)

    def _every(self, meant: Unit | None) -> Parts:
        """So many of the unit that is told, or goes without saying; and no other."""
        unit = self.unit if self.unit is not None else meant
        if unit is None or meant not in (None, unit):
            raise NotRead(Trouble.UNKNOWN)
        if self.of_month and unit is not Unit.MONTH:
            raise NotRead(Trouble.UNKNOWN)
        interval = 1 if self.interval is None else self.interval
        return {"FREQ": FREQS[unit], "INTERVAL": str(interval)}

    def _on_dates(self, dates: tuple[int, ...]) -> Parts:
        if self.named_day and not self._names_month:
            raise NotRead(Trouble.UNKNOWN)
        return self._every(Unit.MONTH) | {"BYMONTHDAY": ",".join(map(str, dates))}

    def _nth(self, nth: int) -> Parts:
        """Of a month: "every second tuesday" alone may as well be every other one."""
        if self.nth_unit is not None:
            return self._nth_unit(nth, self.nth_unit)
        if not self._names_month and nth not in (FIRST, LAST):
            raise NotRead(Trouble.UNKNOWN)
        monthly = self._every(Unit.MONTH)
        if self.nth_day is not None:
            return monthly | {"BYDAY": f"{nth}{WEEKDAYS[self.nth_day]}"}
        if self.nth_group != WORKDAYS or nth not in (FIRST, LAST):
            raise NotRead(Trouble.UNKNOWN)
        return monthly | {"BYDAY": _codes(GROUPS[WORKDAYS]), "BYSETPOS": str(nth)}

    def _nth_unit(self, nth: int, unit: Unit) -> Parts:
        """A day of the month; else every second day, or week."""
        if unit is Unit.DAY and self._names_month:
            return self._every(Unit.MONTH) | {"BYMONTHDAY": str(nth)}
        if nth < 2 or self.unit is not None or not self.every:
            raise NotRead(Trouble.UNKNOWN)
        return {"FREQ": FREQS[unit], "INTERVAL": str(nth)}

    @property
    def _names_month(self) -> bool:
        return self.of_month or self.unit is Unit.MONTH

    def _ending(self) -> Parts:
        hour, minute = self.clock or (None, None)
        told = {"BYHOUR": hour, "BYMINUTE": minute, "UNTIL": self.until, "COUNT": self.count}
        return {name: str(value) for name, value in told.items() if value is not None}


def _codes(days: tuple[int, ...]) -> str:
    return ",".join(WEEKDAYS[day] for day in days)
