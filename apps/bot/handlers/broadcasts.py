"""/broadcast: which there are, how each gets on, and what is done with it on its way."""

import logging
from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from apps.bot.agreements import moment_of, scheduled
from apps.bot.boards import Boards
from apps.bot.broadcast_callbacks import BroadcastButton, BroadcastsPage, BroadcastStep
from apps.bot.broadcast_screen import found, show_card, show_instead
from apps.bot.broadcast_words import line_told, name_told
from apps.bot.drafts import look_away
from apps.bot.filters import May
from apps.bot.handlers.post_time import show_ways, time_is_over
from apps.bot.keyboards import broadcasts as keyboards
from apps.bot.keyboards.pages import PAGE
from apps.bot.post_callbacks import Agreed, Of
from apps.bot.talk import Talk, Talking
from core.broadcast import SCHEDULED, Broadcast
from core.errors import TransitionRefused
from core.person import Role

log = logging.getLogger(__name__)

ASKED = {BroadcastStep.CANCEL: BroadcastStep.CANCELLED, BroadcastStep.START: BroadcastStep.STARTED}
"""What is asked for once more before it is done."""

DONE = (BroadcastStep.PAUSE, BroadcastStep.RESUME, *ASKED.values())


def router() -> Router:
    made = Router(name="broadcasts")
    for observer in (made.message, made.callback_query):
        observer.filter(May(Role.VIEWER))
        observer.middleware(Talking())
    made.message.register(broadcast, Command("broadcast"))
    made.callback_query.register(turned, BroadcastsPage.filter())
    made.callback_query.register(shown, BroadcastButton.filter(F.step == BroadcastStep.SHOW))
    editor = May(Role.EDITOR)
    made.callback_query.register(asked, BroadcastButton.filter(F.step.in_(set(ASKED))), editor)
    made.callback_query.register(done, BroadcastButton.filter(F.step.in_(set(DONE))), editor)
    move_it = BroadcastButton.filter(F.step == BroadcastStep.MOVE)
    made.callback_query.register(move, move_it, editor)
    made.callback_query.register(moved, Agreed.filter(F.of == Of.SCHEDULED), editor)
    return made


async def broadcast(message: Message, talk: Talk) -> None:
    await look_away(talk.state)
    await talk.say(*await _page(talk, 0))


async def turned(
    query: CallbackQuery, callback_data: BroadcastsPage, talk: Talk, boards: Boards
) -> None:
    await show_instead(talk, query, boards, *await _page(talk, callback_data.before))


async def shown(
    query: CallbackQuery, callback_data: BroadcastButton, talk: Talk, boards: Boards
) -> None:
    await show_card(talk, query, boards, callback_data.id)


async def asked(
    query: CallbackQuery, callback_data: BroadcastButton, talk: Talk, boards: Boards
) -> None:
    """Whether that is meant: it is not undone."""
    which = await found(talk, query, callback_data.id)
    if which is None:
        return
    name, n = name_told(which, talk.words), which.tally.total
    if callback_data.step is BroadcastStep.CANCEL:
        text = talk.words.format("broadcast-cancel-ask", name=name, n=which.tally.pending)
    else:
        text = talk.words.format("broadcast-start-ask", name=name, n=n)
    buttons = keyboards.sure(which, ASKED[callback_data.step], talk.words)
    await show_instead(talk, query, boards, text, buttons)


async def done(
    query: CallbackQuery, callback_data: BroadcastButton, talk: Talk, boards: Boards
) -> None:
    """Each is one compare-and-set: what is done already is not done again, and is shown."""
    which = await found(talk, query, callback_data.id)
    if which is None:
        return
    try:
        await _deed(talk, callback_data.step, which)(which.id)
    except TransitionRefused:
        now = which.shown(talk.office.now())
        await query.answer(talk.words.format("broadcast-state", state=now))
    if callback_data.step in (BroadcastStep.RESUME, BroadcastStep.STARTED):
        talk.office.hurry()
    await show_card(talk, query, boards, which.id)


async def move(
    query: CallbackQuery, callback_data: BroadcastButton, talk: Talk, boards: Boards
) -> None:
    """To when is asked in the place of its progress, which comes back by a button."""
    if query.message is None or await scheduled(talk, query, callback_data.id) is None:
        return
    await boards.down(talk.state, query.message.message_id)
    await show_ways(talk, query, Of.SCHEDULED, callback_data.id)


async def moved(query: CallbackQuery, callback_data: Agreed, talk: Talk, boards: Boards) -> None:
    """It begins at another time, unless it has begun by now."""
    at = moment_of(callback_data.at)
    if at <= talk.office.now():
        await time_is_over(talk, query, Of.SCHEDULED, callback_data.id)
        return
    if await scheduled(talk, query, callback_data.id) is None:
        return
    try:
        await talk.office.ledger.broadcasts.move(callback_data.id, at)
    except TransitionRefused as error:
        log.info("a broadcast was not moved: %s", error)
    await talk.state.set_state(None)
    await show_card(talk, query, boards, callback_data.id)


def _deed(talk: Talk, step: BroadcastStep, which: Broadcast) -> Callable[[int], Awaitable[None]]:
    desk = talk.office.ledger.broadcasts
    is_ahead = which.shown(talk.office.now()) == SCHEDULED
    deeds: dict[BroadcastStep, Callable[[int], Awaitable[None]]] = {
        BroadcastStep.PAUSE: desk.pause,
        BroadcastStep.RESUME: desk.resume,
        BroadcastStep.CANCELLED: desk.cancel,
        BroadcastStep.STARTED: desk.move if is_ahead else desk.start,
    }
    return deeds[step]


async def _page(talk: Talk, before: int) -> tuple[str, InlineKeyboardMarkup]:
    newest = await talk.office.ledger.broadcasts.newest(PAGE + 1, before or None)
    listed, words, now = newest[:PAGE], talk.words, talk.office.now()
    lines = [line_told(each, words, now) for each in listed]
    head = words.format("broadcasts-page" if listed else "broadcasts-none")
    more, may_write = len(newest) > PAGE, talk.person.role.may(Role.EDITOR)
    buttons = keyboards.listed(listed, words, before=before, more=more, may_write=may_write)
    return "\n".join([head, "", *lines]).strip(), buttons
