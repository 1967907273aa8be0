"""What a press shows, in the place of what was pressed."""

import logging

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

log = logging.getLogger(__name__)


async def show(query: CallbackQuery, text: str, buttons: InlineKeyboardMarkup | None = None) -> int:
    """Change the message with the button to this; where it is too old for that, write anew.

    Which message shows it: its id.
    """
    message = query.message
    if not isinstance(message, Message):
        assert query.bot is not None, "an update is the bot's that got it"
        sent = await query.bot.send_message(query.from_user.id, text, reply_markup=buttons)
        return sent.message_id
    try:
        await message.edit_text(text, reply_markup=buttons)
    except TelegramBadRequest as error:
        # A second tap shows what the first has shown.
        if "message is not modified" not in error.message:
            return (await message.answer(text, reply_markup=buttons)).message_id
    return message.message_id


async def tell(query: CallbackQuery, text: str, *, alert: bool = False) -> None:
    """Words that appear over the chat, for a moment or (`alert`) until they are put away. A press
    that is too old for that, as it is after a restart, is done all the same.
    """
    try:
        await query.answer(text, show_alert=alert)
    except TelegramBadRequest as error:
        log.info("a press was not answered: %s", error)
