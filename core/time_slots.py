"""What a text says about a time, each thing in its place."""

from dataclasses import dataclass, field
from typing import Any

from core.reading import NotRead, Trouble
from core.time_vocabulary import PAIR, Item, Part, Unit

Clock = tuple[int, int, int]
NamedDate = tuple[int, int, int]
"""Year, month and day; 0 where the year, or the year and the month, are left open."""


@dataclass(slots=True)
class Slots:
    """None where nothing is said.

    `dates` are more than one where the order of day and month is open; `which` goes with the
    weekday ("next friday") and is an item's letter, as is the code of `week` ("next week").
    `is_bare`: an hour is told without minutes. `loose`: a mere number, taken for an hour if a
    day stands beside it. `pairs`: numbers that may be a date or a time, and whether a word
    beside them says that it is a time.
    """

    day_first: bool
    days_ahead: int | None = None
    weekday: int | None = None
    which: str | None = None
    week: Item | None = None
    dates: tuple[NamedDate, ...] | None = None
    date_text: str = ""
    clock: Clock | None = None
    part: Part | None = None
    is_midnight: bool | None = None
    amounts: list[tuple[float, Unit]] | None = None
    offset_s: int | None = None
    is_iso: bool = False
    is_bare: bool = False
    loose: str = ""
    pairs: list[tuple[Item, bool]] = field(default_factory=list)

    def set(self, text: str, **values: Any) -> None:
        """Raises NotRead where it was said before."""
        for name, value in values.items():
            if getattr(self, name) is not None:
                raise NotRead(Trouble.TOLD_TWICE, text)
            setattr(self, name, value)

    @property
    def has_day(self) -> bool:
        return any(
            value is not None for value in (self.days_ahead, self.weekday, self.dates, self.week)
        )

    @property
    def has_time(self) -> bool:
        return self.clock is not None or self.is_midnight is not None


def settle_pairs(slots: Slots) -> None:
    """Decide which pairs are dates and which are times; raises NotRead where both could be."""
    if len(slots.pairs) == 2 and not slots.has_time and not slots.has_day:
        (date, _), (time, _) = slots.pairs
        _as_date(slots, date)
        return _as_time(slots, time)
    for pair, is_said in slots.pairs:
        if slots.has_time or (not _is_time(pair) and slots.days_ahead is None):
            _as_date(slots, pair)
        elif is_said or _is_time_here(slots, pair):
            _as_time(slots, pair)
        else:
            raise NotRead(Trouble.DATE_OR_TIME, pair.text)
    return None


def date_orders(first: int, second: int, year: int, *, day_first: bool) -> tuple[NamedDate, ...]:
    """The dates that two numbers can mean, with the year that stands beside them or 0."""
    orders = ((second, first),) if day_first else ((second, first), (first, second))
    found = [(year, month, day) for month, day in orders if month in range(1, 13) and day <= 31]
    return tuple(dict.fromkeys(found))


def _is_time_here(slots: Slots, pair: Item) -> bool:
    if slots.days_ahead is not None or slots.dates is not None:
        return True
    return not _dates(slots, pair)


def _is_time(pair: Item) -> bool:
    """18.30 is one. 18-30 is, too; but 9-10 may be a span of time: what follows is an hour."""
    hour, minute = _numbers(pair)
    separator = pair.text[-3]
    may_be = separator == "." or (separator == "-" and minute >= 24)
    return may_be and hour < 24 and minute < 60


def _dates(slots: Slots, pair: Item) -> tuple[NamedDate, ...]:
    if "," in pair.text:
        return ()
    return date_orders(*_numbers(pair), 0, day_first=slots.day_first)


def _as_date(slots: Slots, pair: Item) -> None:
    dates = _dates(slots, pair)
    if not dates:
        trouble = Trouble.UNKNOWN if "," in pair.text else Trouble.NO_SUCH_DATE
        raise NotRead(trouble, pair.text)
    slots.set(pair.text, dates=dates)
    slots.date_text = pair.text


def _as_time(slots: Slots, pair: Item) -> None:
    if not _is_time(pair):
        raise NotRead(Trouble.NO_SUCH_TIME, pair.text)
    slots.set(pair.text, clock=(*_numbers(pair), 0))


def _numbers(pair: Item) -> tuple[int, int]:
    assert pair.code == PAIR
    first, second = pair.values
    return int(first), int(second)
