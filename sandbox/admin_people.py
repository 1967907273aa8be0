"""The admin lets people act: write, press, edit, react, join and leave."""

from typing import Any

from sandbox.asked import Answer, Routes, chat_of, message_of, user_of, wait_s
from sandbox.chats import CHANNEL, PRIVATE, Chat
from sandbox.membership import change
from sandbox.pressing import data_of, press
from sandbox.query import Mistake, Query
from sandbox.reacting import react
from sandbox.roster import KICKED, STATUSES, member_of
from sandbox.telegram import Telegram
from sandbox.writing import edit, write

NAMES = ("first_name", "last_name", "username", "language_code")


async def listed(telegram: Telegram, _: Query) -> Answer:
    users = [
        {**user, "blocked": _blocks(telegram.chats.by_id.get(user["id"]))}
        for user in telegram.users.by_id.values()
    ]
    return {"users": users, "bots": list(telegram.bots.values())}


async def declare(telegram: Telegram, query: Query) -> Answer:
    """His private chat has his names, and is known by his @username too."""
    user_id, names = user_of(query), query.given(dict.fromkeys(NAMES, str))
    shown = {name: told for name, told in names.items() if name != "language_code"}
    telegram.chats.declare(user_id, chat_type=PRIVATE, **shown)
    telegram.changes.touch(user_id)
    return telegram.users.declare(user_id, **names)


async def written(telegram: Telegram, query: Query) -> Answer:
    user_id = user_of(query)
    chat = chat_of(telegram, query) if query.has("chat") else telegram.chats.find(user_id)
    if chat.is_private and chat.id != user_id:
        raise Mistake("chat is another user's private chat")
    return write(telegram, user_id, chat, query)


async def pressed(telegram: Telegram, query: Query) -> Answer:
    chat = chat_of(telegram, query)
    message = message_of(telegram, chat, query)
    row, column = query.get("row", int), query.get("column", int)
    data = data_of(message, query.get("data", str), row, column)
    told = press(telegram, chat, message, user_of(query), data, query.get("bot", int))
    answered = telegram.presses.answered
    await answered.wait_for(lambda: told.answer is not None, wait_s(query))
    return {"answer": told.answer}


async def edited(telegram: Telegram, query: Query) -> Answer:
    chat = chat_of(telegram, query)
    message, text = message_of(telegram, chat, query), query.get("text", str, "")
    return edit(telegram, user_of(query), chat, message, text)


async def reacted(telegram: Telegram, query: Query) -> Answer:
    chat = chat_of(telegram, query)
    message = message_of(telegram, chat, query)
    react(telegram, chat, message, user_of(query), query.get("emoji", str))
    return {}


async def made_member(telegram: Telegram, query: Query) -> Answer:
    chat, user_id, status = chat_of(telegram, query), user_of(query), query.get("status", str)
    if status not in STATUSES:
        raise Mistake(f"status must be one of {', '.join(STATUSES)}")
    if chat.is_private and user_id == chat.id:
        raise Mistake("in a private chat user is the bot's id: kicked blocks it")
    if chat.is_private:
        telegram.bot(user_id)
    rights = query.get("rights", dict)
    member = member_of(status, channel=chat.type == CHANNEL, rights=rights)
    change(telegram, chat, user_id, member, query.get("by", int))
    return {}


async def updates(telegram: Telegram, query: Query) -> Answer:
    mailbox = telegram.mailboxes.of(query.get("bot", int, telegram.newest_bot))
    webhook: dict[str, Any] | None = mailbox.webhook_info() if mailbox.webhook else None
    return {"pending": list(mailbox.pending), "webhook": webhook}


def _blocks(chat: Chat | None) -> bool:
    """Whether this user has blocked a bot."""
    roster = chat.roster if chat is not None else None
    return roster is not None and any(roster.with_status(frozenset({KICKED})))


ROUTES: Routes = {
    ("GET", "users"): listed,
    ("POST", "users"): declare,
    ("POST", "write"): written,
    ("POST", "press"): pressed,
    ("POST", "edit"): edited,
    ("POST", "react"): reacted,
    ("POST", "member"): made_member,
    ("GET", "updates"): updates,
}
