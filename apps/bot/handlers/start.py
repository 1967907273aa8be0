"""/start and /stop: who comes, with a code or without one, and who has had enough. /help."""

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from apps.bot.commands import commands_for, publish_for
from apps.bot.drafts import look_away
from apps.bot.notices import notify
from apps.bot.office import Office
from apps.bot.texts import Words
from core.person import Admission, Person, Role
from core.subscriber import Profile

REFUSALS = {
    Admission.UNKNOWN: "start-code-unknown",
    Admission.USED: "start-code-used",
    Admission.EXPIRED: "start-code-expired",
}


def router() -> Router:
    made = Router(name="start")
    made.message.register(start, CommandStart())
    made.message.register(stop, Command("stop"))
    made.message.register(help_, Command("help"))
    return made


async def start(
    message: Message,
    command: CommandObject,
    bot: Bot,
    office: Office,
    words: Words,
    profile: Profile,
    person: Person | None,
    state: FSMContext,
) -> None:
    """A code may stand behind it: typed, or out of a link t.me/BOT?start=CODE."""
    await look_away(state)
    fresh = await office.subscribers.start(profile.user_id)
    code = (command.args or "").strip()
    if code:
        await _bring_code(code, message, bot, office, words, profile, person)
    elif person is not None:
        await message.answer(home(person, words, office))
    elif not await office.people.has_owner():
        await message.answer(words.format("start-unpaired"))
    else:
        await message.answer(words.format("start-subscribed" if fresh else "start-again"))


async def stop(message: Message, office: Office, words: Words, profile: Profile) -> None:
    stopped = await office.subscribers.stop(profile.user_id)
    await message.answer(words.format("stop-done" if stopped else "stop-again"))


async def help_(message: Message, office: Office, words: Words, person: Person | None) -> None:
    if person is None:
        await message.answer(words.format("help-stranger"))
    else:
        await message.answer(words.format("help", commands=menu(person.role, words, office)))


def home(person: Person, words: Words, office: Office) -> str:
    commands = menu(person.role, words, office)
    told = words.format("start-home", name=person.name, role=person.role.value, commands=commands)
    if person.zone or not person.role.may(Role.EDITOR):
        return told
    return f"{told}\n\n{words.format('start-zone')}"


def menu(role: Role | None, words: Words, office: Office) -> str:
    """A line for each command."""
    found = commands_for(role, office)
    return "\n".join(f"/{each.name} {words.format(each.text)}" for each in found)


async def _bring_code(
    code: str,
    message: Message,
    bot: Bot,
    office: Office,
    words: Words,
    profile: Profile,
    before: Person | None,
) -> None:
    admission, _ = await office.invites.accept(code, profile.user_id)
    person = await office.people.find(profile.user_id)
    if admission is not Admission.ACCEPTED or person is None:
        await message.answer(words.format(REFUSALS[admission]))
        return
    await message.answer(home(person, words, office))
    office.leave(publish_for(bot, office, person))
    if before is None:
        office.leave(_tell_inviter(person, bot, office))


async def _tell_inviter(person: Person, bot: Bot, office: Office) -> None:
    inviter = await office.people.inviter_of(person.user_id)
    if inviter is not None:
        name, role = person.name, person.role.value
        text = office.words(inviter).format("people-came", name=name, role=role)
        await notify(bot, office, inviter.user_id, text)
