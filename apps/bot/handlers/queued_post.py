"""One post of the queue: looked at, edited, moved, sent at once, cancelled, or its series ended.

The ledger decides by compare-and-set what may still be changed; what is too late is told.
"""

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery

from apps.bot.agreements import found, moment_of
from apps.bot.contents import buttons_in
from apps.bot.draft_choice import begin
from apps.bot.draft_screen import content_for
from apps.bot.drafts import Aim, Draft, finish, make_way, number_of
from apps.bot.filters import May
from apps.bot.following import follow
from apps.bot.handlers.queue import content_of_entry, page_told
from apps.bot.keyboards import queue as keyboards
from apps.bot.keyboards.posts import only_drop
from apps.bot.post_callbacks import EntryButton, EntryStep, QueuePage
from apps.bot.post_words import head_told
from apps.bot.previews import reason_of, send_content
from apps.bot.rule_words import rule_told
from apps.bot.screen import show
from apps.bot.talk import Talk, Talking
from apps.bot.taps import first_tap
from core.errors import NotFound, TransitionRefused
from core.person import Role
from core.recurring_message import RecurringMessage
from infra.db.agenda import Entry
from infra.db.states import WAITING

Do = Callable[[], Awaitable[None]]
HEAD_UNITS = 300


def router() -> Router:
    made = Router(name="queued_post")
    made.callback_query.middleware(Talking())
    made.callback_query.filter(May(Role.VIEWER))
    editor = May(Role.EDITOR)
    made.callback_query.register(card, EntryButton.filter(F.step == EntryStep.SHOW))
    made.callback_query.register(look, EntryButton.filter(F.step == EntryStep.LOOK))
    made.callback_query.register(edit, EntryButton.filter(F.step == EntryStep.EDIT), editor)
    made.callback_query.register(now, EntryButton.filter(F.step == EntryStep.NOW), editor)
    made.callback_query.register(ask_cancel, EntryButton.filter(F.step == EntryStep.CANCEL), editor)
    made.callback_query.register(cancel, EntryButton.filter(F.step == EntryStep.CANCELLED), editor)
    made.callback_query.register(ask_end, EntryButton.filter(F.step == EntryStep.END), editor)
    made.callback_query.register(end, EntryButton.filter(F.step == EntryStep.ENDED), editor)
    return made


async def card(query: CallbackQuery, callback_data: EntryButton, talk: Talk) -> None:
    entry = await _entry(talk, callback_data)
    if entry is None:
        await show(query, *await page_told(talk, QueuePage(channel=0, page=0)))
        return
    may_change = talk.person.role.may(Role.EDITOR)
    waits = entry.message is None or entry.message.state in WAITING
    buttons = keyboards.card(entry, talk.words, may_change=may_change, waits=waits)
    await show(query, await _told(talk, entry), buttons)


async def look(query: CallbackQuery, callback_data: EntryButton, talk: Talk) -> None:
    entry = await _entry(talk, callback_data)
    if entry is None:
        await _too_late(talk, query, callback_data)
        return
    try:
        await send_content(talk.bot, talk.chat_id, content_of_entry(entry))
    except TelegramBadRequest as error:
        await talk.say(talk.words.format("post-refused-by-telegram", why=reason_of(error)))


async def edit(query: CallbackQuery, callback_data: EntryButton, talk: Talk) -> None:
    entry = await _entry(talk, callback_data)
    if entry is None or entry.message is None or entry.message.state not in WAITING:
        await _too_late(talk, query, callback_data)
        return
    buttons = buttons_in(entry.message.content)
    draft = Draft(number_of(query), Aim.QUEUED, entry.message.id, buttons=buttons)
    title = (await talk.titles()).get(entry.chat_id, entry.chat_id)
    await make_way(talk.state)
    await begin(talk, draft)
    await talk.say(talk.words.format("entry-edit-ask", title=title), only_drop(draft, talk.words))


async def replace_queued(talk: Talk, query: CallbackQuery, draft: Draft) -> None:
    """The new content takes the old one's place, unless that is on its way."""
    content = await content_for(talk, draft)
    try:
        await talk.office.ledger.desk.edit(draft.target, content)
    except (TransitionRefused, NotFound):
        text = await _state_told(talk, draft.target)
    else:
        text = talk.words.format("done-replaced")
    await finish(talk.state, draft, placed=True)
    await show(query, text, keyboards.only_queue(talk.words))


async def now(query: CallbackQuery, callback_data: EntryButton, talk: Talk) -> None:
    desk, at = talk.office.ledger.desk, talk.office.now()
    if await _done(talk, query, callback_data, lambda: desk.reschedule(callback_data.message, at)):
        talk.office.hurry()
        await show(query, talk.words.format("done-sent-now"))
        follow(talk, query, [callback_data.message])


async def ask_cancel(query: CallbackQuery, callback_data: EntryButton, talk: Talk) -> None:
    entry, words = await _entry(talk, callback_data), talk.words
    if entry is None:
        await _too_late(talk, query, callback_data)
        return
    head, when = head_told(content_of_entry(entry), words, HEAD_UNITS), talk.when(entry.at)
    text, yes = words.format("entry-cancel-ask", head=head, when=when), "entry-cancel-sure"
    await show(query, text, keyboards.sure(callback_data, EntryStep.CANCELLED, yes, words))


async def cancel(query: CallbackQuery, callback_data: EntryButton, talk: Talk) -> None:
    office, at = talk.office, moment_of(callback_data.at)
    if callback_data.message:
        done = await _done(
            talk, query, callback_data, lambda: office.ledger.desk.cancel(callback_data.message)
        )
    else:
        series_id = callback_data.series
        done = await _done(talk, query, callback_data, lambda: office.skipping.skip(series_id, at))
    if done:
        await show(query, talk.words.format("cancelled"), keyboards.only_queue(talk.words))


async def ask_end(query: CallbackQuery, callback_data: EntryButton, talk: Talk) -> None:
    series, words = await _series(talk, callback_data), talk.words
    if series is None:
        await _too_late(talk, query, callback_data)
        return
    text = words.format("entry-end-ask", head=head_told(series.content, words, HEAD_UNITS))
    buttons = keyboards.sure(callback_data, EntryStep.ENDED, "entry-end-sure", words)
    await show(query, text, buttons)


async def end(query: CallbackQuery, callback_data: EntryButton, talk: Talk) -> None:
    """Whatever has become meanwhile of the one time that was looked at."""
    series = await _series(talk, callback_data)
    series_id = series.id if series is not None else 0
    cancel_series = talk.office.ledger.series.cancel
    if await _done(talk, query, callback_data, lambda: cancel_series(series_id)):
        await show(query, talk.words.format("entry-ended"), keyboards.only_queue(talk.words))


async def _done(talk: Talk, query: CallbackQuery, pressed: EntryButton, do: Do) -> bool:
    """Whether this press has done it: of two taps the first has, and has said so."""
    if not await first_tap(talk.office, query):
        return False
    try:
        await do()
    except (TransitionRefused, NotFound):
        await _too_late(talk, query, pressed)
        return False
    return True


async def _too_late(talk: Talk, query: CallbackQuery, pressed: EntryButton) -> None:
    text = await _state_told(talk, pressed.message)
    await show(query, text, keyboards.only_queue(talk.words))


async def _state_told(talk: Talk, message_id: int) -> str:
    message = await found(talk, message_id)
    state = message.state.value if message is not None else "gone"
    return talk.words.format("queue-too-late", state=state)


async def _entry(talk: Talk, pressed: EntryButton) -> Entry | None:
    """None where it is not there any more: another time of its series is another entry."""
    agenda = talk.office.agenda
    try:
        if pressed.message:
            return await agenda.message(pressed.message)
        entry = await agenda.occurrence(pressed.series)
    except NotFound:
        return None
    return entry if int(entry.at.timestamp()) == pressed.at else None


async def _series(talk: Talk, pressed: EntryButton) -> RecurringMessage | None:
    """That of the message, or the one of which there is none yet, whatever its next time is."""
    try:
        if pressed.message:
            return (await talk.office.agenda.message(pressed.message)).series
        return await talk.office.ledger.series.get(pressed.series)
    except NotFound:
        return None


async def _told(talk: Talk, entry: Entry) -> str:
    words, named = talk.words, await talk.titles()
    state = entry.message.state.value if entry.message is not None else "scheduled"
    title, when = named.get(entry.chat_id, entry.chat_id), talk.when(entry.at)
    head = head_told(content_of_entry(entry), words, HEAD_UNITS)
    told = words.format("entry-card", title=title, when=when, head=head, state=state)
    if entry.series is None:
        return told
    rule = rule_told(entry.series.rule, words)
    return "\n\n".join([told, words.format("entry-recurs", rule=rule)])
