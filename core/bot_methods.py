"""The Bot API's methods that a message can be, with the arguments that each takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.preflight_keyboard import reply_markup
from core.preflight_text import entities, parse_mode
from core.preflight_values import (
    Fields,
    chat,
    file,
    filled,
    flag,
    link,
    listing,
    message_id,
    natural,
    one_of,
    positive,
    record,
    rising,
    text,
)
from core.telegram_limits import COPIED_MESSAGES

LINK_PREVIEW: Fields = {
    "is_disabled": flag,
    "url": link("http", "https"),
    "prefer_small_media": flag,
    "prefer_large_media": flag,
    "show_above_text": flag,
}
REPLY: Fields = {
    "message_id": message_id,
    "chat_id": chat,
    "allow_sending_without_reply": flag,
    "quote": text,
    "quote_parse_mode": parse_mode,
    "quote_entities": entities,
    "quote_position": natural,
    "checklist_task_id": natural,
    "poll_option_id": filled,
}

WHERE: Fields = {"message_thread_id": positive, "direct_messages_topic_id": positive}
HOW: Fields = {"disable_notification": flag, "protect_content": flag}
SENT: Fields = {
    **WHERE,
    **HOW,
    "allow_paid_broadcast": flag,
    "message_effect_id": filled,
    "reply_parameters": record(REPLY, required=("message_id",)),
}
MARKUP: Fields = {"reply_markup": reply_markup}
BUSINESS: Fields = {"business_connection_id": filled}

CAPTION: Fields = {"caption": text, "parse_mode": parse_mode, "caption_entities": entities}
ABOVE: Fields = {"show_caption_above_media": flag}
SPOILER: Fields = {"has_spoiler": flag}
FRAME: Fields = {"width": natural, "height": natural, "duration": natural}

MEDIA: Mapping[str, Fields] = {  # what goes with a file of this kind, alone or in an album
    "photo": {**CAPTION, **ABOVE, **SPOILER},
    "video": {
        **CAPTION,
        **ABOVE,
        **SPOILER,
        **FRAME,
        "cover": file,
        "start_timestamp": natural,
        "supports_streaming": flag,
    },
    "animation": {**CAPTION, **ABOVE, **SPOILER, **FRAME},
    "document": {**CAPTION, "disable_content_type_detection": flag},
    "audio": {**CAPTION, "duration": natural, "performer": text, "title": text},
    "voice": {**CAPTION, "duration": natural},
}
ALBUM_KINDS = ("photo", "video", "document", "audio")
ALBUM_ITEM: Mapping[str, Fields] = {
    kind: {"type": one_of(kind), "media": file, **MEDIA[kind]} for kind in ALBUM_KINDS
}


@dataclass(frozen=True, slots=True)
class Method:
    """`params` are all that it takes, `required` those that it cannot do without."""

    params: Fields
    required: tuple[str, ...]


def _sends(kind: str) -> Method:
    params = {kind: file, **MEDIA[kind], **SENT, **MARKUP, **BUSINESS}
    return Method(params, required=(kind,))


METHODS: Mapping[str, Method] = {
    "sendMessage": Method(
        {
            "text": text,
            "parse_mode": parse_mode,
            "entities": entities,
            "link_preview_options": record(LINK_PREVIEW),
            **SENT,
            **MARKUP,
            **BUSINESS,
        },
        required=("text",),
    ),
    **{f"send{kind.capitalize()}": _sends(kind) for kind in MEDIA},
    "sendMediaGroup": Method(
        {"media": listing, **SENT, **BUSINESS},  # its items: see preflight_album
        required=("media",),
    ),
    "copyMessage": Method(
        {"from_chat_id": chat, "message_id": message_id, **CAPTION, **ABOVE, **SENT, **MARKUP},
        required=("from_chat_id", "message_id"),
    ),
    "copyMessages": Method(
        {
            "from_chat_id": chat,
            "message_ids": rising(message_id, COPIED_MESSAGES),
            "remove_caption": flag,
            **WHERE,
            **HOW,
        },
        required=("from_chat_id", "message_ids"),
    ),
    "forwardMessage": Method(
        {"from_chat_id": chat, "message_id": message_id, **WHERE, **HOW},
        required=("from_chat_id", "message_id"),
    ),
    "forwardMessages": Method(
        {
            "from_chat_id": chat,
            "message_ids": rising(message_id, COPIED_MESSAGES),
            **WHERE,
            **HOW,
        },
        required=("from_chat_id", "message_ids"),
    ),
}
