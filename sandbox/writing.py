"""People write and edit: messages in private chats and groups, posts in channels."""

from typing import Any

from sandbox.archive import Message, content_of, origin_of
from sandbox.arguments import Arguments
from sandbox.chats import CHANNEL, Chat
from sandbox.detection import with_detected
from sandbox.edits import CAPTIONED, changed
from sandbox.formatting import caption_of, text_of
from sandbox.media import named_media
from sandbox.membership import change
from sandbox.privacy import sees
from sandbox.query import Mistake, Query
from sandbox.roster import KICKED, MEMBER, member_of
from sandbox.telegram import Telegram

FILES = ("photo", "video", "document", "animation", "audio", "voice", "video_note", "sticker")


def write(telegram: Telegram, user_id: int, chat: Chat, query: Query) -> Message:
    """What the user writes, told to the bots that see it. To write to a bot that he blocked
    he unblocks it first."""
    content = _content(telegram, query) | _answered(telegram, chat, query)
    bot_id, at = query.get("bot", int), _date(query)
    if chat.is_private:
        _unblock(telegram, chat)
    message = telegram.post(chat, telegram.users.find(user_id), content, at)
    telegram.archive.sign(message, user_id)
    telegram.users.last_writer = user_id
    _tell(telegram, chat, message, bot_id, edited=False)
    return message


def edit(telegram: Telegram, user_id: int, chat: Chat, message: Message, text: str) -> Message:
    """His own message with another text, or caption; in a channel anybody's."""
    if chat.type != CHANNEL and telegram.archive.author(message) != user_id:
        raise Mistake("the message is not this user's; he can edit his own only")
    if not any(kind in message for kind in ("text", *CAPTIONED)):
        raise Mistake("the message has neither text nor caption to edit")
    edited = changed(telegram, message, _reworded(message, text))
    _tell(telegram, chat, edited, None, edited=True)
    return edited


def _reworded(message: Message, text: str) -> dict[str, Any]:
    name, read = ("text", text_of) if "text" in message else ("caption", caption_of)
    new = with_detected(read(Arguments({name: text})))
    markup = {"reply_markup": message["reply_markup"]} if "reply_markup" in message else {}
    words = ("text", "entities", "caption", "caption_entities")
    return {n: part for n, part in content_of(message).items() if n not in words} | new | markup


def _content(telegram: Telegram, query: Query) -> dict[str, Any]:
    group = query.given({"media_group_id": str})
    if query.has("forward_from"):
        return _forwarded(telegram, query.get("forward_from", dict)) | group
    kind = next((kind for kind in FILES if query.has(kind)), None)
    arguments = Arguments(
        query.given({"text": str, "caption": str, "entities": list, "caption_entities": list})
    )
    if kind is None:
        return with_detected(text_of(arguments))
    return named_media(kind, query.get(kind, str)) | with_detected(caption_of(arguments)) | group


def _forwarded(telegram: Telegram, source: dict[str, Any]) -> dict[str, Any]:
    chat_id, message_id = telegram.chats.resolve(source.get("chat")), source.get("message_id")
    found = telegram.archive.find(chat_id, message_id) if isinstance(message_id, int) else None
    if found is None:
        raise Mistake("forward_from names no message; give its chat and message_id")
    return {**content_of(found), "forward_origin": origin_of(found)}


def _date(query: Query) -> float | None:
    date = query.get("date", float)
    if date is not None and not 0 < date < 2**31:
        raise Mistake("date must be a number of seconds since 1970")
    return None if date is None else float(date)


def _answered(telegram: Telegram, chat: Chat, query: Query) -> dict[str, Any]:
    if not query.has("reply_to"):
        return {}
    message = telegram.archive.find(chat.id, query.get("reply_to", int))
    if message is None:
        raise Mistake("reply_to names no message of this chat")
    return {"reply_to_message": {n: v for n, v in message.items() if n != "reply_to_message"}}


def _unblock(telegram: Telegram, chat: Chat) -> None:
    blocked = list(chat.roster.with_status(frozenset({KICKED}))) if chat.roster else []
    for bot_id, _ in blocked:
        change(telegram, chat, bot_id, member_of(MEMBER, channel=False))


def _tell(
    telegram: Telegram, chat: Chat, message: Message, bot_id: int | None, *, edited: bool
) -> None:
    kind = "channel_post" if chat.type == CHANNEL else "message"
    bots = [bot for bot in telegram.bots_in(chat, bot_id) if sees(telegram, chat, bot, message)]
    telegram.tell(bots, f"edited_{kind}" if edited else kind, message)
