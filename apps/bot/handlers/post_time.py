"""When: by a button, on a calendar, or in words. Whose time it is stands in each button."""

import asyncio
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from apps.bot.agreements import STANDS, ask_agreement, asked_for, moment_of
from apps.bot.drafts import Aim, load
from apps.bot.filters import May
from apps.bot.keyboards import times
from apps.bot.keyboards.calendar_pages import CalendarPages, Rows, View
from apps.bot.post_callbacks import At, CalendarButton, Of, PickTime, WriteTime
from apps.bot.post_states import Moving, Posting
from apps.bot.screen import show, tell
from apps.bot.talk import Talk, Talking
from core.common_times import common_times
from core.errors import InvalidInput
from core.person import Role
from core.reading import Choice, Moment, Reading, Unread
from core.time_answers import read_answer
from core.time_words import at_wall
from infra.date_guess import guess_time

MOVING = "moving"
"""The ledger's message, or the broadcast, whose new time is written."""


def router() -> Router:
    made = Router(name="post_time")
    for observer in (made.message, made.callback_query):
        observer.filter(May(Role.EDITOR))
        observer.middleware(Talking())
    made.callback_query.register(pick, PickTime.filter())
    made.callback_query.register(calendar, CalendarButton.filter())
    made.callback_query.register(ask_words, WriteTime.filter())
    made.callback_query.register(picked, At.filter())
    waits = StateFilter(Posting.words, Moving.words, Moving.start)
    made.message.register(read_words, waits, F.text & ~F.text.startswith("/"))
    return made


async def pick(query: CallbackQuery, callback_data: PickTime, talk: Talk) -> None:
    if await asked_for(talk, query, callback_data.of, callback_data.id):
        await show_ways(talk, query, callback_data.of, callback_data.id)


async def show_ways(talk: Talk, query: CallbackQuery, of: Of, id_: int) -> None:
    if of not in STANDS:  # what is written now is a time, and not the post anew
        await talk.state.set_state(Posting.words)
    common = common_times(talk.office.now(), talk.zone, talk.person.quiet)
    text = talk.words.format("time-ask", zone=talk.zone.key)
    await show(query, text, times.ways(of, id_, common, talk.words))


async def time_is_over(talk: Talk, query: CallbackQuery, of: Of, id_: int) -> None:
    await tell(query, talk.words.format("time-past"), alert=True)
    await show_ways(talk, query, of, id_)


async def calendar(query: CallbackQuery, callback_data: CalendarButton, talk: Talk) -> None:
    of, id_, cell = callback_data.of, callback_data.id, callback_data.cell
    now = talk.office.now()
    pages = CalendarPages(now, talk.zone, talk.words.language)
    if times.is_nothing(cell) or not await asked_for(talk, query, of, id_):
        return
    try:
        pressed = pages.read_payload(cell) if cell else None
    except InvalidInput:  # shown yesterday, say
        await time_is_over(talk, query, of, id_)
        return
    if pressed is not None and pressed.view is View.TIME:
        await _answer(talk, of, id_, at_wall(pressed.wall, now, talk.zone), query)
        return
    rows = (
        _page(pages, pressed.view, pressed.wall)
        if pressed
        else pages.month(now.astimezone(talk.zone).date())
    )
    text = talk.words.format("time-calendar-ask", zone=talk.zone.key)
    await show(query, text, times.calendar(of, id_, rows, talk.words))


async def ask_words(query: CallbackQuery, callback_data: WriteTime, talk: Talk) -> None:
    of, id_ = callback_data.of, callback_data.id
    if not await asked_for(talk, query, of, id_):
        return
    if of in STANDS:
        await talk.state.set_state(Moving.words if of is Of.MESSAGE else Moving.start)
        await talk.state.update_data({MOVING: id_})
    else:
        await talk.state.set_state(Posting.words)
    text = talk.words.format("time-write-ask", zone=talk.zone.key)
    await show(query, text, times.only_another(of, id_, talk.words))


async def read_words(message: Message, talk: Talk) -> None:
    """What is ambiguous is asked."""
    of, id_ = await _whose(talk)
    if not id_:
        return
    now, language = talk.office.now(), talk.words.language
    # In a thread: what our own grammar does not know goes to dateparser, which takes its time.
    reading = await asyncio.to_thread(
        read_answer, message.text or "", now, talk.zone, language, guess_time
    )
    await _answer(talk, of, id_, reading, None)


async def picked(query: CallbackQuery, callback_data: At, talk: Talk) -> None:
    of, id_ = callback_data.of, callback_data.id
    at = moment_of(callback_data.at)
    if not await asked_for(talk, query, of, id_):
        return
    if at <= talk.office.now():
        await time_is_over(talk, query, of, id_)
    else:
        await ask_agreement(talk, of, id_, Moment(at, talk.zone), query)


async def _whose(talk: Talk) -> tuple[Of, int]:
    """What the time is for that is written."""
    state = await talk.state.get_state()
    if state in (Moving.words.state, Moving.start.state):
        of = Of.MESSAGE if state == Moving.words.state else Of.SCHEDULED
        return of, (await talk.state.get_data()).get(MOVING, 0)
    draft = await load(talk.state)
    if draft is None:
        return Of.DRAFT, 0
    return Of.BROADCAST if draft.aim is Aim.BROADCAST else Of.DRAFT, draft.id


async def _answer(
    talk: Talk, of: Of, id_: int, reading: Reading, query: CallbackQuery | None
) -> None:
    if isinstance(reading, Moment):
        await ask_agreement(talk, of, id_, reading, query)
        return
    words = talk.words
    if isinstance(reading, Unread):
        text = words.format("time-unread", trouble=reading.trouble.value, part=reading.part)
        buttons = times.only_another(of, id_, words)
    else:
        text, buttons = _doubts(talk, reading), times.choices(of, id_, reading.moments, words)
    if query is not None:
        await show(query, text, buttons)
    else:
        await talk.say(text, buttons)


def _doubts(talk: Talk, choice: Choice) -> str:
    doubts = (talk.words.format("time-doubt", doubt=each.value) for each in choice.doubts)
    return "\n".join([*doubts, talk.words.format("time-which", zone=talk.zone.key)])


def _page(pages: CalendarPages, view: View, wall: datetime) -> Rows:
    if view is View.MONTH:
        return pages.month(wall.date())
    return pages.hours(wall.date()) if view is View.DAY else pages.minutes(wall.date(), wall.hour)
