"""Times as people write them who were asked for one: "9" is enough then."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.reading import Choice, Doubt, Moment, Reading, Trouble, Unread
from core.time_slots import date_orders
from core.time_vocabulary import folded
from core.time_words import Guesser, read_time, vocabulary_of

AN_HOUR: Final = re.compile(r"\d{1,2}", re.ASCII)
PAIR: Final = re.compile(r"(\d{1,2})\D(\d{1,2})", re.ASCII)
EITHER: Final = "en"
"""The language in which "at 9" may be in the morning or in the evening."""


def read_answer(
    text: str, now: datetime, zone: ZoneInfo, language: str, guess: Guesser | None = None
) -> Reading:
    """As `read_time`; but a number alone is an hour, and what may be a date or a time of day is
    a Choice between both.
    """
    plain = folded(text).strip()
    if AN_HOUR.fullmatch(plain):
        return read_time(f"at {plain}", now, zone, EITHER)
    reading = read_time(text, now, zone, language, guess)
    if isinstance(reading, Unread) and reading.trouble is Trouble.DATE_OR_TIME:
        return _either(plain, now, zone, language) or reading
    return reading


def _either(plain: str, now: datetime, zone: ZoneInfo, language: str) -> Choice | None:
    found = PAIR.fullmatch(plain)
    if found is None:
        return None
    both = int(found[1]), int(found[2])
    moments: dict[datetime, Moment] = {}
    for text in _meanings(*both, day_first=vocabulary_of(language).day_first):
        reading = read_time(text, now, zone, EITHER)
        if not isinstance(reading, Unread):
            told = reading.moments if isinstance(reading, Choice) else (reading,)
            moments |= {moment.at: moment for moment in told}
    in_order = tuple(moments[at] for at in sorted(moments))
    return Choice(in_order, (Doubt.DATE_OR_TIME,)) if in_order else None


def _meanings(first: int, second: int, *, day_first: bool) -> Iterator[str]:
    yield f"{first}:{second:02}"
    names = vocabulary_of(EITHER).months
    for _, month, day in date_orders(first, second, 0, day_first=day_first):
        yield f"{day} {names[month - 1]}"
