"""What /broadcast shows in a message: a broadcast, or something that ends its progress there."""

from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from apps.bot.boards import Boards
from apps.bot.keyboards import broadcasts as keyboards
from apps.bot.screen import show
from apps.bot.talk import Talk
from core.broadcast import Broadcast
from core.errors import NotFound
from core.person import Role


async def found(talk: Talk, query: CallbackQuery, broadcast_id: int) -> Broadcast | None:
    """The broadcast of a button; that it is gone is told."""
    try:
        return await talk.office.ledger.broadcasts.get(broadcast_id)
    except NotFound:
        await query.answer(talk.words.format("error-gone"), show_alert=True)
        return None


async def show_card(talk: Talk, query: CallbackQuery, boards: Boards, broadcast_id: int) -> None:
    """In the place of what was pressed, and from now on its progress."""
    broadcast = await found(talk, query, broadcast_id)
    if broadcast is None:
        return
    text, may_change = await boards.card(broadcast, talk.person), talk.person.role.may(Role.EDITOR)
    now = talk.office.now()
    buttons = keyboards.card(broadcast, talk.words, now, may_change=may_change)
    message_id = await show(query, text, buttons)
    await boards.put(talk.state, message_id, broadcast)


async def show_instead(
    talk: Talk,
    query: CallbackQuery,
    boards: Boards,
    text: str,
    buttons: InlineKeyboardMarkup | None = None,
) -> None:
    if query.message is not None:
        await boards.down(talk.state, query.message.message_id)
    await show(query, text, buttons)
