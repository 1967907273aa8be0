"""Who is in a chat: what a bot may ask, and how it changes.

A chat's members are known once one was declared. Until then a bot is taken for an
administrator who may do everything, and everybody else for a member.
"""

from typing import Any

from sandbox.chats import CHANNEL, Chat
from sandbox.refusals import bad_request
from sandbox.roster import (
    ADMINISTRATOR,
    ADMINISTRATORS,
    LEFT,
    MEMBER,
    PRESENT,
    Member,
    Roster,
    member_of,
)
from sandbox.telegram import Call, Telegram
from sandbox.users import User


def get_chat_member(telegram: Telegram, call: Call) -> dict[str, Any]:
    telegram.bot(call.bot_id)  # known as one from now on, and told as one
    user_id = call.arguments.number("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    return _told(telegram, user_id, standing(telegram, call.target, user_id))


def get_chat_administrators(telegram: Telegram, call: Call) -> list[dict[str, Any]]:
    """Without the other bots, unless they are asked for."""
    chat, bots = call.target, call.arguments.flag("return_bots")
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    if chat.roster is None:
        return [_told(telegram, call.bot_id, standing(telegram, chat, call.bot_id))]
    return [
        _told(telegram, user_id, member)
        for user_id, member in chat.roster.with_status(ADMINISTRATORS)
        if bots or user_id == call.bot_id or user_id not in telegram.bots
    ]


def get_chat_member_count(telegram: Telegram, call: Call) -> int:
    return call.target.members


def leave_chat(telegram: Telegram, call: Call) -> bool:
    if call.target.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    change(telegram, call.target, call.bot_id, member_of(LEFT, channel=False))
    return True


def standing(telegram: Telegram, chat: Chat, user_id: int) -> Member:
    """What this user or bot is in the chat."""
    channel = chat.type == CHANNEL
    if chat.roster is None or chat.is_private:
        named = chat.roster.of(user_id) if chat.roster else None
        is_admin = user_id in telegram.bots and not chat.is_private
        return named or member_of(ADMINISTRATOR if is_admin else MEMBER, channel=channel)
    return chat.roster.of(user_id) or member_of(LEFT, channel=channel)


def change(
    telegram: Telegram, chat: Chat, user_id: int, member: Member, by: int | None = None
) -> None:
    """Make the user that; tell a bot of itself, and of others the bots that asked for it."""
    before = _before(telegram, chat, user_id, member)
    if chat.roster is None:
        chat.roster = Roster()
    chat.roster.put(user_id, member)
    if before != member:
        _count(chat, before, member)
        telegram.changes.touch(chat.id)
        _announce(telegram, chat, user_id, before, member, by)


def _before(telegram: Telegram, chat: Chat, user_id: int, after: Member) -> Member:
    """In a chat without declared members, who is named first has joined just now, unless it
    is to say that he left."""
    if chat.roster is None and not chat.is_private and after["status"] in PRESENT:
        return member_of(LEFT, channel=False)
    return standing(telegram, chat, user_id)


def _announce(
    telegram: Telegram, chat: Chat, user_id: int, before: Member, after: Member, by: int | None
) -> None:
    update = {
        "chat": chat.facts,
        "from": _person(telegram, by or _who(telegram, chat, user_id)),
        "date": int(telegram.now()),
        "old_chat_member": _told(telegram, user_id, before),
        "new_chat_member": _told(telegram, user_id, after),
    }
    if user_id in telegram.bots:
        telegram.tell([user_id], "my_chat_member", update)
    else:
        watching = [bot_id for bot_id in telegram.bots_in(chat) if _administers(chat, bot_id)]
        telegram.tell(watching, "chat_member", update)


def _count(chat: Chat, before: Member, after: Member) -> None:
    """A number that was declared follows joins and leaves; else the named ones are counted."""
    if chat.is_private or chat.roster is None:
        return
    if chat.is_counted:
        chat.members += (after["status"] in PRESENT) - (before["status"] in PRESENT)
    else:
        chat.members = sum(1 for _ in chat.roster.with_status(PRESENT))


def _administers(chat: Chat, bot_id: int) -> bool:
    member = chat.roster.of(bot_id) if chat.roster else None
    return member is None or member["status"] in ADMINISTRATORS


def _who(telegram: Telegram, chat: Chat, user_id: int) -> int:
    """Who did it, if nobody said. People join and leave themselves; a bot's standing is
    changed by the user of a private chat, an administrator, or else by who wrote last."""
    if user_id not in telegram.bots:
        return user_id
    if chat.is_private:
        return chat.id
    admins = chat.roster.with_status(ADMINISTRATORS) if chat.roster else iter(())
    people = (admin for admin, _ in admins if admin not in telegram.bots)
    return next(people, telegram.users.last_writer or user_id)


def _person(telegram: Telegram, user_id: int) -> User:
    bot = telegram.bots.get(user_id)
    return bot or telegram.users.find(user_id)


def _told(telegram: Telegram, user_id: int, member: Member) -> dict[str, Any]:
    """Telegram's ChatMember."""
    return {"user": _person(telegram, user_id), **member}
