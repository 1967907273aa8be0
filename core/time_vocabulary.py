"""What words for times are made of: the items that the grammar reads, and a language's words."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

APOSTROPHES: Final = dict.fromkeys(map(ord, "'`´‘’‛ʻʼʽˈ′＇ʹ"))
LETTERS: Final = str.maketrans("ёўқғҳ", "еукгх")
"""Letters that people leave their marks off."""


class Part(IntEnum):
    """A part of the day."""

    AM = 0
    PM = 1
    MORNING = 2
    DAY = 3
    EVENING = 4
    NIGHT = 5


class Unit(IntEnum):
    """What durations are counted in."""

    SECOND = 0
    MINUTE = 1
    HOUR = 2
    DAY = 3
    WEEK = 4
    MONTH = 5
    YEAR = 6


# One letter a kind of item, so that the grammar can be written as patterns of letters.
NUMBER, YEAR_NUMBER, CLOCK, PAIR, ISO_DATE, DATE, OFFSET = "n", "Y", "c", "p", "d", "e", "z"
WEEKDAY, MONTH, DAYS_AHEAD, PART, MIDNIGHT, HALF = "w", "m", "o", "P", "M", "H"
ORDINAL = "h"
IN, AFTER, AT, AFTER_HOUR, NEXT, THIS, FILLER = "i", "a", "@", "%", "x", "t", "f"
UNIT, HOUR_UNIT, WEEK_UNIT, YEAR_UNIT = "u", "U", "K", "y"
DAY_OR_PART = "J"
"""The Russian for "3 days" and "3 in the afternoon" is one word."""

UNIT_CODES: Final = {Unit.HOUR: HOUR_UNIT, Unit.WEEK: WEEK_UNIT, Unit.YEAR: YEAR_UNIT}


@dataclass(frozen=True, slots=True)
class Item:
    """One part of a text. What `values` are depends on the kind: see time_items.py."""

    code: str
    values: tuple[float, ...] = ()
    text: str = ""


Words = Mapping[str, tuple[Item, ...]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A language's words for times, and what goes without saying in it.

    `words` are phrases of up to three words, folded. `either_half` are the hours that, written
    with no minutes, may be of the morning or of the evening. `week_starts` are the weekdays
    (0 is Monday) that people take for the first of a week, `shown` a format of an echo.
    """

    language: str
    words: Words
    day_first: bool
    either_half: range
    week_starts: tuple[int, ...]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    month_titles: tuple[str, ...]
    shown: str


def folded(text: str) -> str:
    """Small letters, without apostrophes and without the marks that people leave off."""
    plain = unicodedata.normalize("NFKC", text.translate(APOSTROPHES)).casefold()
    return plain.translate(LETTERS)


def spelled(code: str, phrases: str, *values: float) -> dict[str, tuple[Item, ...]]:
    """Phrases that mean one item: "from_now later" are two phrases."""
    return {phrase: (Item(code, values, phrase),) for phrase in _phrases(phrases)}


def numbered(code: str, *phrases: str, first: int = 0) -> dict[str, tuple[Item, ...]]:
    """Phrases that mean the numbers from `first` on."""
    found: dict[str, tuple[Item, ...]] = {}
    for number, each in enumerate(phrases, start=first):
        found |= spelled(code, each, number)
    return found


def compounds(tens: str, digits: str, first: int = 20) -> dict[str, tuple[Item, ...]]:
    """Phrases that mean 20, 21 … 29, 30 and so on: each ten, alone and with a digit after it."""
    found: dict[str, tuple[Item, ...]] = {}
    for ten, word in enumerate(tens.split()):
        both = (f"{word}_{digit}" for digit in digits.split())
        found |= numbered(NUMBER, word, *both, first=first + 10 * ten)
    return found


def units(**phrases: str) -> dict[str, tuple[Item, ...]]:
    """Phrases that mean a Unit, by its name in small letters."""
    found: dict[str, tuple[Item, ...]] = {}
    for name, each in phrases.items():
        unit = Unit[name.upper()]
        found |= spelled(UNIT_CODES.get(unit, UNIT), each, unit)
    return found


def parts(**phrases: str) -> dict[str, tuple[Item, ...]]:
    """Phrases that mean a Part, by its name in small letters."""
    found: dict[str, tuple[Item, ...]] = {}
    for name, each in phrases.items():
        found |= spelled(PART, each, Part[name.upper()])
    return found


def composed(phrases: str, *items: Item) -> dict[str, tuple[Item, ...]]:
    """Phrases that mean several items at once."""
    return dict.fromkeys(_phrases(phrases), items)


def _phrases(phrases: str) -> Iterator[str]:
    return (folded(phrase).replace("_", " ") for phrase in phrases.split())
