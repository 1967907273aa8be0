"""A channel in words: who reads it, and what the bot may do there."""

from collections.abc import Sequence

from apps.bot.texts import Words
from core.channel import Channel
from core.channel_rights import CHANNEL, Right


def channel_told(channel: Channel, lacks: Sequence[Right] | None, words: Words) -> str:
    """Several lines; of rights those that are missing, and how to give them."""
    facts = channel.facts
    members = -1 if facts.members is None else facts.members
    lines = [
        words.format("channel-title", title=facts.title, name=channel.name),
        words.format("channel-members", members=members),
        words.format("channel-views", preview=channel.preview or ""),
        channel.trouble and words.format("channel-trouble", why=channel.trouble),
        rights_told(lacks, facts.type, words),
    ]
    return "\n".join(line for line in lines if line)


def rights_told(lacks: Sequence[Right] | None, chat_type: str, words: Words) -> str:
    if lacks is None:
        return words.format("rights-unknown")
    if not lacks:
        return words.format("rights-all")
    missing = "\n".join(words.format("right-missing", right=right.value) for right in lacks)
    kind = "channel" if chat_type == CHANNEL else "group"
    return words.format("rights-missing", missing=missing, kind=kind)
