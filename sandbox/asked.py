"""What the admin's requests have in common: chats, waits, and what an answer is."""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.archive import Message
from sandbox.chats import Chat
from sandbox.query import Mistake, Query
from sandbox.telegram import Telegram

MAX_WAIT_S = 600.0

Answer = dict[str, Any]
Route = Callable[[Telegram, Query], Awaitable[Answer]]
Routes = dict[tuple[str, str], Route]
"""By verb and by what follows /admin/."""


def wait_s(query: Query) -> float:
    return float(min(query.get("wait_s", float, 0.0), MAX_WAIT_S))


def chat_of(telegram: Telegram, query: Query) -> Chat:
    """The chat that the request must name."""
    if not query.has("chat"):
        raise Mistake("chat is missing; name it by its id or its @name")
    return telegram.chats.find(str(query.get("chat", str, "")))


def chat_id_of(telegram: Telegram, query: Query) -> int | None:
    """The chat that the request may name."""
    if not query.has("chat"):
        return None
    return telegram.chats.resolve(str(query.get("chat", str, "")))


def user_of(query: Query) -> int:
    user_id = query.get("user", int, 0)
    if not 0 < user_id < 2**52:
        raise Mistake("user is missing; name the user by an id above 0")
    return int(user_id)


def message_of(telegram: Telegram, chat: Chat, query: Query) -> Message:
    message = telegram.archive.find(chat.id, query.get("message_id", int, 0))
    if message is None:
        raise Mistake("message_id names no message of this chat")
    return message
