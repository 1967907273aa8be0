"""A post that was left off for something else: go on with it, begin another, or /cancel it."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from apps.bot.draft_choice import begin_new, head_of, offer
from apps.bot.draft_screen import pressed_draft, show_draft
from apps.bot.drafts import finish, leave_off, load
from apps.bot.filters import May
from apps.bot.post_callbacks import DraftButton, DraftStep
from apps.bot.previews import take_away
from apps.bot.talk import Talk, Talking
from core.person import Role


def router() -> Router:
    made = Router(name="unfinished")
    made.message.filter(May(Role.VIEWER))
    made.callback_query.filter(May(Role.EDITOR))
    for observer in (made.message, made.callback_query):
        observer.middleware(Talking())
    made.message.register(cancel, Command("cancel"))
    made.callback_query.register(resume, DraftButton.filter(F.step == DraftStep.RESUME))
    made.callback_query.register(anew, DraftButton.filter(F.step == DraftStep.ANEW))
    return made


async def cancel(message: Message, talk: Talk) -> None:
    """What the bot waits for, and the post in hand; one that waited aside is told of."""
    draft, waited = await load(talk.state), await talk.state.get_state()
    if draft is None:
        await leave_off(talk.state)
        await talk.say(talk.words.format("cancelled" if waited else "cancel-nothing"))
        return
    await finish(talk.state, draft)
    dropped = draft.parts and talk.words.format("draft-dropped", head=head_of(talk, draft))
    await talk.say(dropped or talk.words.format("cancelled"))
    if (other := await load(talk.state)) is not None:
        await offer(talk, other, "draft-in-hand")


async def resume(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is not None:
        await _take_away_offer(talk, query)
        await show_draft(talk, draft)


async def anew(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is not None and query.message is not None:
        await finish(talk.state, draft)
        await _take_away_offer(talk, query)
        await begin_new(talk, query)


async def _take_away_offer(talk: Talk, query: CallbackQuery) -> None:
    if query.message is not None:
        await take_away(talk.bot, talk.chat_id, (query.message.message_id,))
