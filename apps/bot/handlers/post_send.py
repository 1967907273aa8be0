"""A draft leaves: at once, at a time, or again and again. What was agreed to is done once."""

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.bot import placing
from apps.bot.agreements import asked_for, moment_of, recurrence_of
from apps.bot.draft_screen import agreed_draft, chosen, content_for, pressed_draft
from apps.bot.drafts import Draft, finish, save
from apps.bot.filters import May
from apps.bot.handlers.post_channels import show_channels
from apps.bot.handlers.post_time import show_ways, time_is_over
from apps.bot.keyboards.posts import panel
from apps.bot.post_callbacks import Agreed, DraftButton, DraftStep, Of
from apps.bot.post_words import channels_told
from apps.bot.rule_words import rule_told
from apps.bot.screen import show
from apps.bot.talk import Talk, Talking
from core.channel import Channel
from core.errors import InvalidInput, KeyConflict, NotFound, TransitionRefused
from core.message import Request
from core.person import Role

Channels = list[Channel]
Do = Callable[[], Awaitable[None]]


def router() -> Router:
    made = Router(name="post_send")
    made.callback_query.filter(May(Role.EDITOR))
    made.callback_query.middleware(Talking())
    made.callback_query.register(now, DraftButton.filter(F.step == DraftStep.NOW))
    made.callback_query.register(later, DraftButton.filter(F.step == DraftStep.LATER))
    made.callback_query.register(agreed, Agreed.filter(F.of == Of.DRAFT))
    made.callback_query.register(moved, Agreed.filter(F.of == Of.MESSAGE))
    return made


async def now(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await agreed_draft(talk, query, callback_data.draft, callback_data.revision)
    channels = await targets(talk, query, draft) if draft is not None else []
    if draft is None or not channels:
        return
    asked = await _requests(talk, draft, channels, None)
    done = talk.words.format("done-now", names=channels_told(channels, talk.words))
    await _do(talk, query, draft, lambda: placing.schedule(talk.office, asked), done)
    placing.hurry(talk.office)


async def later(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is not None and await targets(talk, query, draft):
        await save(talk.state, draft.changed(rule=""))
        await show_ways(talk, query, Of.DRAFT, draft.id)


async def agreed(query: CallbackQuery, callback_data: Agreed, talk: Talk) -> None:
    draft = await agreed_draft(talk, query, callback_data.id, callback_data.revision)
    channels = await targets(talk, query, draft) if draft is not None else []
    if draft is None or not channels:
        return
    at = moment_of(callback_data.at)
    asked = await _requests(talk, draft, channels, callback_data.at)
    if draft.rule:
        await _repeat(talk, query, draft, asked, callback_data.at)
    elif at <= talk.office.now() and not await placing.is_placed(talk.office, asked):
        await time_is_over(talk, query, Of.DRAFT, draft.id)
    else:
        names = channels_told(channels, talk.words)
        done = talk.words.format("done-scheduled", when=talk.when(at), names=names)
        await _do(talk, query, draft, lambda: placing.schedule(talk.office, asked), done)


async def moved(query: CallbackQuery, callback_data: Agreed, talk: Talk) -> None:
    """A message of the queue gets its new time, unless it is on its way by now."""
    at = moment_of(callback_data.at)
    if at <= talk.office.now():
        await time_is_over(talk, query, Of.MESSAGE, callback_data.id)
        return
    try:
        await talk.office.ledger.desk.reschedule(callback_data.id, at)
    except (TransitionRefused, NotFound):
        await asked_for(talk, query, Of.MESSAGE, callback_data.id)
        return
    await talk.state.set_state(None)
    await show(query, talk.words.format("done-moved", when=talk.when(at)))


async def targets(talk: Talk, query: CallbackQuery, draft: Draft) -> Channels:
    """Where it goes. Where there is nothing chosen, or the bot may not post there any more, that
    is said, and asked for.
    """
    channels = await chosen(talk, draft)
    if channels and len(channels) == len(draft.channels):
        return channels
    key = "channels-first" if not draft.channels else "channels-lost"
    await query.answer(talk.words.format(key), show_alert=True)
    draft = draft.changed(channels=tuple(channel.id for channel in channels))
    await save(talk.state, draft)
    await show_channels(talk, query, draft)
    return []


async def _repeat(
    talk: Talk, query: CallbackQuery, draft: Draft, asked: list[Request], at: int
) -> None:
    try:
        recurrence = recurrence_of(draft, moment_of(at), talk)
        following = recurrence.next_after(talk.office.now())
    except InvalidInput:
        following = None
    if following is None:
        await show(query, talk.words.format("rule-never"), panel(draft, talk.words))
        return
    when, rule = talk.when(following), rule_told(draft.rule, talk.words)
    done = talk.words.format("done-repeated", rule=rule, when=when)
    await _do(talk, query, draft, lambda: placing.repeat(talk.office, asked, recurrence), done)


async def _requests(talk: Talk, draft: Draft, channels: Channels, at: int | None) -> list[Request]:
    content, due_at = await content_for(talk, draft), moment_of(at) if at is not None else None
    return placing.requests(talk.office, draft, content, channels, talk.chat_id, due_at)


async def _do(talk: Talk, query: CallbackQuery, draft: Draft, do: Do, done: str) -> None:
    try:
        await do()
    except KeyConflict:
        done = talk.words.format("done-before")
    await finish(talk.state, draft)
    await show(query, done)
