"""Which days a text may mean, as seen from today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from core.reading import Doubt, Note, NotRead, Trouble
from core.time_slots import NamedDate, Slots
from core.time_vocabulary import NEXT, Vocabulary

DAY, WEEK = timedelta(days=1), timedelta(days=7)
YEARS_AHEAD: Final = 8
"""The longest time without a 29th of February."""
MONTHS_AHEAD: Final = 2
"""The longest time without a 31st."""


@dataclass(frozen=True, slots=True)
class Days:
    """Rows of days, each in order; of a row the first day that is still ahead is meant.

    Where `asks`, all of a row are meant that are ahead, and a person chooses. `note` is told
    where the first day of a row is over. `each_hour`: a row is gone through for each hour by
    itself, so that of two hours one may be today and one tomorrow.
    """

    rows: tuple[tuple[date, ...], ...]
    doubt: Doubt | None = None
    note: Note | None = None
    asks: bool = False
    each_hour: bool = False


def days_of(slots: Slots, today: date, vocabulary: Vocabulary) -> Days:
    """Raises NotRead."""
    if slots.dates is not None:
        return _on_weekday(_dates(slots.dates, slots.date_text, today), slots, today)
    if slots.days_ahead is not None:
        return _on_weekday(Days(((today + slots.days_ahead * DAY,),)), slots, today)
    if slots.weekday is not None:
        return _weekday(slots.weekday, slots, today, vocabulary)
    is_midnight = slots.is_midnight is not None
    note = None if is_midnight else Note.TOMORROW
    return Days(((today, today + DAY),), note=note, each_hour=slots.has_time)


def _dates(named: tuple[NamedDate, ...], text: str, today: date) -> Days:
    year = named[0][0]
    if year and abs(year - today.year) > YEARS_AHEAD:  # far from the ends of the calendar
        raise NotRead(Trouble.PAST if year < today.year else Trouble.TOO_FAR)
    rows = tuple(filter(None, (_row(*each, today) for each in named)))
    if not rows:
        raise NotRead(Trouble.NO_SUCH_DATE, text)
    note = Note.NEXT_YEAR if named[0][1] else Note.NEXT_MONTH
    return Days(rows, Doubt.DATE_ORDER, note)


def _row(year: int, month: int, day: int, today: date) -> tuple[date, ...]:
    """The date, in the years or months to come if none is named. Today is not put off."""
    if not month:
        following = (divmod(today.month - 1 + ahead, 12) for ahead in range(MONTHS_AHEAD + 1))
        found = tuple(_existing((today.year + years, n + 1, day) for years, n in following))
    else:
        years = [year] if year else range(today.year, today.year + YEARS_AHEAD + 1)
        found = tuple(_existing((each, month, day) for each in years))
    return (today,) if today in found else found


def _existing(named: Iterable[NamedDate]) -> Iterator[date]:
    for each in named:
        try:
            yield date(*each)
        except ValueError:  # 30 February, or a 29th in most years
            continue


def _on_weekday(days: Days, slots: Slots, today: date) -> Days:
    """Only those that are on the weekday that stands beside them."""
    if slots.week is not None or slots.which is not None:
        raise NotRead(Trouble.TOLD_TWICE, slots.date_text)
    if slots.weekday is None:
        return days
    nearest = [[*(day for day in row if day >= today), row[-1]][0] for row in days.rows]
    rows = tuple((day,) for day in nearest if day.weekday() == slots.weekday)
    if not rows:
        raise NotRead(Trouble.WRONG_WEEKDAY, slots.date_text)
    return Days(rows, days.doubt)


def _weekday(weekday: int, slots: Slots, today: date, vocabulary: Vocabulary) -> Days:
    first = today + (weekday - today.weekday()) % 7 * DAY
    if slots.week is not None:
        weeks = int(slots.week.code == NEXT)
        found = {_in_week(weekday, today, weeks, start) for start in vocabulary.week_starts}
        return Days((tuple(sorted(found)),), Doubt.WHICH_WEEK, asks=True)
    if slots.which == NEXT:
        after = first if first > today else first + WEEK
        found = {_in_week(weekday, today, 1, start) for start in vocabulary.week_starts}
        return Days((tuple(sorted({after, *found})),), Doubt.WHICH_WEEK, asks=True)
    if slots.which is None and first == today:
        return Days(((first, first + WEEK),), Doubt.WHICH_WEEK, Note.NEXT_WEEK, asks=True)
    return Days(((first,),))


def _in_week(weekday: int, today: date, weeks: int, start: int) -> date:
    """That weekday of this week or a later one, where a week begins on the weekday `start`."""
    begins = today - (today.weekday() - start) % 7 * DAY + weeks * WEEK
    return begins + (weekday - start) % 7 * DAY
