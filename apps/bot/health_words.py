"""Parts of the system in words: which one, how it is, what to do about it."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.bot.texts import Words
from core.health_phrases import PHRASES, Phrase

PARTS = (
    *("database", "broker", "governor", "workers", "queues", "due", "beat", "telegram", "disk"),
)
"""That have a name in every language."""


def part_named(name: str, words: Words) -> str:
    return words.format("alert-part", part=name) if name in PARTS else name


def phrases_told(phrases: Iterable[Mapping[str, Any]], english: str, words: Words) -> str:
    """In the language; in English where there are none, or one that is not known here."""
    found = [Phrase(each["code"], each["args"]) for each in phrases]
    if not found or any(each.code not in PHRASES for each in found):
        return english
    return "; ".join(
        words.format("health-said", code=each.code, english=str(each), **each.args)
        for each in found
    )
