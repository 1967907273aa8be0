"""A draft leaves: at once, at a time, or again and again. What was agreed to is done once."""

from collections.abc import Callable
from datetime import datetime

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.bot import placing
from apps.bot.agreements import asked_for, moment_of, recurrence_of
from apps.bot.draft_screen import agreed_draft, chosen, content_for, pressed_draft
from apps.bot.drafts import Draft, finish, save
from apps.bot.filters import May
from apps.bot.following import follow
from apps.bot.handlers.post_channels import show_channels
from apps.bot.handlers.post_time import show_ways, time_is_over
from apps.bot.keyboards.posts import panel
from apps.bot.keyboards.queue import only_queue
from apps.bot.post_callbacks import Agreed, DraftButton, DraftStep, Of
from apps.bot.post_words import channels_told
from apps.bot.rule_words import rule_told
from apps.bot.screen import show, tell
from apps.bot.talk import Talk, Talking
from core.channel import Channel
from core.errors import InvalidInput, NotFound, TransitionRefused
from core.message import Request
from core.person import Role

Channels = list[Channel]
Told = Callable[[str], str]
"""What is done, to the channels of these names."""


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
    placed = await placing.schedule(talk.office, await _requests(talk, draft, channels, None))
    talk.office.hurry()
    note = await _done(
        talk,
        query,
        draft,
        placed,
        channels,
        lambda names: talk.words.format("done-now", names=names),
    )
    follow(talk, query, placed.ids, note=note)


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
    asked = await _requests(talk, draft, channels, at)
    if draft.rule:
        await _repeat(talk, query, draft, asked, channels, at)
    elif at <= talk.office.now() and not await placing.is_placed(talk.office, asked):
        await time_is_over(talk, query, Of.DRAFT, draft.id)
    else:
        placed, when = await placing.schedule(talk.office, asked), talk.when(at)
        note = await _done(
            *(talk, query, draft, placed, channels),
            lambda names: talk.words.format("done-scheduled", when=when, names=names),
        )
        follow(talk, query, placed.ids, at, note)


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
    await show(query, talk.words.format("done-moved", when=talk.when(at)), only_queue(talk.words))


async def targets(talk: Talk, query: CallbackQuery, draft: Draft) -> Channels:
    """Where it goes. Where there is nothing chosen, or the bot may not post there any more, that
    is said, and asked for.
    """
    channels = await chosen(talk, draft)
    if channels and len(channels) == len(draft.channels):
        return channels
    key = "channels-first" if not draft.channels else "channels-lost"
    await tell(query, talk.words.format(key), alert=True)
    draft = draft.changed(channels=tuple(channel.id for channel in channels))
    await save(talk.state, draft)
    await show_channels(talk, query, draft)
    return []


async def _repeat(
    talk: Talk,
    query: CallbackQuery,
    draft: Draft,
    asked: list[Request],
    channels: Channels,
    at: datetime,
) -> None:
    try:
        recurrence = recurrence_of(draft, at, talk)
        following = recurrence.next_after(talk.office.now())
    except InvalidInput:
        following = None
    if following is None:
        await show(query, talk.words.format("rule-never"), panel(draft, talk.words))
        return
    when, rule = talk.when(following), rule_told(draft.rule, talk.words)
    done = talk.words.format("done-repeated", rule=rule, when=when)
    placed = await placing.repeat(talk.office, asked, recurrence)
    await _done(talk, query, draft, placed, channels, lambda _: done)


async def _requests(
    talk: Talk, draft: Draft, channels: Channels, at: datetime | None
) -> list[Request]:
    content = await content_for(talk, draft)
    return placing.requests(talk.office, draft, content, channels, talk.chat_id, at)


async def _done(
    talk: Talk,
    query: CallbackQuery,
    draft: Draft,
    placed: placing.Placed,
    channels: Channels,
    told: Told,
) -> str:
    """Says what was done, and where. What is said of the other channels is returned, too."""
    words, done, note = talk.words, "", ""
    if got := [each for each in channels if each.facts.chat_id not in placed.refused]:
        done = told(channels_told(got, words))
    if others := [each for each in channels if each.facts.chat_id in placed.refused]:
        note = words.format("done-before", names=channels_told(others, words))
    await finish(talk.state, draft, placed=True)
    await show(query, "\n\n".join(filter(None, [done, note])))
    return note
