"""What a press shows, in the place of what was pressed."""

import logging

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

log = logging.getLogger(__name__)


async def show(
    query: CallbackQuery, text: str, buttons: InlineKeyboardMarkup | None = None
) -> None:
    """Change the message with the button to this; where it is too old for that, write anew."""
    message = query.message
    if not isinstance(message, Message):
        if query.bot is not None:
            await query.bot.send_message(query.from_user.id, text, reply_markup=buttons)
        return
    try:
        await message.edit_text(text, reply_markup=buttons)
    except TelegramBadRequest as error:
        # A second tap shows what the first has shown.
        if "message is not modified" not in error.message:
            await message.answer(text, reply_markup=buttons)


async def tell(query: CallbackQuery, text: str, *, alert: bool = False) -> None:
    """Words that appear over the chat, for a moment or (`alert`) until they are put away. A press
    that is too old for that, as it is after a restart, is done all the same.
    """
    try:
        await query.answer(text, show_alert=alert)
    except TelegramBadRequest as error:
        log.info("a press was not answered: %s", error)
