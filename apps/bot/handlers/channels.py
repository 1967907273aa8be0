"""/channels: which there are, what the bot may do there; adding, checking and removing them."""

import re

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardMarkup,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
)

from apps.bot.callbacks import AddChannel, AddNamed, ChannelButton, ChannelList, ChannelStep
from apps.bot.channel_words import channel_told, news_told
from apps.bot.cutting import one_line
from apps.bot.drafts import look_away
from apps.bot.filters import May
from apps.bot.keyboards.channels import (
    add_this,
    back_to_channels,
    channel_card,
    channel_list,
    sure_to_remove,
    ways_to_add,
)
from apps.bot.keyboards.pages import page_there
from apps.bot.office import Office
from apps.bot.screen import show, tell
from apps.bot.texts import Words
from core.channel import Channel
from core.chat_id import parse_chat_id
from core.errors import InvalidInput, TelegramRefused
from core.person import Person, Role
from infra.celery.channel_facts import look_at_rights, take_on

LINK = re.compile(r"(?:https?://)?(?:t\.me|telegram\.me)/(?:s/)?(\w+)(?:/.*)?", re.ASCII)
NAME = re.compile(r"@([A-Za-z]\w{3,31})", re.ASCII)

NAMED_UNITS = 100

Shown = tuple[str, InlineKeyboardMarkup | None]


class Adding(StatesGroup):
    """Waits for a forwarded post or a name."""

    channel = State()


def router() -> Router:
    made = Router(name="channels")
    editor = May(Role.EDITOR)
    made.message.filter(May(Role.VIEWER))
    made.callback_query.filter(May(Role.VIEWER))
    made.message.register(channels, Command("channels"))
    made.callback_query.register(list_again, ChannelList.filter())
    made.callback_query.register(show_channel, ChannelButton.filter(F.step == ChannelStep.SHOW))
    made.callback_query.register(ask_to_add, AddChannel.filter(), editor)
    made.callback_query.register(add_offered, AddNamed.filter(), editor)
    made.callback_query.register(change_channel, ChannelButton.filter(), editor)
    made.message.register(add_forwarded, Adding.channel, F.forward_origin, editor)
    made.message.register(add_named, Adding.channel, F.text & ~F.text.startswith("/"), editor)
    made.message.register(offer_to_add, StateFilter(None), named_alone, editor)
    return made


async def channels(
    message: Message,
    command: CommandObject,
    office: Office,
    words: Words,
    person: Person,
    state: FSMContext,
) -> None:
    """`/channels`, or `/channels @name` to add that one."""
    await look_away(state)
    if command.args and person.role.may(Role.EDITOR):
        await _add(command.args, message, office, words)
        return
    text, buttons = await _list(office, words, person)
    await message.answer(text, reply_markup=buttons)


async def list_again(
    query: CallbackQuery,
    callback_data: ChannelList,
    office: Office,
    words: Words,
    person: Person,
    state: FSMContext,
) -> None:
    await look_away(state)
    await show(query, *await _list(office, words, person, callback_data.page))


async def show_channel(
    query: CallbackQuery, callback_data: ChannelButton, office: Office, words: Words, person: Person
) -> None:
    channel = await office.channels.listed_by_id(callback_data.id)
    if channel is None:
        await show(query, *await _list(office, words, person))
    else:
        await _show_card(query, channel, callback_data.page, words, person)


async def change_channel(
    query: CallbackQuery, callback_data: ChannelButton, office: Office, words: Words, person: Person
) -> None:
    channel = await office.channels.listed_by_id(callback_data.id)
    if channel is None:
        await show(query, *await _list(office, words, person))
    elif callback_data.step is ChannelStep.CHECK:
        await _check(query, channel, callback_data.page, office, words, person)
    elif callback_data.step is ChannelStep.REMOVE:
        text = words.format("channels-remove-ask", title=channel.facts.title)
        await show(query, text, sure_to_remove(channel, callback_data.page, words))
    else:
        await office.channels.remove(channel.id)
        text = words.format("channels-removed", title=channel.facts.title)
        await show(query, text, back_to_channels(words, callback_data.page))


async def ask_to_add(query: CallbackQuery, bot: Bot, words: Words, state: FSMContext) -> None:
    await state.set_state(Adding.channel)
    name = (await bot.me()).username or ""
    text = words.format("channels-how-to-add", bot=name)
    await show(query, text, ways_to_add(name, words))


async def add_forwarded(message: Message, office: Office, words: Words) -> None:
    """What people have forwarded tells of its channel, unless it came from a person."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginChannel):
        await _add(str(origin.chat.id), message, office, words)
    elif isinstance(origin, MessageOriginChat):
        await _add(str(origin.sender_chat.id), message, office, words)
    else:
        await message.answer(words.format("channels-not-forwarded"))


async def add_named(message: Message, office: Office, words: Words) -> None:
    """One after the other, until something else is talked about."""
    await _add(message.text or "", message, office, words)


def named_alone(message: Message) -> bool | dict[str, str]:
    """A message that is a channel's name or a link to it, and nothing else."""
    word = (message.text or "").strip()
    found = NAME.fullmatch(f"@{link[1]}" if (link := LINK.fullmatch(word)) else word)
    return {"name": found[1]} if found else False


async def offer_to_add(
    message: Message, name: str, office: Office, words: Words, person: Person
) -> None:
    """A name that nobody asked for: of a channel that is known its card is shown."""
    known = await office.channels.find(f"@{name}")
    if known is not None and known.removed_at is None:
        text, buttons = _card(known, 0, words, person)
    else:
        text, buttons = words.format("channels-add-offer", name=f"@{name}"), add_this(name, words)
    await message.answer(text, reply_markup=buttons)


async def add_offered(
    query: CallbackQuery, callback_data: AddNamed, office: Office, words: Words
) -> None:
    await show(query, *await _added(f"@{callback_data.name}", office, words))


async def _add(named: str, message: Message, office: Office, words: Words) -> None:
    text, buttons = await _added(named, office, words)
    await message.answer(text, reply_markup=buttons)


async def _added(named: str, office: Office, words: Words) -> Shown:
    try:
        channel = await take_on(office, chat_named(named))
    except InvalidInput:
        return words.format("channels-no-name"), None
    except TelegramRefused as refused:
        why = refused.description
        return words.format("channels-refused", name=one_line(named, NAMED_UNITS), why=why), None
    lacks = await look_at_rights(office, channel)
    return news_told(channel, lacks, words, is_new=True), back_to_channels(words)


async def _check(
    query: CallbackQuery, channel: Channel, page: int, office: Office, words: Words, person: Person
) -> None:
    try:
        channel = await take_on(office, channel.facts.chat_id)
    except TelegramRefused as refused:
        await office.channels.note_trouble(channel.id, refused.description)
    await look_at_rights(office, channel)
    looked = await office.channels.get(channel.facts.chat_id)
    await tell(query, words.format("channels-checked"))
    await _show_card(query, looked, page, words, person)


async def _show_card(
    query: CallbackQuery, channel: Channel, page: int, words: Words, person: Person
) -> None:
    await show(query, *_card(channel, page, words, person))


def _card(channel: Channel, page: int, words: Words, person: Person) -> Shown:
    text = channel_told(channel, channel.lacks, words)
    may_change = person.role.may(Role.EDITOR)
    return text, channel_card(channel, page, words, may_change=may_change)


async def _list(office: Office, words: Words, person: Person, page: int = 0) -> Shown:
    found = await office.channels.listed()
    page = page_there(page, len(found))
    may_add = person.role.may(Role.EDITOR)
    none = "" if found else words.format("channels-none")
    text = none or words.format("channels-list", count=len(found))
    return text, channel_list(found, page, words, may_add=may_add)


def chat_named(text: str) -> str:
    """The chat that somebody means: a number, @name, name, or a link to it. Raises InvalidInput."""
    word = text.strip()
    if link := LINK.fullmatch(word):
        word = f"@{link[1]}"
    elif re.fullmatch(r"[A-Za-z]\w{3,31}", word, re.ASCII):
        word = f"@{word}"
    return parse_chat_id(word)
