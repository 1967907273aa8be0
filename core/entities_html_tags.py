"""What each tag of Telegram's HTML makes of the text inside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core.entity import Draft, Entity, EntityError
from core.entity_links import (
    checked_link,
    custom_emoji_id,
    is_time_format,
    mentioned_user,
    unix_time,
)

PLAIN = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
}
TAGS = frozenset({*PLAIN, "a", "tg-emoji", "tg-time", "pre", "code", "blockquote"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag that waits for its end."""

    name: str
    attributes: Mapping[str, str]
    begin: int  # where it stands in the source
    offset: int  # in UTF-16 units of the text
    mark: int  # in parts of the draft


def _link(entity: Entity, tag: Tag, draft: Draft) -> Entity | None:
    link = tag.attributes.get("href") or draft.link(tag.mark, tag.offset)
    user_id = mentioned_user(link)
    if user_id:
        return replace(entity, type="text_mention", user_id=user_id)
    url = checked_link(link)
    return replace(entity, type="text_link", url=url) if url else None


def _emoji(entity: Entity, tag: Tag, draft: Draft) -> Entity:
    emoji_id = custom_emoji_id(tag.attributes.get("emoji-id", ""))
    if emoji_id is None:
        raise EntityError("Invalid custom emoji identifier specified")
    return replace(entity, type="custom_emoji", custom_emoji_id=emoji_id)


def _time(entity: Entity, tag: Tag, draft: Draft) -> Entity | None:
    unix, form = unix_time(tag.attributes.get("unix", "")), tag.attributes.get("format", "")
    if not is_time_format(form):
        raise EntityError("Invalid date format used")
    told = replace(entity, type="date_time", unix_time=unix, date_time_format=form or None)
    return told if unix else None


def _quote(entity: Entity, tag: Tag, draft: Draft) -> Entity:
    return replace(entity, type=f"{'expandable_' * ('expandable' in tag.attributes)}blockquote")


def _pre(entity: Entity, tag: Tag, draft: Draft) -> Entity:
    """<pre><code class="language-x"> is one block of code in that language."""
    inner = draft.entities[-1] if draft.entities else entity
    if inner.language and inner == replace(entity, type="code", language=inner.language):
        return replace(draft.entities.pop(), type="pre")
    return entity


def _code(entity: Entity, tag: Tag, draft: Draft) -> Entity:
    kind, _, language = tag.attributes.get("class", "").partition("language-")
    told = replace(entity, language=language or None) if not kind else entity
    if told.language and draft.entities and draft.entities[-1] == replace(entity, type="pre"):
        return replace(draft.entities.pop(), language=told.language)
    return told


SHAPES: Mapping[str, Callable[[Entity, Tag, Draft], Entity | None]] = {
    "a": _link,
    "tg-emoji": _emoji,
    "tg-time": _time,
    "blockquote": _quote,
    "pre": _pre,
    "code": _code,
}


def entity_of(tag: Tag, draft: Draft) -> Entity | None:
    """The entity of a tag that has just ended; None where Telegram shows plain text."""
    length = draft.length - tag.offset
    if not length:
        return None
    entity = Entity(PLAIN.get(tag.name, tag.name), tag.offset, length)
    shape = SHAPES.get(tag.name)
    return shape(entity, tag, draft) if shape else entity
