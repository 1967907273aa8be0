"""A text as the items that the grammar reads. One pass, and no pattern that goes back.

The `values` of an item: of a number or a year, itself; of a clock, hour, minute and second; of a
pair (1.12, 18.30 or 1,5), both numbers; of an ISO date, year, month and day; of another date, its
numbers as they stand, the year in full; of an offset, seconds and whether it says that it is one;
of a word, what its vocabulary says.
"""

import re
from itertools import takewhile
from typing import Final

from core.reading import NotRead, Trouble
from core.time_vocabulary import (
    CLOCK,
    DATE,
    FILLER,
    IN,
    ISO_DATE,
    NUMBER,
    OFFSET,
    PAIR,
    YEAR_NUMBER,
    Item,
    Vocabulary,
)

CHARACTERS: Final = 100
PHRASE_WORDS: Final = 3
YEARS: Final = range(2000, 2200)
OFFSET_HOURS_MAX: Final = 14
CENTURY: Final = 2000

TOKEN = re.compile(
    r"""
    (?P<iso>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?![0-9])(?:t(?=[0-9]))?
    |(?P<date>[0-9]{1,2}(?P<by>[./-])[0-9]{1,2}(?P=by)(?:[0-9]{4}|[0-9]{2}))(?![0-9])
    |(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)(?![0-9:])
    |(?P<pair>[0-9]{1,3}[./,-][0-9]{1,2})(?![0-9:])
    |(?P<offset>(?:(?:utc|gmt)\ ?)?[+-][0-9]{2}:?[0-9]{2}(?!\w)|(?:utc|gmt|z)(?!\w))
    |(?P<number>[0-9]{1,6})(?![0-9])
    |(?P<word>[^\W\d_]+|@)
    |(?P<plus>\+)
    |(?P<space>[\s,.;!?()«»"]+|[–—_-]+)
    |(?P<other>[0-9]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
HALF_OF_DAY = re.compile(r"\b([ap])\.\s?m\b\.?")

Token = tuple[str, str]


def tokens_of(text: str) -> list[Token]:
    """The kinds and texts of a folded text's tokens, without what parts them."""
    found = TOKEN.finditer(HALF_OF_DAY.sub(r"\1m", text))
    tokens = ((match.lastgroup or "", match[0]) for match in found)
    return [(kind, token) for kind, token in tokens if kind != "space"]


def items_of(tokens: list[Token], vocabulary: Vocabulary) -> list[Item]:
    """What the tokens mean in this language; raises NotRead."""
    items: list[Item] = []
    at = 0
    while at < len(tokens):
        kind, text = tokens[at]
        if kind == "word":
            length, found = _phrase(tokens[at : at + PHRASE_WORDS], vocabulary)
        else:
            length, found = 1, (_item(kind, text),)
        items += found
        at += length
    return [item for item in items if item.code != FILLER]


def known_words(tokens: list[Token], vocabulary: Vocabulary) -> int:
    """How many words are of this language."""
    return sum(kind == "word" and text in vocabulary.words for kind, text in tokens)


def _phrase(tokens: list[Token], vocabulary: Vocabulary) -> tuple[int, tuple[Item, ...]]:
    """The longest phrase that is known, and of how many words it is."""
    words = [text for _, text in takewhile(lambda token: token[0] == "word", tokens)]
    for length in range(len(words), 0, -1):
        if found := vocabulary.words.get(" ".join(words[:length])):
            return length, found
    raise NotRead(Trouble.UNKNOWN, words[0])


def _item(kind: str, text: str) -> Item:
    numbers = [int(digits) for digits in re.findall(r"[0-9]{1,6}", text)]
    match kind:
        case "number":
            is_year = len(text) == 4 and numbers[0] in YEARS
            return Item(YEAR_NUMBER if is_year else NUMBER, (numbers[0],), text)
        case "clock":
            return Item(CLOCK, (*numbers, 0)[:3], text)
        case "pair":
            return Item(PAIR, tuple(numbers), text)
        case "iso":
            return Item(ISO_DATE, tuple(numbers), text)
        case "date":
            *others, year = numbers
            return Item(DATE, (*others, year if year >= 100 else CENTURY + year), text)
        case "offset":
            return _offset(text)
        case "plus":
            return Item(IN, (), text)
    raise NotRead(Trouble.UNKNOWN, text)


def _offset(text: str) -> Item:
    """Seconds; and whether it is marked as an offset: a bare -10:00 may end a span of time."""
    sign, digits = -1 if "-" in text else 1, re.sub("[^0-9]", "", text) or "0000"
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > OFFSET_HOURS_MAX or minutes > 59:
        raise NotRead(Trouble.NO_SUCH_TIME, text)
    return Item(OFFSET, (sign * (hours * 3600 + minutes * 60), text[0].isalpha()), text)
