"""A button that does something does it once, however often it is tapped."""

from aiogram.types import CallbackQuery

from apps.bot import unit
from apps.bot.office import Office
from infra.db.conversations import Taps

KNOWN = 50
"""So many buttons of one conversation are known to have done their work."""


async def first_tap(office: Office, query: CallbackQuery) -> bool:
    """Whether this press is the one to be obeyed. Ask before what must not be done twice; a
    button that only shows something else needs no such thing.

    That it was obeyed is kept with the update's end: a press whose work failed may be made again,
    and the same press, after a crash, is obeyed still.
    """
    if query.message is None:  # too old for Telegram to say where it stands
        return False
    taps, button = await _taps(office, query), f"{query.message.message_id}:{query.data}"
    if button in dict(taps):
        return dict(taps)[button] == query.id
    await _keep(office, query, [*taps, (button, query.id)][-KNOWN:])
    return True


async def forget_others(office: Office, query: CallbackQuery) -> None:
    """Another button of the message was pressed, so what it shows is new: its buttons are, too."""
    if query.message is None:
        return
    taps, message = await _taps(office, query), f"{query.message.message_id}:"
    kept = [
        (button, press)
        for button, press in taps
        if not button.startswith(message) or button == f"{message}{query.data}"
    ]
    if kept != taps:
        await _keep(office, query, kept)


async def _taps(office: Office, query: CallbackQuery) -> Taps:
    work, (chat_id, user_id) = unit.current(), _whose(query)
    if work is not None and "taps" in (changed := work.changes.get((chat_id, user_id), {})):
        taps: Taps = changed["taps"]
        return taps
    return await office.conversations.taps(chat_id, user_id)


async def _keep(office: Office, query: CallbackQuery, taps: Taps) -> None:
    work, whose = unit.current(), _whose(query)
    if work is not None:
        work.change(*whose, {"taps": taps})
    else:
        await office.conversations.change(*whose, {"taps": taps})


def _whose(query: CallbackQuery) -> tuple[int, int]:
    assert query.message is not None
    return query.message.chat.id, query.from_user.id
