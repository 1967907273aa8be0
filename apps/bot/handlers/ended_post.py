"""A post that failed, or of which nobody knows: sent again, or taken as sent."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.bot.agreements import found
from apps.bot.filters import May
from apps.bot.following import follow
from apps.bot.keyboards.queue import only_queue
from apps.bot.post_callbacks import EntryButton, EntryStep
from apps.bot.screen import show
from apps.bot.settling import settle
from apps.bot.talk import Talk, Talking
from apps.bot.taps import first_tap
from core.errors import NotFound, TransitionRefused
from core.person import Role

STEPS = (EntryStep.RETRY, EntryStep.RESEND, EntryStep.SENT)


def router() -> Router:
    made = Router(name="ended_post")
    made.callback_query.filter(May(Role.EDITOR))
    made.callback_query.middleware(Talking())
    made.callback_query.register(press, EntryButton.filter(F.step.in_(STEPS)))
    return made


async def press(query: CallbackQuery, callback_data: EntryButton, talk: Talk) -> None:
    message_id, step = callback_data.message, callback_data.step
    if not await first_tap(talk.office, query):
        return
    try:
        await settle(talk.office.ledger.desk, message_id, step)
    except (TransitionRefused, NotFound):
        message = await found(talk, message_id)
        state = message.state.value if message is not None else "gone"
        late = talk.words.format("queue-too-late", state=state)
        await show(query, late, only_queue(talk.words))
        return
    if step is not EntryStep.SENT:
        talk.office.hurry()
        await show(query, talk.words.format("done-sent-now"))
    follow(talk, query, [message_id])
