"""/stats: a channel's figures over some days, and pictures of them."""

import logging

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
)

from apps.bot.chart import ChartKind
from apps.bot.clocks import zone_of
from apps.bot.drafts import look_away
from apps.bot.filters import May
from apps.bot.keyboards.pages import page_there
from apps.bot.keyboards.stats import below_picture, channels_to_pick, periods
from apps.bot.office import Office
from apps.bot.screen import show, tell
from apps.bot.stats_callbacks import StatsChannel, StatsChart, StatsDays, StatsList
from apps.bot.stats_words import charts_of, stats_told
from apps.bot.studio import ChartFailed
from apps.bot.texts import Words
from core.channel import Channel
from core.person import Person, Role
from infra.channel_view import Seen, read

log = logging.getLogger(__name__)

PICTURES = "pictures"
"""Where the conversation keeps which message with figures has its picture in which other."""


def router() -> Router:
    made = Router(name="stats")
    made.message.filter(May(Role.VIEWER))
    made.callback_query.filter(May(Role.VIEWER))
    made.message.register(stats, Command("stats"))
    made.callback_query.register(list_again, StatsList.filter())
    made.callback_query.register(pick, StatsChannel.filter())
    made.callback_query.register(show_days, StatsDays.filter())
    made.callback_query.register(show_chart, StatsChart.filter())
    return made


async def stats(message: Message, office: Office, words: Words, state: FSMContext) -> None:
    await look_away(state)
    text, buttons = await _list(office, words)
    await message.answer(text, reply_markup=buttons)


async def list_again(
    query: CallbackQuery, callback_data: StatsList, office: Office, words: Words
) -> None:
    await show(query, *await _list(office, words, callback_data.page))


async def pick(
    query: CallbackQuery, callback_data: StatsChannel, office: Office, words: Words
) -> None:
    channel = await office.channels.listed_by_id(callback_data.id)
    if channel is None:
        await show(query, *await _list(office, words, callback_data.page))
        return
    text = words.format("stats-period", title=channel.facts.title)
    await show(query, text, periods(channel.id, callback_data.page, words))


async def show_days(
    query: CallbackQuery,
    callback_data: StatsDays,
    bot: Bot,
    office: Office,
    words: Words,
    person: Person,
    state: FSMContext,
) -> None:
    """The figures where the button was, a picture below; pressed again, in that picture."""
    seen = await _seen(callback_data, office, person)
    if seen is None:
        await show(query, *await _list(office, words, callback_data.page))
        return
    charts = charts_of(seen, words)
    if not charts:
        text = stats_told(seen, words)
        await show(query, text, _periods(callback_data, words))
        return
    asked = StatsChart(id=callback_data.id, days=callback_data.days, kind=next(iter(charts)))
    drawn = await _draw(asked, seen, office, words)
    if drawn is None:
        text = f"{stats_told(seen, words)}\n\n{words.format('stats-no-picture')}"
        await show(query, text, _periods(callback_data, words))
        return
    await _put(bot, person.user_id, _place(query, asked), drawn, state)


async def show_chart(
    query: CallbackQuery,
    callback_data: StatsChart,
    office: Office,
    words: Words,
    person: Person,
) -> None:
    """Another picture in the place of the one with the button."""
    seen = await _seen(callback_data, office, person)
    drawn = await _draw(callback_data, seen, office, words) if seen is not None else None
    if drawn is None or not isinstance(query.message, Message):
        await tell(query, words.format("stats-no-picture" if seen else "error-gone"))
        return
    await _edit(query.message, *drawn)


def _periods(shown: StatsDays, words: Words) -> InlineKeyboardMarkup:
    return periods(shown.id, shown.page, words, shown.days)


Drawn = tuple[InputMediaPhoto, InlineKeyboardMarkup]


async def _draw(asked: StatsChart, seen: Seen, office: Office, words: Words) -> Drawn | None:
    """What was asked for, or the first that there is; None where it cannot be drawn."""
    charts = charts_of(seen, words)
    kind = asked.kind if asked.kind in charts else next(iter(charts), ChartKind.MEMBERS)
    if kind not in charts:
        return None
    try:
        picture = await office.studio.draw(charts[kind])
    except ChartFailed as error:
        log.error("no picture of channel %s: %s", asked.id, error)
        return None
    name = f"{kind.value}.png"
    media = InputMediaPhoto(media=BufferedInputFile(picture, name), caption=stats_told(seen, words))
    shown = StatsChart(id=asked.id, days=asked.days, kind=kind)
    return media, below_picture(shown, charts, words)


async def _put(
    bot: Bot,
    chat_id: int,
    place: str,
    drawn: Drawn,
    state: FSMContext,
) -> None:
    """Into the picture that this button has made before, else into a new one."""
    media, buttons = drawn
    pictures: dict[str, int] = (await state.get_data()).get(PICTURES, {})
    if place in pictures:
        try:
            await bot.edit_message_media(
                media, chat_id=chat_id, message_id=pictures[place], reply_markup=buttons
            )
        except TelegramBadRequest as error:
            if "message is not modified" in error.message:
                return
            log.info("the picture is not there any more: %s", error)
        else:
            return
    sent = await bot.send_photo(chat_id, media.media, caption=media.caption, reply_markup=buttons)
    await state.update_data({PICTURES: {**pictures, place: sent.message_id}})


async def _edit(message: Message, media: InputMediaPhoto, buttons: InlineKeyboardMarkup) -> None:
    try:
        await message.edit_media(media, reply_markup=buttons)
    except TelegramBadRequest as error:
        if "message is not modified" not in error.message:
            raise


def _place(query: CallbackQuery, asked: StatsChart) -> str:
    """One picture for each message with figures, and each channel in it."""
    number = query.message.message_id if query.message is not None else 0
    return f"{number}:{asked.id}"


async def _seen(asked: StatsDays | StatsChart, office: Office, person: Person) -> Seen | None:
    channel: Channel | None = await office.channels.listed_by_id(asked.id)
    if channel is None:
        return None
    now = await office.database.now()
    return await read(office.channels, channel, asked.days, now, zone_of(person))


async def _list(office: Office, words: Words, page: int = 0) -> tuple[str, InlineKeyboardMarkup]:
    found = await office.channels.listed()
    text = words.format("stats-pick" if found else "stats-none")
    return text, channels_to_pick(found, page_there(page, len(found)))
