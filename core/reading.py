"""How a time that a person wrote was read: a moment, a choice between some, or not at all."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo


class Note(StrEnum):
    """What is told with a moment, as it may surprise."""

    TOMORROW = "tomorrow"  # that time of day has passed today
    NEXT_WEEK = "next_week"  # that weekday is today, and the time has passed
    NEXT_MONTH = "next_month"  # that day has passed this month
    NEXT_YEAR = "next_year"  # that date has passed this year
    SHIFTED = "shifted"  # clocks go forward over that time: this is the next that exists
    TWICE = "twice"  # clocks go back over that time; the offset tells which of the two it is


class Doubt(StrEnum):
    """Why there is a choice."""

    DATE_ORDER = "date_order"  # 03.04 is the 3rd of April or the 4th of March
    HALF_OF_DAY = "half_of_day"  # "at 9" is in the morning or in the evening
    WHICH_WEEK = "which_week"  # "friday" on a Friday, "next friday" on a Wednesday
    WHICH_NIGHT = "which_night"  # midnight begins a day, or ends it
    TIME_OF_DAY = "time_of_day"  # a day was written, and no time
    CLOCK_BACK = "clock_back"  # clocks go back, and show this time twice
    DATE_OR_TIME = "date_or_time"  # 9.12 is a time of day, or a day and no time
    GUESSED = "guessed"  # our own grammar does not know the words


class Trouble(StrEnum):
    """Why there is no moment."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"  # a part was not understood
    TOLD_TWICE = "told_twice"  # a part says again, or against another, what was said before
    DATE_OR_TIME = "date_or_time"  # 9.12 alone is either
    NO_SUCH_DATE = "no_such_date"
    NO_SUCH_TIME = "no_such_time"
    WRONG_WEEKDAY = "wrong_weekday"  # that date is another day of the week
    PAST = "past"
    TOO_FAR = "too_far"  # more than five years ahead


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is UTC; `asked` is the wall time that was meant, where clocks leave that one out."""

    at: datetime
    zone: ZoneInfo
    notes: tuple[Note, ...] = ()
    asked: datetime | None = None

    @property
    def local(self) -> datetime:
        """As clocks in the zone show it; aware."""
        return self.at.astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Choice:
    """One or more moments, in order. A person has to take one: even if there is but one."""

    moments: tuple[Moment, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """`part` is what was at fault, as it was understood: in small letters, without apostrophes."""

    trouble: Trouble
    part: str = ""


Reading: TypeAlias = Moment | Choice | Unread


class NotRead(Exception):
    """Inside the grammar: ends the reading of a text. Never leaves it."""

    def __init__(self, trouble: Trouble, part: str = "") -> None:
        self.unread = Unread(trouble, part)
        super().__init__(trouble, part)
