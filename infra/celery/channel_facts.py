"""What the Bot API tells of a channel: its names, its members, and what our bot may do there."""

from collections.abc import Sequence
from typing import Any, Protocol

from core.channel import Channel, Facts
from core.channel_rights import Right, missing_rights
from core.chat_id import bot_api_id
from core.errors import InvalidInput, TelegramRefused
from infra.db.channels import Channels
from infra.settings import Settings
from infra.telegram.client import TelegramClient


class Household(Protocol):
    """What this needs of a process: a worker's Runtime has it, and the bot's Office."""

    @property
    def settings(self) -> Settings: ...
    @property
    def client(self) -> TelegramClient: ...
    @property
    def channels(self) -> Channels: ...


async def take_on(runtime: Household, chat_id: str) -> Channel:
    """Write down what Telegram tells of a channel; from now on it is looked at.

    Raises InvalidInput for a private chat, TelegramRefused, TelegramUnavailable.
    """
    facts = await _facts(runtime, chat_id)
    if facts.type == "private":
        raise InvalidInput("chat_id", f"{chat_id} is a private chat", "name a channel")
    known = await runtime.channels.find(facts.chat_id)
    if known is None or known.removed_at is not None:
        return await runtime.channels.add(facts)
    return await runtime.channels.note_facts(known.id, facts)


async def refresh(runtime: Household, channel: Channel) -> Channel:
    """Write down what Telegram tells of a known channel. Raises as `take_on`."""
    return await runtime.channels.note_facts(
        channel.id, await _facts(runtime, channel.facts.chat_id)
    )


async def bot_rights(runtime: Household, chat_id: str) -> str:
    """Whether our bot may post there, in words. Raises TelegramUnavailable."""
    bot_id = runtime.settings.bot_id
    try:
        member = await runtime.client.ask("getChatMember", chat_id=int(chat_id), user_id=bot_id)
    except TelegramRefused as refused:
        return f"not known: {refused.description}"
    return _rights(member)


async def look_at_rights(runtime: Household, channel: Channel) -> Sequence[Right]:
    """Ask which rights our bot lacks in a known channel, and write that down.

    Raises TelegramUnavailable. Where Telegram refuses to say, it is out of the channel: it lacks
    all of them.
    """
    bot_id, facts = runtime.settings.bot_id, channel.facts
    try:
        asked = {"chat_id": int(facts.chat_id), "user_id": bot_id}
        member = await runtime.client.ask("getChatMember", **asked)
    except TelegramRefused:
        member = {"status": "left"}
    lacks = missing_rights(member, facts.type)
    await runtime.channels.note_rights(channel.id, lacks)
    return lacks


async def _facts(runtime: Household, chat_id: str) -> Facts:
    told = await runtime.client.ask("getChat", chat_id=bot_api_id(chat_id))
    members = await runtime.client.ask("getChatMemberCount", chat_id=told["id"])
    title = told.get("title") or told.get("first_name", "")
    return Facts(str(told["id"]), told["type"], title, told.get("username"), members)


def _rights(member: dict[str, Any]) -> str:
    status = str(member["status"])
    if status != "administrator":
        return f"{status}: only an administrator may post in a channel"
    may = "may" if member.get("can_post_messages") else "may not"
    return f"administrator: {may} post"
