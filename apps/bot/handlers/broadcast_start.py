"""A broadcast that was written is tried, and started: what was agreed to is done once."""

import logging

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.bot.agreements import moment_of
from apps.bot.boards import Boards
from apps.bot.broadcast_callbacks import PlanButton, PlanStep
from apps.bot.broadcast_draft import agree_told, as_seen_by, plan_of, planned, unfit
from apps.bot.broadcast_screen import show_card
from apps.bot.draft_screen import agreed_draft, panel_of
from apps.bot.drafts import Draft, finish
from apps.bot.filters import May
from apps.bot.handlers.post_time import show_ways, time_is_over
from apps.bot.keyboards import broadcasts as keyboards
from apps.bot.office import Office
from apps.bot.post_callbacks import Agreed, Of
from apps.bot.screen import show
from apps.bot.talk import Talk, Talking
from apps.bot.taps import first_tap
from core.errors import KeyConflict, NotFound, TransitionRefused
from core.person import Role
from infra.broadcast_trial import copy_for
from infra.celery.runtime import send_policy

log = logging.getLogger(__name__)


def router() -> Router:
    made = Router(name="broadcast_start")
    made.callback_query.filter(May(Role.EDITOR))
    made.callback_query.middleware(Talking())
    made.callback_query.register(test, PlanButton.filter(F.step == PlanStep.TEST))
    made.callback_query.register(now, PlanButton.filter(F.step == PlanStep.NOW))
    made.callback_query.register(later, PlanButton.filter(F.step == PlanStep.LATER))
    made.callback_query.register(agreed, Agreed.filter(F.of == Of.BROADCAST))
    return made


async def test(query: CallbackQuery, callback_data: PlanButton, talk: Talk) -> None:
    """The way that all will go: through the ledger, and by a worker."""
    draft = await agreed_draft(talk, query, callback_data.draft, callback_data.revision)
    if draft is None:
        return
    if await first_tap(talk.office, query):
        content = await as_seen_by(talk, draft.content(talk.chat_id))
        which = f"{talk.chat_id}:{draft.id}:{query.id}"
        tries = send_policy(talk.office.settings).max_attempts
        request = copy_for(str(talk.chat_id), content, which, tries)
        await talk.office.ledger.intake.schedule(request)
        talk.office.hurry()
    await query.answer(talk.words.format("broadcast-tested"))


async def now(query: CallbackQuery, callback_data: PlanButton, talk: Talk) -> None:
    draft = await _ready(talk, query, callback_data)
    if draft is not None:
        await show(query, await agree_told(talk, draft), keyboards.agreement(draft, talk.words))


async def later(query: CallbackQuery, callback_data: PlanButton, talk: Talk) -> None:
    draft = await _ready(talk, query, callback_data)
    if draft is not None:
        await show_ways(talk, query, Of.BROADCAST, draft.id)


async def agreed(query: CallbackQuery, callback_data: Agreed, talk: Talk, boards: Boards) -> None:
    """Keyed by the draft: whoever agrees once more, or anew after a crash, finds it there."""
    draft = await agreed_draft(talk, query, callback_data.id, callback_data.revision)
    if draft is None:
        return
    at = moment_of(callback_data.at) if callback_data.at else None
    if at is not None and at <= talk.office.now():
        await time_is_over(talk, query, Of.BROADCAST, draft.id)
        return
    desk = talk.office.ledger.broadcasts
    try:
        made = await desk.create(planned(talk, draft))
    except KeyConflict:
        await finish(talk.state, draft)
        await show(query, talk.words.format("broadcast-before"))
        return
    try:
        await desk.start(made.broadcast_id, at)
    except TransitionRefused as error:
        log.info("it was started before: %s", error)
    talk.office.leave(_build(talk.office, made.broadcast_id))
    await finish(talk.state, draft)
    await show_card(talk, query, boards, made.broadcast_id)


async def _ready(talk: Talk, query: CallbackQuery, pressed: PlanButton) -> Draft | None:
    """The draft, if it can be sent to somebody; else what is amiss is shown with it."""
    draft = await agreed_draft(talk, query, pressed.draft, pressed.revision)
    if draft is None:
        return None
    try:
        why = await unfit(talk, draft, draft.content(talk.chat_id))
        if not why and not (await plan_of(talk, draft)).recipients:
            why = talk.words.format("broadcast-nobody")
    except NotFound:
        why = talk.words.format("broadcast-no-list")
    if not why:
        return draft
    await show(query, why, panel_of(draft, talk.words))
    return None


async def _build(office: Office, broadcast_id: int) -> None:
    """Write its recipients' rows. Where this ends with the bot, workers go on."""
    is_first = True
    async for _ in office.ledger.broadcast_build.audience(broadcast_id):
        if is_first:
            office.hurry()
        is_first = False
