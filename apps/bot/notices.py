"""What the bot says unasked to somebody whom it knows."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import InlineKeyboardMarkup

from apps.bot.office import Office

log = logging.getLogger(__name__)


async def notify(
    bot: Bot, office: Office, user_id: int, text: str, buttons: InlineKeyboardMarkup | None = None
) -> None:
    """Who has blocked the bot is marked; who has never written to it hears nothing."""
    try:
        await bot.send_message(user_id, text, reply_markup=buttons)
    except TelegramForbiddenError:
        await office.subscribers.block(user_id)
    except TelegramBadRequest as error:
        log.info("user %s was not told: %s", user_id, error)
