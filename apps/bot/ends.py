"""How posts have ended, in words."""

from collections.abc import Sequence

from apps.bot.cutting import one_line
from apps.bot.post_words import TITLE_UNITS, names_of
from apps.bot.texts import Words
from core.channel import Channel
from core.message import Message, State

LISTED = 20
"""Of more posts than these only the number is told."""

REASON_UNITS = 160
OF_CHANNELS = "-100"
"""What the Bot API puts before the number that links have."""


def ends_told(messages: Sequence[Message], channels: Sequence[Channel], words: Words) -> str:
    """A line for each, with a link to it where it was sent; what went wrong comes first."""
    named = {name: channel for channel in channels for name in names_of(channel)}
    shown = worst_first(messages)[:LISTED]
    lines = [_line(message, named.get(message.chat_id), words) for message in shown]
    if (more := len(messages) - LISTED) > 0:
        lines.append(words.format("alerts-more", n=more))
    return "\n".join(lines)


def worst_first(messages: Sequence[Message]) -> list[Message]:
    return sorted(messages, key=lambda message: message.state is State.SENT)


def link_to(message: Message, username: str = "") -> str:
    """The post's address, "" where it has none: in a private group, say."""
    chat = message.chat_id
    name = chat[1:] if chat.startswith("@") else username
    if not name and chat.startswith(OF_CHANNELS):
        name = f"c/{chat.removeprefix(OF_CHANNELS)}"
    return f"https://t.me/{name}/{message.message_ids[0]}" if name and message.message_ids else ""


def _line(message: Message, channel: Channel | None, words: Words) -> str:
    title = channel.facts.title if channel is not None else message.chat_id
    why = one_line(message.description or message.reason or "—", REASON_UNITS)
    told = words.format(
        "post-ended", state=message.state.value, name=one_line(title, 2 * TITLE_UNITS), why=why
    )
    link = link_to(message, (channel.facts.username or "") if channel is not None else "")
    return f"{told}\n{link}" if message.state is State.SENT and link else told
