"""Whatever nobody else has understood."""

from aiogram import Bot, F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from apps.bot.callbacks import Cancel
from apps.bot.commands import may, named
from apps.bot.draft_choice import offer
from apps.bot.drafts import load, look_away
from apps.bot.office import Office
from apps.bot.screen import show, tell
from apps.bot.talk import Talk
from apps.bot.texts import Words
from core.person import Person, Role
from core.subscriber import Subscriber


def router() -> Router:
    made = Router(name="fallback")
    made.callback_query.register(cancel, Cancel.filter())
    made.callback_query.register(stale)
    made.message.register(unknown_command, F.text.startswith("/"))
    made.message.register(not_understood)
    return made


async def cancel(query: CallbackQuery, state: FSMContext, words: Words) -> None:
    await look_away(state)
    await show(query, words.format("cancelled"))


async def stale(query: CallbackQuery, words: Words) -> None:
    """A button of a conversation that is over, or of one who may not press it any more."""
    await tell(query, words.format("stale"), alert=True)


async def unknown_command(
    message: Message, words: Words, person: Person | None, subscriber: Subscriber
) -> None:
    known = named(message.text or "")
    if person is None:
        await message.answer(_to_stranger(subscriber, words))
    elif known is not None and known.role is not None and not may(person.role, known):
        await message.answer(words.format("not-allowed", role=known.role.value))
    else:
        await message.answer(words.format("unknown-command"))


async def not_understood(
    message: Message,
    bot: Bot,
    office: Office,
    words: Words,
    person: Person | None,
    subscriber: Subscriber,
    state: FSMContext,
) -> None:
    """Where a post was left off, whether this shall belong to it is not guessed."""
    draft = await load(state)
    if person is None:
        await message.answer(_to_stranger(subscriber, words))
    elif draft is None or not draft.parts or not person.role.may(Role.EDITOR):
        await message.answer(words.format("not-understood"))
    else:
        await offer(Talk(bot, office, words, person, state), draft, "draft-in-hand-first")


def _to_stranger(subscriber: Subscriber, words: Words) -> str:
    return words.format("stranger", hears="yes" if subscriber.is_reached else "no")
