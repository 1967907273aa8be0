"""What words for recurrences are made of, beside the items of times (time_vocabulary.py)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from core.time_vocabulary import (
    AFTER_HOUR,
    AT,
    CLOCK,
    DAY_OR_PART,
    HOUR_UNIT,
    MONTH,
    NUMBER,
    ORDINAL,
    PART,
    UNIT,
    WEEK_UNIT,
    WEEKDAY,
    YEAR_UNIT,
    Item,
    Part,
    Unit,
    Vocabulary,
)

# One letter a kind of item, none of them one of time_vocabulary's.
EVERY, OTHER, NTH, GROUP, HABIT = "E", "O", "r", "g", "W"
TIMES, IN_ALL, UNTIL, UNTIL_AFTER, RANGE = "T", "S", "<", ">", "-"
DAY_WORD, DAYS_WORD = "D", "L"
"""The Uzbek for "day" that stands behind weekdays and dates, and its plural."""

WORKDAYS, WEEKEND = 0, 1
"""The values of a GROUP. An NTH has its number, -1 for the last; a HABIT ("on mondays") its day."""

OF_TIMES: Final = frozenset(
    (NUMBER, WEEKDAY, MONTH, UNIT, HOUR_UNIT, WEEK_UNIT, YEAR_UNIT, DAY_OR_PART)
) | frozenset((PART, ORDINAL, AT, AFTER_HOUR, CLOCK))
UNITS: Final = frozenset((UNIT, HOUR_UNIT, WEEK_UNIT, YEAR_UNIT))

Words = Mapping[str, tuple[Item, ...]]


def of_rules(times: Vocabulary, words: Words) -> Vocabulary:
    """The language's words for times that rules are told with, too, and these."""
    kept = {
        phrase: items
        for phrase, items in times.words.items()
        if all(_is_of_rules(phrase, item) for item in items)
    }
    return replace(times, words=kept | dict(words))


def _is_of_rules(phrase: str, item: Item) -> bool:
    """No rule is finer than a minute, which night is meant stays open, and "m" is too short."""
    if item.code in UNITS:
        return len(phrase) > 1 and item.values != (Unit.SECOND,)
    return item.code in OF_TIMES and not (item.code == PART and item.values == (Part.NIGHT,))


def unit(code: str, which: Unit) -> Item:
    return Item(code, (which,))
