"""/people: owners invite, look who is there, and remove."""

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from apps.bot.callbacks import InviteAs, PeopleList, PersonButton, PersonStep
from apps.bot.commands import withdraw_from
from apps.bot.drafts import look_away
from apps.bot.filters import May
from apps.bot.keyboards.pages import page_there
from apps.bot.keyboards.people import back_to_people, people_list, person_card, sure_to_remove
from apps.bot.notices import notify
from apps.bot.office import Office
from apps.bot.screen import show
from apps.bot.taps import first_tap
from apps.bot.texts import Words
from core.errors import NotFound, TransitionRefused
from core.person import Person, Role


def router() -> Router:
    made = Router(name="people")
    made.message.filter(May(Role.OWNER))
    made.callback_query.filter(May(Role.OWNER))
    made.message.register(people, Command("people"))
    made.callback_query.register(list_again, PeopleList.filter())
    made.callback_query.register(invite, InviteAs.filter())
    made.callback_query.register(person_button, PersonButton.filter())
    return made


async def people(message: Message, office: Office, words: Words, state: FSMContext) -> None:
    await look_away(state)
    text, buttons = await _list(office, words)
    await message.answer(text, reply_markup=buttons)


async def list_again(
    query: CallbackQuery, callback_data: PeopleList, office: Office, words: Words
) -> None:
    await show(query, *await _list(office, words, callback_data.page))


async def invite(
    query: CallbackQuery, callback_data: InviteAs, bot: Bot, office: Office, words: Words
) -> None:
    """One link for one person; the message with it can be passed on."""
    if not await first_tap(office, query):
        return
    code = await office.invites.make(callback_data.role, query.from_user.id)
    link = f"https://t.me/{(await bot.me()).username}?start={code}"
    text = words.format("people-invited", role=callback_data.role.value, link=link, code=code)
    await show(query, text, back_to_people(words))


async def person_button(
    query: CallbackQuery, callback_data: PersonButton, bot: Bot, office: Office, words: Words
) -> None:
    person, page = await office.people.find(callback_data.user_id), callback_data.page
    if person is None:
        await show(query, *await _list(office, words, page))
    elif callback_data.step is PersonStep.SHOW:
        await show(query, _told(person, words), person_card(person, page, words))
    elif callback_data.step is PersonStep.REMOVE:
        is_self = person.user_id == query.from_user.id
        key = "people-leave-ask" if is_self else "people-remove-ask"
        text = words.format(key, name=person.name)
        await show(query, text, sure_to_remove(person, page, words))
    else:
        await _remove(query, person, bot, office, words)


async def _remove(
    query: CallbackQuery, person: Person, bot: Bot, office: Office, words: Words
) -> None:
    try:
        await office.people.remove(person.user_id)
    except TransitionRefused:
        await show(query, words.format("people-last-owner"), back_to_people(words))
        return
    except NotFound:  # another owner was quicker, and has told them
        pass
    else:
        office.leave(_take_leave(person, bot, office, told=person.user_id == query.from_user.id))
    if person.user_id == query.from_user.id:
        await show(query, words.format("people-gone"))
        return
    await show(query, words.format("people-removed", name=person.name), back_to_people(words))


async def _take_leave(person: Person, bot: Bot, office: Office, *, told: bool) -> None:
    """`told`: they have removed themselves, and know of it."""
    if not told:
        await notify(bot, office, person.user_id, office.words(person).format("people-gone"))
    await withdraw_from(bot, person.user_id)


async def _list(office: Office, words: Words, page: int = 0) -> tuple[str, InlineKeyboardMarkup]:
    found = await office.people.listed()
    page = page_there(page, len(found))
    reached = await office.subscribers.count_reached()
    text = words.format("people-list", people=len(found), subscribers=reached)
    return text, people_list(found, page, words)


def _told(person: Person, words: Words) -> str:
    return words.format(
        "people-card",
        name=person.name,
        username=f"@{person.username}" if person.username else "",
        role=person.role.value,
        id=str(person.user_id),
    )
