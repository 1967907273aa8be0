"""What people send, kept as the parts of a post; and the parts as one call of the Bot API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram.types import Message

from core.bot_methods import ALBUM_KINDS, BUSINESS, MEDIA, METHODS, SENT
from core.message import Content

TEXT = "text"
OTHER = ""
"""What can only be copied: a poll, a place, a sticker."""

KINDS = ("animation", "photo", "video", "document", "audio", "voice")
"""An animation comes with a document as well, so it is looked for first."""

NOT_TAKEN = ("bank_card_number",)
"""Entities that Telegram finds, and tells of, but does not take; it finds them again."""

KEPT = (*SENT, *BUSINESS)
"""How and where a message is sent, whatever is in it."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a person's. `group` is its media_group_id, "" where it stands alone.

    `entities` are as Telegram told them, at UTF-16 offsets; `looks` are the arguments that say
    how it is shown, such as has_spoiler.
    """

    message_id: int
    group: str
    kind: str
    file: str
    text: str
    entities: list[Json]
    looks: Json
    forwarded: bool


def part_of(message: Message) -> Part:
    kind = _kind(message)
    entities = (message.entities if kind == TEXT else message.caption_entities) or []
    return Part(
        message_id=message.message_id,
        group=message.media_group_id or "",
        kind=kind,
        file=_file(message, kind),
        text=(message.text if kind == TEXT else message.caption) or "",
        entities=[_json(entity) for entity in entities if entity.type not in NOT_TAKEN],
        looks=_looks(message, kind),
        forwarded=message.forward_origin is not None,
    )


def content_of(
    parts: Sequence[Part], buttons: Sequence[Sequence[Json]], chat_id: int, *, forward: bool
) -> Content:
    """The parts, one or more, as they are sent; `chat_id` is where they were written.

    Buttons go with a single message that is not forwarded: no others take any.
    """
    ids = [part.message_id for part in parts]
    if forward:
        return _of_messages("forward", chat_id, ids)
    if len(parts) > 1:
        if any(part.kind not in ALBUM_KINDS for part in parts):
            return _of_messages("copy", chat_id, ids)
        return Content("sendMediaGroup", {"media": [_item(part) for part in parts]})
    content = _single(parts[0], chat_id)
    if not buttons:
        return content
    markup = {"inline_keyboard": [list(row) for row in buttons]}
    return Content(content.method, {**content.params, "reply_markup": markup})


def buttons_in(content: Content) -> list[list[Json]]:
    """The rows of buttons below it."""
    markup = content.params.get("reply_markup") or {}
    return [[dict(button) for button in row] for row in markup.get("inline_keyboard", [])]


def in_place_of(old: Content, new: Content) -> Content:
    """The new content, sent as the old one would have been: silently, say."""
    taken = METHODS[new.method].params
    kept = {name: old.params[name] for name in KEPT if name in old.params and name in taken}
    return Content(new.method, {**kept, **new.params})


def takes_buttons(parts: Sequence[Part], *, forward: bool) -> bool:
    return len(parts) == 1 and not forward


def _single(part: Part, chat_id: int) -> Content:
    if part.kind == TEXT:
        entities = {"entities": part.entities} if part.entities else {}
        return Content("sendMessage", {"text": part.text, **entities, **part.looks})
    if part.kind == OTHER:
        return _of_messages("copy", chat_id, [part.message_id])
    return Content(f"send{part.kind.capitalize()}", {part.kind: part.file, **_captioned(part)})


def _item(part: Part) -> Json:
    return {"type": part.kind, "media": part.file, **_captioned(part)}


def _captioned(part: Part) -> Json:
    if not part.text:
        return part.looks
    entities = {"caption_entities": part.entities} if part.entities else {}
    return {"caption": part.text, **entities, **part.looks}


def _of_messages(verb: str, chat_id: int, ids: Sequence[int]) -> Content:
    if len(ids) == 1:
        return Content(f"{verb}Message", {"from_chat_id": chat_id, "message_id": ids[0]})
    return Content(f"{verb}Messages", {"from_chat_id": chat_id, "message_ids": sorted(ids)})


def _kind(message: Message) -> str:
    if message.text is not None:
        return TEXT
    return next((kind for kind in KINDS if getattr(message, kind)), OTHER)


def _file(message: Message, kind: str) -> str:
    if kind in (TEXT, OTHER):
        return ""
    found = getattr(message, kind)
    return str((found[-1] if kind == "photo" else found).file_id)  # the largest size is the last


def _looks(message: Message, kind: str) -> Json:
    if kind == TEXT:
        preview = message.link_preview_options
        return {"link_preview_options": _json(preview)} if preview is not None else {}
    told = {
        "has_spoiler": message.has_media_spoiler,
        "show_caption_above_media": message.show_caption_above_media,
    }
    taken: Mapping[str, Any] = MEDIA.get(kind, {})
    return {name: True for name, is_on in told.items() if is_on and name in taken}


def _json(value: Any) -> Json:
    """What Telegram has told, and no more: aiogram adds defaults of its own."""
    told: Json = value.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    return told
