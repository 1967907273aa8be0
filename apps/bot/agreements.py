"""What a chosen time leads to is said in full, with zone and weekday, before it is done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from apps.bot.broadcast_draft import agree_told
from apps.bot.broadcast_screen import found as find_broadcast
from apps.bot.broadcast_words import name_told
from apps.bot.clocks import clock_told
from apps.bot.draft_screen import chosen, pressed_draft
from apps.bot.drafts import Draft, load
from apps.bot.keyboards.times import agreement
from apps.bot.post_callbacks import Of
from apps.bot.post_words import channels_told, head_told
from apps.bot.rule_words import rule_told
from apps.bot.screen import show, tell
from apps.bot.talk import Talk
from core.broadcast import SCHEDULED, Broadcast
from core.errors import InvalidInput, NotFound
from core.message import Message
from core.reading import Moment
from core.recurrence import Recurrence
from infra.db.states import WAITING

STANDS = (Of.MESSAGE, Of.SCHEDULED)
"""What is in the ledger; the others are drafts."""

DATES = 5
"""So many of a recurrence's next dates are shown."""


async def asked_for(talk: Talk, query: CallbackQuery, of: Of, id_: int) -> bool:
    """Whether that which gets a time is there still; if not, that is told."""
    if of is Of.SCHEDULED:
        return await scheduled(talk, query, id_) is not None
    if of is not Of.MESSAGE:
        return await pressed_draft(talk, query, id_) is not None
    message = await found(talk, id_)
    if message is not None and message.state in WAITING:
        return True
    state = message.state.value if message is not None else "gone"
    await tell(query, talk.words.format("queue-too-late", state=state), alert=True)
    return False


async def scheduled(talk: Talk, query: CallbackQuery, broadcast_id: int) -> Broadcast | None:
    """The broadcast, if it has not begun; else how it stands is told."""
    broadcast = await find_broadcast(talk, query, broadcast_id)
    if broadcast is None:
        return None
    now = broadcast.shown(talk.office.now())
    if now == SCHEDULED:
        return broadcast
    await tell(query, talk.words.format("broadcast-state", state=now), alert=True)
    return None


async def found(talk: Talk, message_id: int) -> Message | None:
    try:
        return await talk.office.ledger.reading.get(message_id)
    except NotFound:
        return None


async def ask_agreement(
    talk: Talk, of: Of, id_: int, moment: Moment, query: CallbackQuery | None
) -> None:
    """In the place of the button, or below what was written. What is shown is what the button
    does, which carries whole seconds.
    """
    moment = replace(moment, at=moment.at.replace(microsecond=0))
    text, buttons = await _question(talk, of, id_, moment)
    if query is not None:
        await show(query, text, buttons)
    else:
        await talk.say(text, buttons)


def recurrence_of(draft: Draft, at: datetime, talk: Talk) -> Recurrence:
    """From the first whole minute at `at` on. Raises InvalidInput."""
    wall = at.astimezone(talk.zone).replace(tzinfo=None)
    minute = wall.replace(second=0, microsecond=0)
    starts = minute if minute == wall else minute + timedelta(minutes=1)
    return Recurrence(draft.rule, talk.zone.key, starts)


async def _question(
    talk: Talk, of: Of, id_: int, moment: Moment
) -> tuple[str, InlineKeyboardMarkup]:
    words, draft = talk.words, await load(talk.state) if of not in STANDS else None
    if of is Of.SCHEDULED:
        text, yes = await _starting(talk, id_, moment), words.format("yes-move")
    elif draft is None:
        text, yes = await _moving(talk, id_, moment), words.format("yes-move")
    elif of is Of.BROADCAST:
        told = await agree_told(talk, draft, talk.when(moment.at))
        text, yes = _with_notes(talk, told, moment), words.format("yes-broadcast")
    elif draft.rule:
        text, yes = await _repeating(talk, draft, moment), words.format("yes-repeat")
    else:
        text, yes = await _scheduling(talk, draft, moment), words.format("yes-schedule")
    revision = draft.revision if draft is not None else 0
    return text, agreement(of, id_, revision, moment.at, yes, words)


async def _moving(talk: Talk, message_id: int, moment: Moment) -> str:
    message = await talk.office.ledger.reading.get(message_id)
    head, when = head_told(message.content, talk.words), talk.when(moment.at)
    asked = talk.words.format("agree-move", head=head, when=when)
    return _with_notes(talk, asked, moment)


async def _starting(talk: Talk, broadcast_id: int, moment: Moment) -> str:
    broadcast = await talk.office.ledger.broadcasts.get(broadcast_id)
    name, when = name_told(broadcast, talk.words), talk.when(moment.at)
    return _with_notes(talk, talk.words.format("agree-move", head=name, when=when), moment)


async def _scheduling(talk: Talk, draft: Draft, moment: Moment) -> str:
    names = channels_told(await chosen(talk, draft), talk.words)
    asked = talk.words.format("agree-schedule", when=talk.when(moment.at), names=names)
    return _with_notes(talk, asked, moment)


async def _repeating(talk: Talk, draft: Draft, moment: Moment) -> str:
    words = talk.words
    try:
        recurrence = recurrence_of(draft, moment.at, talk)
        dates = recurrence.upcoming(talk.office.now(), DATES)
    except InvalidInput:
        dates = []
    if not dates:
        return words.format("rule-never")
    names = channels_told(await chosen(talk, draft), words)
    rule, listed = rule_told(draft.rule, words), "\n".join(map(talk.when, dates))
    asked = words.format("agree-repeat", rule=rule, names=names, dates=listed)
    return _with_notes(talk, asked, moment)


def _with_notes(talk: Talk, text: str, moment: Moment) -> str:
    """With what may surprise about how the time was read."""
    asked = moment.asked
    clock = f"{asked:%H:%M}" if asked is not None else clock_told(moment.at, talk.zone)
    notes = (talk.words.format("time-note", note=note.value, asked=clock) for note in moment.notes)
    return "\n\n".join([text, *notes])


def moment_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
