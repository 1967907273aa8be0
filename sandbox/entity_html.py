"""Text and entities as the HTML of Telegram's pages. The text is anybody's: all is escaped."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from core import entity_writing
from core.entity_links import checked_link
from core.entity_markup import Place, marked_up
from core.telegram_limits import ENTITIES

Entity = dict[str, Any]

TAGS: Mapping[str, str] = {**entity_writing.TAGS, "pre": "pre"}


def entity_html(text: str, entities: list[Entity]) -> str:
    """Offsets are in UTF-16 units. Of two entities that cross, the later is cut in two."""
    places = (Place(int(e["offset"]), int(e["length"]), e) for e in entities[:ENTITIES])
    return marked_up(text, places, _plain, _marked)


def _plain(text: str) -> str:
    return escape(text).replace("\n", "<br/>")


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
