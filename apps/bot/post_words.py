"""Posts in words: where they go, what is in them."""

from collections.abc import Iterable, Mapping, Sequence

from apps.bot.cutting import one_line
from apps.bot.texts import Words
from core.channel import Channel
from core.message import Content

NAMED = 5
"""Of more channels than these only the number is told."""

TITLE_UNITS, HEAD_UNITS = 24, 40

Titles = Mapping[str, str]
"""What a chat is called, by its number and by its @name."""


def names_of(channel: Channel) -> tuple[str, ...]:
    """How messages may name their chat."""
    name = (f"@{channel.facts.username}",) if channel.facts.username else ()
    return (channel.facts.chat_id, *name)


def titles_of(channels: Iterable[Channel]) -> Titles:
    return {name: channel.facts.title for channel in channels for name in names_of(channel)}


def channels_told(channels: Sequence[Channel], words: Words) -> str:
    names = ", ".join(one_line(each.facts.title, 2 * TITLE_UNITS) for each in channels[:NAMED])
    more = len(channels) - NAMED
    return words.format("post-names-more", names=names, more=more) if more > 0 else names


def head_told(content: Content, words: Words, units: int = HEAD_UNITS) -> str:
    """The beginning of its text, or what it is."""
    if content.text:
        return one_line(content.text, units)
    return words.format("post-kind", kind=content.method)
