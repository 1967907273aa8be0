"""A message's text as Telegram will show it: HTML that is safe in any page.

Nothing of the text comes through unescaped. Links lead to the web, to Telegram or to a mailbox,
nowhere else. Line feeds stay as they are: show it with `white-space: pre-wrap`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from urllib.parse import quote

from core.entities import Entity, Parsed
from core.entity_detection import detected
from core.entity_links import checked_link
from core.entity_markup import Place, marked_up
from core.telegram_limits import ENTITIES

SCHEMES = ("http://", "https://", "tg://", "mailto:")
REL = "noopener noreferrer nofollow"

TAGS: Mapping[str, tuple[str, str]] = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ('<blockquote class="tg-expandable">', "</blockquote>"),
    "spoiler": ('<span class="tg-spoiler" tabindex="0" title="Hidden until tapped">', "</span>"),
    "custom_emoji": ('<span class="tg-emoji" title="A custom emoji">', "</span>"),
    "date_time": ('<span class="tg-time">', "</span>"),
    "hashtag": ('<span class="tg-tag">', "</span>"),
    "cashtag": ('<span class="tg-tag">', "</span>"),
    "bot_command": ('<span class="tg-tag">', "</span>"),
}
LINKS: Mapping[str, Callable[[Entity, str], str]] = {
    "text_link": lambda entity, _: entity.url or "",
    "text_mention": lambda entity, _: f"tg://user?id={entity.user_id}",
    "url": lambda _, text: checked_link(text),
    "mention": lambda _, text: f"https://t.me/{quote(text.removeprefix('@'))}",
    "email": lambda _, text: f"mailto:{quote(text, safe='@')}",
}
SEALED = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})
"""In these Telegram finds nothing by itself."""
FREE = "custom_emoji"
"""These do not count among the entities that Telegram shows at most."""

AFTER_BLOCK = re.compile(r"(</(?:blockquote|pre)>(?:</[a-z]+>)*)\n")
NO_LINE = r'\1<span class="tg-break">\n</span>'
"""The line feed after a block ends the block's own line."""


def preview_html(parsed: Parsed) -> str:
    """`parsed` as core.entities leaves it, clean."""
    places = (Place(each.offset, each.length, each) for each in entities_shown(parsed))
    return AFTER_BLOCK.sub(NO_LINE, marked_up(parsed.text, places, escape, _marked))


def entities_shown(parsed: Parsed) -> list[Entity]:
    """Those that the sender marked, the first hundred, and those that Telegram finds by itself."""
    own = list(_first(parsed.entities))
    sealed = [each for each in own if each.type in SEALED]
    found = [
        Entity(kind, offset, length)
        for offset, length, kind in detected(parsed.text)
        if not any(each.offset < offset + length and offset < each.end for each in sealed)
    ]
    return [*own, *found]


def first_link(parsed: Parsed) -> str:
    """What Telegram shows a preview of; "" for none."""
    for each in sorted(entities_shown(parsed), key=lambda entity: entity.offset):
        if each.type in ("url", "text_link"):
            link = LINKS[each.type](each, _text_of(parsed.text, each))
            if link.startswith(("http://", "https://")):
                return link
    return ""


def _first(entities: Iterable[Entity]) -> Iterable[Entity]:
    left = ENTITIES
    for each in entities:
        if each.type != FREE:
            left -= 1
        if left >= 0 or each.type == FREE:
            yield each


def _marked(entity: Entity, shown: str, text: str) -> str:
    if entity.type == "pre":
        return _block_of_code(entity.language or "", shown)
    if entity.type in TAGS:
        begin, end = TAGS[entity.type]
        return f"{begin}{shown}{end}"
    link = LINKS[entity.type](entity, text) if entity.type in LINKS else ""
    if not link.startswith(SCHEMES):
        return shown
    return f'<a href="{escape(link)}" target="_blank" rel="{REL}">{shown}</a>'


def _block_of_code(language: str, shown: str) -> str:
    told = f' data-language="{escape(language)}"' if language else ""
    return f"<pre{told}><code>{shown}</code></pre>"


def _text_of(text: str, entity: Entity) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * entity.offset : 2 * entity.end].decode("utf-16-le", "replace")
