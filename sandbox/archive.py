"""The newest messages of all chats, to be copied, forwarded and replied to."""

from collections import OrderedDict
from typing import Any

from sandbox.chats import CHANNEL

KEPT = 5_000

CONTENT = (
    *("text", "entities", "link_preview_options"),
    *("caption", "caption_entities", "show_caption_above_media", "has_media_spoiler"),
    *("photo", "video", "animation", "audio", "voice", "document"),
)
"""The parts of a message that a copy or a forward takes along."""


class Archive:
    """Messages by chat and id; the oldest go first."""

    def __init__(self, kept: int = KEPT) -> None:
        self._messages: OrderedDict[tuple[int, int], dict[str, Any]] = OrderedDict()
        self._kept = kept

    def keep(self, message: dict[str, Any]) -> None:
        self._messages[message["chat"]["id"], message["message_id"]] = message
        if len(self._messages) > self._kept:
            self._messages.popitem(last=False)

    def find(self, chat_id: int, message_id: int) -> dict[str, Any] | None:
        return self._messages.get((chat_id, message_id))

    def clear(self) -> None:
        self._messages.clear()


def content_of(message: dict[str, Any]) -> dict[str, Any]:
    return {name: message[name] for name in CONTENT if name in message}


def origin_of(message: dict[str, Any]) -> dict[str, Any]:
    """Telegram's MessageOrigin; a forward of a forward keeps the first."""
    if "forward_origin" in message:
        origin: dict[str, Any] = message["forward_origin"]
        return origin
    if message["chat"]["type"] == CHANNEL:
        source = {"chat": message["chat"], "message_id": message["message_id"]}
        return {"type": "channel", "date": message["date"], **source}
    return {"type": "user", "date": message["date"], "sender_user": message["from"]}
