"""A channel in words: who reads it, and what the bot may do there."""

from collections.abc import Sequence

from apps.bot.texts import Words
from core.channel import Channel
from core.channel_rights import CHANNEL, Right, is_out


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


def news_told(channel: Channel, lacks: Sequence[Right], words: Words, *, is_new: bool) -> str:
    """That it was added, or that the rights there have changed; `channel` is as it was before."""
    told = channel_told(channel, lacks, words)
    if is_new:
        key = "channels-added-mute" if Right.POST in lacks else "channels-added"
    else:
        may_now = Right.POST in (channel.lacks or ()) and Right.POST not in lacks
        key = "channels-opened" if may_now else "channels-changed"
    return words.format(key, title=channel.facts.title, told=told)


def rights_told(lacks: Sequence[Right] | None, chat_type: str, words: Words) -> str:
    if lacks is None:
        return words.format("rights-unknown")
    if not lacks:
        return words.format("rights-all")
    kind = "channel" if chat_type == CHANNEL else "group"
    if is_out(lacks):
        return words.format("rights-none", kind=kind)
    missing = "\n".join(words.format("right-missing", right=right.value) for right in lacks)
    return words.format("rights-missing", missing=missing, kind=kind)
