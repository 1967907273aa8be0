"""What a message says, as people see it: without its markup."""

from functools import lru_cache

from core.entities import EntityError, parse
from core.message import Content

HEAD_CHARACTERS = 140
KEPT = 1024
"""Of the latest texts: pages and streams show the same ones again and again."""


def plain(content: Content) -> str:
    """All of it; "" for one without a text."""
    mode = content.params.get("parse_mode")
    return _plain(content.text, mode) if mode and isinstance(mode, str) else content.text


def head(content: Content) -> str:
    """How it begins, on one line; "" for one without a text."""
    words = " ".join(plain(content).split())
    return words if len(words) <= HEAD_CHARACTERS else f"{words[: HEAD_CHARACTERS - 1]}…"


@lru_cache(KEPT)
def _plain(text: str, mode: str) -> str:
    try:
        return parse(text, mode).text
    except EntityError:
        return text  # Telegram will refuse it, too
