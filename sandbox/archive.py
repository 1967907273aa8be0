"""The newest messages of all chats: to be shown, copied, replied to, edited and deleted."""

from collections import OrderedDict
from typing import Any

from sandbox.chats import CHANNEL

KEPT = 5_000

CONTENT = (
    *("text", "entities", "link_preview_options"),
    *("caption", "caption_entities", "show_caption_above_media", "has_media_spoiler"),
    *("photo", "video", "animation", "audio", "voice", "document", "sticker", "video_note"),
    *("location", "venue", "contact", "poll", "dice"),
)
"""The parts of a message that a copy or a forward takes along."""

Message = dict[str, Any]
Reactions = dict[int, list[dict[str, Any]]]
"""Telegram's ReactionTypes by the user (or bot) who reacted."""


class Archive:
    """Messages by chat and id; the oldest go first, whichever chat they are of.

    A message is never changed in place, since updates and receipts point to it: an edit
    puts another in its stead.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._order: OrderedDict[tuple[int, int], None] = OrderedDict()
        self._by_chat: dict[int, dict[int, Message]] = {}
        self._reactions: dict[tuple[int, int], Reactions] = {}
        self._authors: dict[tuple[int, int], int] = {}
        self._kept = kept

    def keep(self, message: Message) -> None:
        chat_id, message_id = message["chat"]["id"], message["message_id"]
        self._order[chat_id, message_id] = None
        messages = self._by_chat.get(chat_id)
        if messages is None:
            self._by_chat[chat_id] = {message_id: message}
        else:
            messages[message_id] = message
        if len(self._order) > self._kept:
            self._forget(*self._order.popitem(last=False)[0])

    def sign(self, message: Message, author: int) -> None:
        """Remember the user who wrote it: a channel's posts do not tell."""
        self._authors[message["chat"]["id"], message["message_id"]] = author

    def author(self, message: Message) -> int | None:
        """The user who wrote it; None for what a bot wrote."""
        return self._authors.get((message["chat"]["id"], message["message_id"]))

    def find(self, chat_id: int, message_id: int) -> Message | None:
        messages = self._by_chat.get(chat_id)
        return None if messages is None else messages.get(message_id)

    def replace(self, message: Message) -> None:
        """An edited message, in the place of the one with its id; nothing if that is gone."""
        messages = self._by_chat.get(message["chat"]["id"], {})
        if message["message_id"] in messages:
            messages[message["message_id"]] = message

    def remove(self, chat_id: int, message_id: int) -> None:
        del self._order[chat_id, message_id]
        self._forget(chat_id, message_id)

    def history(self, chat_id: int, before: int = 0, limit: int = 50) -> list[Message]:
        """The newest messages of a chat (of those with ids below `before`), newest last."""
        found: list[Message] = []
        for message_id, message in reversed(self._by_chat.get(chat_id, {}).items()):
            if len(found) == limit:
                break
            if not before or message_id < before:
                found.append(message)
        return found[::-1]

    def newest(self, chat_id: int) -> Message | None:
        return next(iter(self.history(chat_id, limit=1)), None)

    def reactions(self, chat_id: int, message_id: int) -> Reactions:
        """Who reacted how, to be changed by `react` only."""
        return self._reactions.get((chat_id, message_id), {})

    def react(
        self, chat_id: int, message_id: int, who: int, reactions: list[dict[str, Any]]
    ) -> None:
        """What this user or bot now thinks of the message; nothing for an empty list."""
        given = self._reactions.setdefault((chat_id, message_id), {})
        given.pop(who, None)
        if reactions:
            given[who] = reactions

    def clear(self) -> None:
        self._order.clear()
        self._by_chat.clear()
        self._reactions.clear()
        self._authors.clear()

    def _forget(self, chat_id: int, message_id: int) -> None:
        messages = self._by_chat[chat_id]
        del messages[message_id]
        if not messages:
            del self._by_chat[chat_id]
        self._reactions.pop((chat_id, message_id), None)
        self._authors.pop((chat_id, message_id), None)


def content_of(message: Message) -> dict[str, Any]:
    return {name: message[name] for name in CONTENT if name in message}


def wrote(bot_id: int, message: Message) -> bool:
    """Whether the message is signed by this bot; a channel's posts are signed by nobody."""
    return bool(message.get("from", {}).get("id") == bot_id)


def origin_of(message: Message) -> dict[str, Any]:
    """Telegram's MessageOrigin; a forward of a forward keeps the first."""
    if "forward_origin" in message:
        origin: dict[str, Any] = message["forward_origin"]
        return origin
    if message["chat"]["type"] == CHANNEL:
        source = {"chat": message["chat"], "message_id": message["message_id"]}
        return {"type": "channel", "date": message["date"], **source}
    return {"type": "user", "date": message["date"], "sender_user": message["from"]}
