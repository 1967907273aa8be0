"""A calendar to press a time on: months, the hours of a day, the minutes of an hour. Pure values.

What can be pressed is ahead, within five years, and shown by the clocks of the zone. A press may
come from an old keyboard, or be made up: `read_payload` believes none of it.
"""

import re
from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from core.errors import InvalidInput
from core.preflight import HORIZON
from core.time_words import vocabulary_of
from core.wall_time import moments_at

FIELD: Final = "calendar"
NOTHING: Final = "cal:-"
BLANK: Final = "·"
BACK, ON = "‹", "›"
STEP_MINUTES: Final = 5
HOURS_A_ROW, MINUTES_A_ROW = 6, 4
DAY, STEP = timedelta(days=1), timedelta(minutes=STEP_MINUTES)


class View(StrEnum):
    """What a press asks for; the value stands in its payload."""

    MONTH = "m"  # the page of this month
    DAY = "d"  # the hours of this day
    HOUR = "h"  # the minutes of this hour
    TIME = "t"  # this very time


DIGITS: Final = {View.MONTH: "%Y%m", View.DAY: "%Y%m%d", View.HOUR: "%Y%m%d%H"} | {
    View.TIME: "%Y%m%d%H%M"
}
PAYLOAD = re.compile(r"cal:(?:m:[0-9]{6}|d:[0-9]{8}|h:[0-9]{10}|t:[0-9]{12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """A button: its text, and what pressing it carries, which may be NOTHING."""

    text: str
    data: str = NOTHING


@dataclass(frozen=True, slots=True)
class Pressed:
    """The view that is wanted, and the naive wall time at which it begins."""

    view: View
    wall: datetime


Rows = list[list[Cell]]


class CalendarPages:
    """The pages as they are at `now` (aware), in the zone, for a language."""

    def __init__(self, now: datetime, zone: ZoneInfo, language: str) -> None:
        self._now, self._zone = now.astimezone(UTC), zone
        self._words = vocabulary_of(language)
        self._first = (self._now + STEP).astimezone(zone).date()
        self._last = (self._now + HORIZON).astimezone(zone).date() - DAY

    def month(self, month: date) -> Rows:
        """The month of this day; the nearest one that can be shown, if that one cannot."""
        month = min(max(month, self._first), self._last).replace(day=1)
        start = self._words.week_starts[0]
        names = [Cell(self._words.weekdays[(start + n) % 7]) for n in range(7)]
        weeks = Calendar(start).monthdatescalendar(month.year, month.month)
        days = [[self._day(day, month) for day in week] for week in weeks]
        return [self._turning(month), names, *days]

    def hours(self, day: date) -> Rows:
        """A row that leads back to the month, and the hours of the day."""
        walls = [datetime.combine(day, time(hour)) for hour in range(24)]
        cells = [self._cell(View.HOUR, wall, f"{wall:%H}") for wall in walls]
        return [[self._back(View.MONTH, day)], *_rows(cells, HOURS_A_ROW)]

    def minutes(self, day: date, hour: int) -> Rows:
        """A row that leads back to the day, and times in steps of five minutes."""
        walls = _steps(datetime.combine(day, time(hour)))
        cells = [self._cell(View.TIME, wall, f"{wall:%H:%M}") for wall in walls]
        return [[self._back(View.DAY, day)], *_rows(cells, MINUTES_A_ROW)]

    def read_payload(self, data: str) -> Pressed | None:
        """What was pressed; None for NOTHING. Raises InvalidInput where there is no such button."""
        if data == NOTHING:
            return None
        pressed = _parsed(data)
        if not self._can_be_pressed(pressed):
            raise InvalidInput(FIELD, f"{pressed.wall:%Y-%m-%d %H:%M} cannot be chosen (any more)")
        return pressed

    def _can_be_pressed(self, pressed: Pressed) -> bool:
        wall, first = pressed.wall, self._first
        if pressed.view is View.MONTH:
            first = first.replace(day=1)
        if not first <= wall.date() <= self._last:
            return False
        if pressed.view is View.HOUR:
            return self._has_time(wall)
        is_step = wall.minute % STEP_MINUTES == 0
        return pressed.view is not View.TIME or (is_step and self._is_ahead(wall))

    def _turning(self, month: date) -> list[Cell]:
        before, after = (month - DAY).replace(day=1), (month + 31 * DAY).replace(day=1)
        title = f"{self._words.month_titles[month.month - 1]} {month.year}"
        return [
            self._cell(View.MONTH, before, BACK),
            Cell(title),
            self._cell(View.MONTH, after, ON),
        ]

    def _day(self, day: date, month: date) -> Cell:
        return self._cell(View.DAY, day, str(day.day)) if day.month == month.month else Cell(BLANK)

    def _back(self, view: View, day: date) -> Cell:
        weekday, month = self._words.weekdays[day.weekday()], self._words.months[day.month - 1]
        begin = day.replace(day=1) if view is View.MONTH else day
        return self._cell(view, begin, f"{BACK} {weekday}, {day.day} {month} {day.year}")

    def _cell(self, view: View, begin: date, text: str) -> Cell:
        wall = begin if isinstance(begin, datetime) else datetime.combine(begin, time())
        if not self._can_be_pressed(Pressed(view, wall)):
            return Cell(BLANK)
        return Cell(text, f"cal:{view}:{wall:{DIGITS[view]}}")

    def _has_time(self, hour: datetime) -> bool:
        return any(map(self._is_ahead, _steps(hour)))

    def _is_ahead(self, wall: datetime) -> bool:
        return any(moment > self._now for moment in moments_at(wall, self._zone))


def _parsed(data: str) -> Pressed:
    if PAYLOAD.fullmatch(data):
        _, view, digits = data.split(":")
        try:
            return Pressed(View(view), datetime.strptime(digits, DIGITS[View(view)]))  # noqa: DTZ007
        except ValueError:  # the 31st of February
            pass
    raise InvalidInput(FIELD, f"{data[:40]!r} is no button of the calendar")


def _steps(hour: datetime) -> list[datetime]:
    return [hour + n * STEP for n in range(60 // STEP_MINUTES)]


def _rows(cells: Sequence[Cell], length: int) -> Rows:
    return [list(cells[n : n + length]) for n in range(0, len(cells), length)]
