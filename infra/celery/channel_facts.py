"""What the Bot API tells of a channel: its names, its members, and what our bot may do there."""

from typing import Any

from core.channel import Channel, Facts
from core.errors import InvalidInput, TelegramRefused
from infra.celery.runtime import Runtime


async def take_on(runtime: Runtime, chat_id: str) -> Channel:
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


async def refresh(runtime: Runtime, channel: Channel) -> Channel:
    """Write down what Telegram tells of a known channel. Raises as `take_on`."""
    return await runtime.channels.note_facts(
        channel.id, await _facts(runtime, channel.facts.chat_id)
    )


async def bot_rights(runtime: Runtime, chat_id: str) -> str:
    """Whether our bot may post there, in words. Raises TelegramUnavailable."""
    bot_id = runtime.settings.bot_id
    try:
        member = await runtime.client.ask("getChatMember", chat_id=int(chat_id), user_id=bot_id)
    except TelegramRefused as refused:
        return f"not known: {refused.description}"
    return _rights(member)


async def _facts(runtime: Runtime, chat_id: str) -> Facts:
    chat = chat_id if chat_id.startswith("@") else int(chat_id)
    told = await runtime.client.ask("getChat", chat_id=chat)
    members = await runtime.client.ask("getChatMemberCount", chat_id=told["id"])
    title = told.get("title") or told.get("first_name", "")
    return Facts(str(told["id"]), told["type"], title, told.get("username"), members)


def _rights(member: dict[str, Any]) -> str:
    status = str(member["status"])
    if status != "administrator":
        return f"{status}: only an administrator may post in a channel"
    may = "may" if member.get("can_post_messages") else "may not"
    return f"administrator: {may} post"
