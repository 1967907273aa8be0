"""Formatted text written as Telegram's HTML, for a person to go on with."""

from collections.abc import Callable, Mapping
from html import escape

from core.entity import Entity, Parsed
from core.entity_markup import Place, marked_up

TAGS: Mapping[str, str] = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
}
STARTS: Mapping[str, Callable[[Entity], str]] = {
    "text_link": lambda entity: f'<a href="{escape(entity.url or "")}">',
    "text_mention": lambda entity: f'<a href="tg://user?id={entity.user_id}">',
    "custom_emoji": lambda entity: f'<tg-emoji emoji-id="{entity.custom_emoji_id}">',
    "expandable_blockquote": lambda _: "<blockquote expandable>",
}
ENDS: Mapping[str, str] = {
    "text_link": "</a>",
    "text_mention": "</a>",
    "custom_emoji": "</tg-emoji>",
    "expandable_blockquote": "</blockquote>",
}


def as_html(parsed: Parsed) -> str:
    """What core.entities_html reads back as the same. What Telegram finds by itself, or shows by
    a clock, is left as plain text.
    """
    places = (Place(each.offset, each.length, each) for each in parsed.entities)
    return marked_up(parsed.text, places, lambda text: escape(text, quote=False), _marked)


def _marked(entity: Entity, shown: str, text: str) -> str:
    if entity.type == "pre" and entity.language:
        return f'<pre><code class="language-{escape(entity.language)}">{shown}</code></pre>'
    if entity.type in STARTS:
        return f"{STARTS[entity.type](entity)}{shown}{ENDS[entity.type]}"
    tag = "pre" if entity.type == "pre" else TAGS.get(entity.type, "")
    return f"<{tag}>{shown}</{tag}>" if tag else shown
