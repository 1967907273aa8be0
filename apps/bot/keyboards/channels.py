"""The buttons of /channels."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from apps.bot.callbacks import AddChannel, Cancel, ChannelButton, ChannelList, ChannelStep
from apps.bot.keyboards.rows import keyboard
from apps.bot.texts import Words
from core.channel import Channel

RIGHTS = "post_messages+edit_messages+delete_messages"
"""What Telegram offers to allow when the bot is added by a link (core.telegram.org/bots/features,
Deep linking)."""


def channel_list(
    channels: Sequence[Channel], words: Words, *, may_add: bool
) -> InlineKeyboardMarkup:
    shown = [
        [(channel.facts.title, ChannelButton(step=ChannelStep.SHOW, id=channel.id))]
        for channel in channels
    ]
    return keyboard(
        [*shown, *([[(words.format("channels-add"), AddChannel())]] if may_add else [])]
    )


def channel_card(channel: Channel, words: Words, *, may_change: bool) -> InlineKeyboardMarkup:
    check = ChannelButton(step=ChannelStep.CHECK, id=channel.id)
    remove = ChannelButton(step=ChannelStep.REMOVE, id=channel.id)
    changes = [
        [(words.format("channels-check"), check)],
        [(words.format("channels-remove"), remove)],
    ]
    return keyboard([*(changes if may_change else []), [(words.format("back"), ChannelList())]])


def sure_to_remove(channel: Channel, words: Words) -> InlineKeyboardMarkup:
    remove = ChannelButton(step=ChannelStep.REMOVED, id=channel.id)
    show = ChannelButton(step=ChannelStep.SHOW, id=channel.id)
    return keyboard(
        [[(words.format("channels-remove-sure"), remove)], [(words.format("back"), show)]]
    )


def ways_to_add(bot_name: str, words: Words) -> InlineKeyboardMarkup:
    link = f"https://t.me/{bot_name}?startchannel&admin={RIGHTS}"
    return keyboard(
        [[(words.format("channels-add-link"), link)], [(words.format("cancel"), Cancel())]]
    )


def back_to_channels(words: Words) -> InlineKeyboardMarkup:
    return keyboard([[(words.format("back"), ChannelList())]])
