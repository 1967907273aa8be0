"""Recurrences in words, in English, Russian and Uzbek: "every 2 weeks on tue" is FREQ=WEEKLY;…"""

import re
from typing import Final

from core.errors import InvalidInput
from core.reading import NotRead
from core.recurrence_grammar import parts_of
from core.recurrence_rule import ELAPSED, RULE_CHARACTERS, parse_rule
from core.recurrence_said import Parts
from core.recurrence_words_en import ENGLISH_RULES
from core.recurrence_words_ru import RUSSIAN_RULES
from core.recurrence_words_uz import UZBEK_RULES
from core.time_items import items_of, tokens_of
from core.time_vocabulary import folded

EXAMPLES: Final = (
    'write "every day", "every weekday at 09:00", "every mon, wed and fri", '
    '"every 2 weeks on tue", "every month on the 15th", "on the last day of every month", '
    '"every first monday of the month", "every 30 minutes", with "until 2026-12-31" or '
    '"5 times" after it; in Russian "каждый день в 9:00", in Uzbek "har kuni 9:00"; '
    "or a rule such as FREQ=WEEKLY;BYDAY=MO"
)
VOCABULARIES: Final = (ENGLISH_RULES, RUSSIAN_RULES, UZBEK_RULES)

DASH = re.compile(r"(?<=[^\W\d_])\s*[-–—]\s*(?=[^\W\d_])")
SPAN = " + "
"""A dash between words ("mon-fri") says "to"; elsewhere a dash parts words, as a space does."""


def rule_of(text: str, field: str = "repeat") -> str:
    """The rule that is meant, in its one spelling; raises InvalidInput with examples.

    A rule as RFC 5545 writes it is let through. Words of all three languages are understood,
    those of one at a time. "at 09:00" becomes its BYHOUR and BYMINUTE. What may mean two rules
    is refused.
    """
    if "=" in text:
        return parse_rule(text, field)
    parts = _read(text)
    if parts is None:
        raise InvalidInput(field, f"{text[:60]!r} is not understood", EXAMPLES)
    if parts["FREQ"] in ELAPSED and "BYHOUR" in parts:
        remedy = 'write "every day at 09:00", or leave the time to the start'
        raise InvalidInput(field, f"{text[:60]!r} has a time of day, and comes more often", remedy)
    return parse_rule(";".join(f"{name}={value}" for name, value in parts.items()), field)


def _read(text: str) -> Parts | None:
    plain = folded(text[: RULE_CHARACTERS + 1])
    if len(plain) > RULE_CHARACTERS or "+" in plain:
        return None
    tokens = tokens_of(DASH.sub(SPAN, plain).replace(": ", " "))
    for vocabulary in VOCABULARIES:
        try:
            return parts_of(items_of(tokens, vocabulary), vocabulary)
        except NotRead:
            continue
    return None
