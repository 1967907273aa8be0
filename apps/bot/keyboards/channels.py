"""The buttons of /channels."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from apps.bot.callbacks import (
    AddChannel,
    AddNamed,
    Cancel,
    ChannelButton,
    ChannelList,
    ChannelStep,
)
from apps.bot.cutting import one_line
from apps.bot.keyboards.pages import items_on, turning
from apps.bot.keyboards.rows import Button, keyboard
from apps.bot.texts import Words
from core.channel import Channel

TITLE_UNITS = 40

RIGHTS = "post_messages+edit_messages+delete_messages"
"""What Telegram offers to allow when the bot is added by a link (core.telegram.org/bots/features,
Deep linking)."""


def channel_list(
    channels: Sequence[Channel], page: int, words: Words, *, may_add: bool
) -> InlineKeyboardMarkup:
    shown = [
        [(titled(channel), ChannelButton(step=ChannelStep.SHOW, id=channel.id, page=page))]
        for channel in items_on(page, channels)
    ]
    turn = turning(page, len(channels), lambda to: ChannelList(page=to))
    return keyboard([*shown, *turn, *([_add(words)] if may_add else [])])


def titled(channel: Channel) -> str:
    return one_line(channel.facts.title, TITLE_UNITS)


def channel_card(
    channel: Channel, page: int, words: Words, *, may_change: bool
) -> InlineKeyboardMarkup:
    check = ChannelButton(step=ChannelStep.CHECK, id=channel.id, page=page)
    remove = ChannelButton(step=ChannelStep.REMOVE, id=channel.id, page=page)
    changes = [
        [(words.format("channels-check"), check)],
        [(words.format("channels-remove"), remove)],
    ]
    return keyboard([*(changes if may_change else []), _back(words, page)])


def sure_to_remove(channel: Channel, page: int, words: Words) -> InlineKeyboardMarkup:
    remove = ChannelButton(step=ChannelStep.REMOVED, id=channel.id, page=page)
    show = ChannelButton(step=ChannelStep.SHOW, id=channel.id, page=page)
    return keyboard(
        [[(words.format("channels-remove-sure"), remove)], [(words.format("back"), show)]]
    )


def ways_to_add(bot_name: str, words: Words) -> InlineKeyboardMarkup:
    link = f"https://t.me/{bot_name}?startchannel&admin={RIGHTS}"
    return keyboard(
        [[(words.format("channels-add-link"), link)], [(words.format("cancel"), Cancel())]]
    )


def add_first(words: Words) -> InlineKeyboardMarkup:
    """Where there is no channel for what was asked."""
    return keyboard([_add(words)])


def add_this(name: str, words: Words) -> InlineKeyboardMarkup:
    """`name` is without its @."""
    return keyboard([[(words.format("channels-add-named", name=f"@{name}"), AddNamed(name=name))]])


def back_to_channels(words: Words, page: int = 0) -> InlineKeyboardMarkup:
    return keyboard([_back(words, page)])


def _add(words: Words) -> list[Button]:
    return [(words.format("channels-add"), AddChannel())]


def _back(words: Words, page: int) -> list[Button]:
    return [(words.format("back"), ChannelList(page=page))]
