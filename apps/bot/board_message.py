"""The message of a board, as Telegram has it: changed in its place, and pointed at."""

import logging
from enum import Enum, auto

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import InlineKeyboardMarkup, ReplyParameters

from apps.bot.patience import REFUSALS
from core.errors import TelegramUnavailable

log = logging.getLogger(__name__)


class Change(Enum):
    """What came of an edit."""

    DONE = auto()
    ALREADY = auto()  # it was so before
    LATER = auto()  # Telegram, or the rate, has no room for it just now
    GONE = auto()  # there is no such message any more


async def change(
    bot: Bot, chat_id: int, message_id: int, text: str, buttons: InlineKeyboardMarkup
) -> Change:
    try:
        await bot.edit_message_text(
            text, chat_id=chat_id, message_id=message_id, reply_markup=buttons
        )
    except REFUSALS as error:
        if "message is not modified" in error.message:
            return Change.ALREADY
        log.info("a broadcast is not shown any more: %s", error)
        return Change.GONE
    except (TelegramAPIError, TelegramUnavailable) as error:
        log.info("the progress of a broadcast was not shown: %s", error)
        return Change.LATER
    return Change.DONE


async def point_at(bot: Bot, chat_id: int, message_id: int, news: str) -> None:
    """Of an edit nobody is told by their phone: so what is news is written anew, besides."""
    reply = ReplyParameters(message_id=message_id, allow_sending_without_reply=True)
    try:
        await bot.send_message(chat_id, news, reply_parameters=reply)
    except (TelegramAPIError, TelegramUnavailable) as error:
        log.info("news of a broadcast were not told: %s", error)
