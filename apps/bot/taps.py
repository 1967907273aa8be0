"""A button that does something does it once, however often it is tapped."""

from aiogram.types import CallbackQuery

from apps.bot.office import Office


async def first_tap(office: Office, query: CallbackQuery) -> bool:
    """Whether this press is the one to be obeyed. Ask before what must not be done twice; a
    button that only shows something else needs no such thing.
    """
    if query.message is None:  # too old for Telegram to say where it stands
        return False
    chat_id, message_id = query.message.chat.id, query.message.message_id
    button = f"{message_id}:{query.data}"
    return await office.conversations.tap(chat_id, query.from_user.id, button, query.id)
