"""Text and entities as the HTML of Telegram's pages. The text is anybody's: all is escaped."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from core.entity_links import checked_link
from core.telegram_limits import ENTITIES

Entity = dict[str, Any]

TAGS: Mapping[str, str] = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def entity_html(text: str, entities: list[Entity]) -> str:
    """Offsets are in UTF-16 units. Of two entities that cross, the later is cut in two."""
    known = sorted(entities[:ENTITIES], key=lambda e: (e["offset"], -e["length"]))
    units = text.encode("utf-16-le", "surrogatepass")
    return _between(units, known, 0, len(units))


def _between(units: bytes, entities: list[Entity], start: int, end: int) -> str:
    """What lies from one byte to another, with the entities that lie there."""
    parts, rest = [], entities
    while rest:
        entity, *rest = rest
        opens, closes = max(2 * entity["offset"], start), min(_end(entity), end)
        if opens >= closes:
            continue
        inner = [other for other in rest if 2 * other["offset"] < closes]
        rest = [other for other in rest if _end(other) > closes]
        shown = _between(units, inner, opens, closes)
        parts += [_plain(units, start, opens), _marked(entity, shown, _cut(units, opens, closes))]
        start = closes
    return "".join([*parts, _plain(units, start, end)])


def _end(entity: Entity) -> int:
    return 2 * (int(entity["offset"]) + int(entity["length"]))


def _cut(units: bytes, start: int, end: int) -> str:
    """An offset may split a pair of surrogates; what is left of it cannot be shown."""
    return units[start:end].decode("utf-16-le", "replace")


def _plain(units: bytes, start: int, end: int) -> str:
    return escape(_cut(units, start, end)).replace("\n", "<br/>")


def _marked(entity: Entity, shown: str, text: str) -> str:
    kind = entity["type"]
    if kind in TAGS:
        return f"<{TAGS[kind]}>{shown}</{TAGS[kind]}>"
    if kind == "expandable_blockquote":
        return f"<blockquote expandable>{shown}</blockquote>"
    if kind == "custom_emoji":
        number = escape(str(entity.get("custom_emoji_id", "")))
        return f'<tg-emoji emoji-id="{number}">{shown}</tg-emoji>'
    link = LINKS[kind](entity, text) if kind in LINKS else ""
    return f'<a href="{escape(link)}" target="_blank" rel="noopener">{shown}</a>' if link else shown


LINKS: Mapping[str, Callable[[Entity, str], str]] = {
    "text_link": lambda entity, _: checked_link(str(entity.get("url", ""))),
    "url": lambda _, text: checked_link(text),
    "mention": lambda _, text: f"https://t.me/{quote(text.removeprefix('@'))}",
    "hashtag": lambda _, text: f"?q={quote(text)}",
    "cashtag": lambda _, text: f"?q={quote(text)}",
    "email": lambda _, text: f"mailto:{quote(text, safe='@')}",
    "phone_number": lambda _, text: f"tel:{quote(text)}",
}
