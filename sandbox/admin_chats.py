"""The admin's look at chats: which there are, what stands in them, what changes."""

from typing import Any

from sandbox.admin_faults import added
from sandbox.archive import Message
from sandbox.asked import Answer, Routes, chat_of, wait_s
from sandbox.channels import declare_channel
from sandbox.chats import TYPES, Chat
from sandbox.query import Mistake, Query
from sandbox.reacting import counted
from sandbox.telegram import Telegram
from sandbox.views import views_of

NAMES = ("title", "username", "first_name", "last_name")
PAGE, LONGEST_PAGE = 50, 1_000
HEAD = 64
"""Characters of a chat's newest message that stand in the list of chats."""

SOMEBODY = {"id": 777000, "is_bot": False, "first_name": "Somebody"}


async def listed(telegram: Telegram, _: Query) -> Answer:
    return {"chats": [_in_the_list(telegram, chat) for chat in telegram.chats.by_id.values()]}


async def declare(telegram: Telegram, query: Query) -> Answer:
    chat_type = query.get("type", str, "")
    if chat_type not in ("", *TYPES):
        raise Mistake(f"type must be one of {', '.join(TYPES)}")
    chat, names = chat_of(telegram, query), query.given(dict.fromkeys(NAMES, str))
    members = query.get("members", int)
    telegram.chats.declare(chat.id, chat_type=chat_type, members=members, **names)
    if chat.is_private:
        telegram.users.declare(chat.id, **names)
    if query.has("fault"):
        added(telegram, query.get("fault", str), chat.id, {})
    telegram.changes.touch(chat.id)
    return chat.facts


async def post(telegram: Telegram, query: Query) -> Answer:
    chat = chat_of(telegram, query)
    return telegram.post(chat, SOMEBODY, {"text": query.get("text", str, "text")})


async def history(telegram: Telegram, query: Query) -> Answer:
    """One more than asked for tells whether there are more."""
    chat, limit = chat_of(telegram, query), query.get("limit", int, PAGE)
    limit = min(max(limit, 1), LONGEST_PAGE)
    found = telegram.archive.history(chat.id, query.get("before", int, 0), limit + 1)
    shown = [_shown(telegram, chat, message) for message in found[-limit:]]
    return {"messages": shown, "more": len(found) > limit}


async def changes(telegram: Telegram, query: Query) -> Answer:
    since = query.get("since", int, 0)
    await telegram.changes.wait(since, wait_s(query))
    return {"last": telegram.changes.last, "chats": telegram.changes.since(since)}


def _in_the_list(telegram: Telegram, chat: Chat) -> dict[str, Any]:
    newest = telegram.archive.newest(chat.id) or {}
    text = str(newest.get("text") or newest.get("caption") or "")[:HEAD]
    told = {"members": chat.members, "last": text, "last_at": newest.get("date")}
    return {**chat.facts, **told}


def _shown(telegram: Telegram, chat: Chat, message: Message) -> dict[str, Any]:
    """The message as people see it, with what a bot is not told."""
    message_id = message["message_id"]
    reactions = [
        {"emoji": count["type"].get("emoji", ""), "count": count["total_count"]}
        for count in counted(telegram, chat.id, message_id)
    ]
    return {
        **message,
        "views": views_of(chat, message, telegram.now()),
        **({"reactions": reactions} if reactions else {}),
        **({"pinned": True} if message_id in chat.pinned else {}),
    }


ROUTES: Routes = {
    ("GET", "chats"): listed,
    ("POST", "chats"): declare,
    ("POST", "channels"): declare_channel,
    ("POST", "messages"): post,
    ("GET", "history"): history,
    ("GET", "changes"): changes,
}
