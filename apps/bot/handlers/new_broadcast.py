"""A new broadcast: what is sent to the bot as it shall be, and for whom it is."""

import re
from collections.abc import Iterable, Mapping

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.bot.boards import Boards
from apps.bot.broadcast_callbacks import (
    By,
    NewBroadcast,
    PlanButton,
    PlanStep,
    WhomButton,
    WhomPage,
    mark_of,
)
from apps.bot.broadcast_screen import show_instead
from apps.bot.draft_choice import begin, in_hand, offer
from apps.bot.draft_screen import pressed_draft, show_panel
from apps.bot.drafts import Aim, Draft, finish, leave_off, look_away
from apps.bot.filters import May
from apps.bot.keyboards import broadcasts as keyboards
from apps.bot.keyboards.posts import only_drop
from apps.bot.screen import show
from apps.bot.talk import Talk, Talking
from core.audience import Audience
from core.person import Role
from infra.db.overview import overview
from infra.db.tags import Tags

LANGUAGE = re.compile(r"[a-z0-9-]{1,35}")
"""As a button can carry it; others have come from no Telegram that we know."""


FEES = (PlanStep.PAID, PlanStep.FREE)


def router() -> Router:
    made = Router(name="new_broadcast")
    made.callback_query.filter(May(Role.EDITOR))
    made.callback_query.middleware(Talking())
    made.callback_query.register(new, NewBroadcast.filter())
    made.callback_query.register(whom, PlanButton.filter(F.step == PlanStep.WHOM))
    made.callback_query.register(which, WhomPage.filter())
    made.callback_query.register(chosen, WhomButton.filter())
    made.callback_query.register(pay, PlanButton.filter(F.step.in_(FEES)))
    return made


async def new(
    query: CallbackQuery, callback_data: NewBroadcast, talk: Talk, boards: Boards
) -> None:
    """The message with the button becomes the question: so its number is this draft's alone."""
    if query.message is None:
        return
    number = query.message.message_id
    if callback_data.instead:
        other = await pressed_draft(talk, query, callback_data.instead)
        if other is None:
            return
        await finish(talk.state, other)
    elif (draft := await in_hand(talk)) is not None:
        await look_away(talk.state)  # what comes next may be meant for the new one
        anew = (talk.words.format("draft-anew"), NewBroadcast(instead=draft.id))
        await offer(talk, draft, "draft-in-hand", anew)
        return
    await leave_off(talk.state)
    made = Draft(number, aim=Aim.BROADCAST)
    await begin(talk, made)
    text = talk.words.format("broadcast-ask", field="{first_name|friend}")
    await show_instead(talk, query, boards, text, only_drop(made, talk.words))


async def whom(query: CallbackQuery, callback_data: PlanButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is not None:
        text = talk.words.format("broadcast-whom-ask")
        await show(query, text, keyboards.ways(draft, talk.words))


async def which(query: CallbackQuery, callback_data: WhomPage, talk: Talk) -> None:
    """Lists, tags or languages that there are."""
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is None:
        return
    by = callback_data.by
    names = await _names(talk, by)
    text = talk.words.format("broadcast-which" if names else "broadcast-nothing", by=by.value)
    await show(query, text, keyboards.names(draft, by, names, callback_data.page, talk.words))


async def chosen(query: CallbackQuery, callback_data: WhomButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is None:
        return
    by, mark = callback_data.by, callback_data.mark
    names = await _named(talk, by, mark)
    name = next((each for each in names if mark_of(by, each) == mark), "")
    if by is not By.ALL and not name:
        await query.answer(talk.words.format("error-gone"), show_alert=True)
        return
    await show_panel(talk, query, draft.changed(whom=_audience(by, name).as_json()))


async def pay(query: CallbackQuery, callback_data: PlanButton, talk: Talk) -> None:
    """The button says what is wanted, so that a second tap changes nothing."""
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is None:
        return
    wanted = callback_data.step is PlanStep.PAID
    await show_panel(talk, query, draft if draft.paid is wanted else draft.changed(paid=wanted))


async def _names(talk: Talk, by: By) -> Mapping[str, int]:
    """Each with how many have it: those on a list, and of the others who may be written to, the
    most frequent first.
    """
    office = talk.office
    if by is By.LIST:
        return {each.name: each.members for each in await office.audiences.lists.listed()}
    seen = await overview(office.database, office.settings.bot_id, Audience())
    if by is By.TAG:
        return seen.tags
    return {name: count for name, count in seen.languages.items() if LANGUAGE.fullmatch(name)}


async def _named(talk: Talk, by: By, mark: str) -> Iterable[str]:
    """Names that the mark may be of: to find them nobody has to be counted."""
    office = talk.office
    if by is By.LIST:
        return [each.name for each in await office.audiences.lists.listed()]
    if by is By.TAG:
        return await Tags(office.database, office.settings.bot_id).names()
    return [mark] if by is By.LANGUAGE else []


def _audience(by: By, name: str) -> Audience:
    if by is By.LIST:
        return Audience(list_name=name)
    if by is By.TAG:
        return Audience(tags=(name,))
    return Audience(languages=(name,)) if by is By.LANGUAGE else Audience()
