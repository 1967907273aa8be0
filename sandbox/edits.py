"""The bot edits what it wrote."""

from typing import Any

from sandbox.albums import KINDS, album_item
from sandbox.archive import CONTENT, Message, wrote
from sandbox.chats import CHANNEL
from sandbox.formatting import caption_of, text_of
from sandbox.keyboards import inline_keyboard_of
from sandbox.options import preview_of
from sandbox.refusals import bad_request
from sandbox.rights import EDIT, POST, SEND
from sandbox.telegram import Call, Telegram

MEDIA = ("photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker")
CAPTIONED = ("photo", "video", "animation", "document", "audio", "voice")
UNMODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)

Content = dict[str, Any]


def edit_message_text(telegram: Telegram, call: Call) -> Message:
    message = _own(telegram, call)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _edited(telegram, call, message, text_of(call.arguments) | preview_of(call.arguments))


def edit_message_caption(telegram: Telegram, call: Call) -> Message:
    message = _own(telegram, call)
    if not any(kind in message for kind in CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    kept = {name: message[name] for name in (*MEDIA, "has_media_spoiler") if name in message}
    above = call.arguments.flag("show_caption_above_media")
    shown = {"show_caption_above_media": True} if above else {}
    return _edited(telegram, call, message, kept | caption_of(call.arguments) | shown)


def edit_message_media(telegram: Telegram, call: Call) -> Message:
    message = _own(telegram, call)
    if not any(kind in message for kind in ("text", *CAPTIONED)):
        raise bad_request("message can't be edited")
    item = call.arguments.nested("media", "media")
    content = album_item(item, call.arguments, (*KINDS, "animation"))
    return _edited(telegram, call, message, content)


def edit_message_reply_markup(telegram: Telegram, call: Call) -> Message:
    message = _own(telegram, call)
    content = {name: message[name] for name in CONTENT if name in message}
    return _edited(telegram, call, message, content)


def _own(telegram: Telegram, call: Call) -> Message:
    """The message to edit, if it is one that this bot may edit."""
    message_id = call.arguments.number("message_id")
    message = telegram.archive.find(call.target.id, message_id)
    author = telegram.archive.author(message) if message else None
    in_channel = call.target.type == CHANNEL
    telegram.permit(call, (POST if author is None else EDIT) if in_channel else SEND)
    if message is None:
        raise bad_request("message to edit not found")
    is_own = in_channel or wrote(call.bot_id, message)
    if not is_own or "forward_origin" in message or "pinned_message" in message:
        raise bad_request("message can't be edited")
    return message


def _edited(telegram: Telegram, call: Call, message: Message, content: Content) -> Message:
    """The message with that content, and with the keyboard asked for or without one."""
    new = content | inline_keyboard_of(call.arguments)
    old = {name: message[name] for name in (*CONTENT, "reply_markup") if name in message}
    if new == old:
        raise bad_request(UNMODIFIED)
    return changed(telegram, message, new)


def changed(telegram: Telegram, message: Message, new: Content) -> Message:
    """Put it in the old one's place: what is no content stays."""
    kept = {name: part for name, part in message.items() if name not in (*CONTENT, "reply_markup")}
    edited = {**kept, "edit_date": int(telegram.now()), **new}
    telegram.archive.replace(edited)
    telegram.changes.touch(message["chat"]["id"])
    return edited
