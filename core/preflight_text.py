"""Texts and captions: parsed, measured and pointed into as Telegram will do it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.entities import PARSERS, EntityError, Parsed, clean, parse, utf16_length
from core.entity_links import checked_link
from core.errors import InvalidContent
from core.preflight_values import (
    Check,
    alternatives,
    counted,
    filled,
    items,
    natural,
    one_of,
    positive,
    record,
    text,
    typed,
)
from core.telegram_limits import CAPTION_CHARACTERS, QUOTE_CHARACTERS, TEXT_CHARACTERS

NEEDED = {  # what an entity of this type must tell besides its place
    **dict.fromkeys(("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre"), ""),
    **dict.fromkeys(("blockquote", "expandable_blockquote"), ""),
    **dict.fromkeys(("mention", "hashtag", "cashtag", "bot_command"), ""),
    **dict.fromkeys(("url", "email", "phone_number"), ""),
    "text_link": "url",
    "text_mention": "user",
    "custom_emoji": "custom_emoji_id",
    "date_time": "unix_time",
}

ENTITY = record(
    {
        "type": one_of(*NEEDED),
        "offset": natural,
        "length": positive,
        "url": filled,
        "user": typed(dict),
        "language": text,
        "custom_emoji_id": filled,
        "unix_time": positive,
        "date_time_format": text,
    },
    required=("type", "offset", "length"),
)


def entity(value: Any, field: str) -> None:
    """One MessageEntity. Telegram drops what it does not understand; here it is refused."""
    ENTITY(value, field)
    needed = NEEDED[value["type"]]
    if needed and needed not in value:
        raise InvalidContent(field, f"is a {value['type']} without {needed}")
    if value["type"] == "text_link" and not checked_link(value["url"]):
        raise InvalidContent(f"{field}.url", "is not a URL that Telegram takes")


entities: Check = items(entity)


def parse_mode(value: Any, field: str) -> None:
    text(value, field)
    if value not in PARSERS:
        remedy = f"use {alternatives(tuple(PARSERS))}"
        raise InvalidContent(field, f"{value[:40]!r} is not a parse mode", remedy)


class TextField(NamedTuple):
    """Where a text stands among its arguments, and how long it may be."""

    name: str
    entities: str
    mode: str
    limit: int


TEXT = TextField("text", "entities", "parse_mode", TEXT_CHARACTERS)
CAPTION = TextField("caption", "caption_entities", "parse_mode", CAPTION_CHARACTERS)
QUOTE = TextField("quote", "quote_entities", "quote_parse_mode", QUOTE_CHARACTERS)


def check_text(params: Mapping[str, Any], where: TextField, prefix: str = "") -> None:
    """Refuses a text that is too long or cannot be parsed. `prefix` leads to `params`."""
    if where.entities in params:
        _check_places(params, where, prefix)
    parsed = parsed_text(params.get(where.name, ""), params.get(where.mode), prefix + where.name)
    over = parsed.characters - where.limit
    if over > 0:
        problem = f"is {counted(over, 'character')} too long"
        told = f"Telegram takes {where.limit:,}, and this is {parsed.characters:,}"
        raise InvalidContent(prefix + where.name, problem, f"{told} after formatting")


def parsed_text(source: str, mode: str | None, field: str) -> Parsed:
    """The text as people will see it; or InvalidContent that says where it is broken."""
    try:
        return clean(parse(source, mode))
    except EntityError as broken:
        place = "" if broken.index is None else f" ({_place(source, broken.index)})"
        raise InvalidContent(
            field, f"{broken.description}{place}", HINTS.get(mode or "", "")
        ) from None


HINTS = {
    "HTML": "write &lt; &gt; &amp; for characters that are no tag",
    "MarkdownV2": "write a \\ before each character that is no formatting",
    "Markdown": "write a \\ before each _ * ` [ that is no formatting",
}


def _place(source: str, index: int) -> str:
    before = source[:index]
    line, column = before.count("\n") + 1, index - before.rfind("\n")
    return f"line {line}, character {column}"


def _check_places(params: Mapping[str, Any], where: TextField, prefix: str) -> None:
    """Entities point into the text itself, so no parse mode may change it."""
    if where.mode in params:
        problem = f"cannot be combined with {where.mode}"
        raise InvalidContent(prefix + where.entities, problem, "leave one out")
    length = utf16_length(params.get(where.name, ""))
    for number, place in enumerate(params[where.entities]):
        if place["offset"] + place["length"] > length:
            field = f"{prefix}{where.entities}[{number}]"
            problem = f"ends after the text, which has {counted(length, 'UTF-16 unit')}"
            raise InvalidContent(field, problem)
