"""Formatted text, read as Telegram reads it: one door to its three parse modes."""

from collections.abc import Callable, Mapping

from core.entities_html import parse_html
from core.entities_markdown import parse_markdown
from core.entities_markdown_v2 import parse_markdown_v2
from core.entity import Entity, EntityError, Parsed, clean, utf16_length

__all__ = [
    "PARSERS",
    "Entity",
    "EntityError",
    "Parsed",
    "clean",
    "parse",
    "parse_html",
    "parse_markdown",
    "parse_markdown_v2",
    "parser_of",
    "utf16_length",
]

PARSERS: Mapping[str, Callable[[str], Parsed]] = {
    "HTML": parse_html,
    "MarkdownV2": parse_markdown_v2,
    "Markdown": parse_markdown,
}
_BY_LOWER = {name.lower(): parser for name, parser in PARSERS.items()}


def parser_of(parse_mode: str) -> Callable[[str], Parsed] | None:
    """The parser of that name, whatever its letters' case; None for an unknown one."""
    return _BY_LOWER.get(parse_mode.lower())


def parse(text: str, parse_mode: str | None) -> Parsed:
    """The text and entities that Telegram makes of it; or EntityError.

    Without a parse_mode (None, "" or "None") the text is taken as it stands.
    """
    if not parse_mode or parse_mode.lower() == "none":
        return Parsed(text)
    parser = parser_of(parse_mode)
    if parser is None:
        raise EntityError("unsupported parse_mode")
    return parser(text)
