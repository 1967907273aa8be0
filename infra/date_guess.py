"""What words that our own grammar does not know may mean: dateparser's guess, to be asked about.

Its answers want care. It tells "future" by the machine's or UTC's clock unless it is given a naive
base and a fixed zone (its issues 307, 1239); it drops what it does not know; a month without a
day becomes today's; and a time in a named zone comes back in another one. So it is asked in wall
times only, for dates that name their day, and no answer of its own is taken without a question.
"""

import logging
from datetime import datetime
from typing import Any, Final

from core.time_words import Guess

LANGUAGES: Final = ("en", "ru", "uz")
CHARACTERS: Final = 60
SETTINGS: Final = {
    "PREFER_DATES_FROM": "future",
    "TIMEZONE": "UTC",  # that of the base: nothing is to be shifted
    "RETURN_TIME_AS_PERIOD": True,
    "REQUIRE_PARTS": ["day"],
    "PARSERS": ["relative-time", "custom-formats", "absolute-time"],  # not "timestamp"
}

log = logging.getLogger(__name__)


def guess_time(text: str, now: datetime, language: str) -> Guess | None:
    """What it may mean; None where nothing. `now` is the naive local time.

    The first call imports dateparser and builds its tables (0.3 s): not in an event loop.
    """
    if len(text) > CHARACTERS:
        return None
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]  # noqa: PLC0415

    languages = sorted(LANGUAGES, key=lambda each: each != language)
    settings: dict[str, Any] = {**SETTINGS, "RELATIVE_BASE": now}
    try:
        parser = DateDataParser(languages=languages, use_given_order=True, settings=settings)
        found = parser.get_date_data(text)
    except Exception:  # of a large parser of strangers' texts nothing can be ruled out
        log.exception("dateparser failed")
        return None
    if found.date_obj is None or found.date_obj.tzinfo is not None:
        return None
    at = found.date_obj.time() if found.period == "time" else None
    return Guess(found.date_obj.date(), at and at.replace(microsecond=0))
