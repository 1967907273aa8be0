"""/queue: what is to come, day by day, of all channels or of one."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from apps.bot.clocks import clock_told, day_told
from apps.bot.cutting import cut, one_line
from apps.bot.drafts import look_away
from apps.bot.filters import May
from apps.bot.keyboards import queue as keyboards
from apps.bot.keyboards.pages import PAGE, page_there
from apps.bot.post_callbacks import QueueChannels, QueuePage
from apps.bot.post_words import TITLE_UNITS, head_told, names_of
from apps.bot.rule_words import rule_told
from apps.bot.screen import show
from apps.bot.talk import Talk, Talking
from core.message import Content
from core.person import Role
from core.telegram_limits import TEXT_CHARACTERS
from infra.db.agenda import Entry


def router() -> Router:
    made = Router(name="queue")
    for observer in (made.message, made.callback_query):
        observer.filter(May(Role.VIEWER))
        observer.middleware(Talking())
    made.message.register(queue, Command("queue"))
    made.callback_query.register(turned, QueuePage.filter())
    made.callback_query.register(which, QueueChannels.filter())
    return made


async def queue(message: Message, talk: Talk) -> None:
    await look_away(talk.state)
    await talk.say(*await page_told(talk, QueuePage(channel=0, page=0)))


async def turned(query: CallbackQuery, callback_data: QueuePage, talk: Talk) -> None:
    await show(query, *await page_told(talk, callback_data))


async def which(query: CallbackQuery, callback_data: QueueChannels, talk: Talk) -> None:
    counts = await talk.office.agenda.counts()
    found = [
        (channel, sum(counts.get(name, 0) for name in names_of(channel)))
        for channel in await talk.office.channels.listed()
    ]
    text = talk.words.format("queue-which-ask")
    await show(query, text, keyboards.which_channel(found, callback_data.page, talk.words))


async def page_told(talk: Talk, asked: QueuePage) -> tuple[str, InlineKeyboardMarkup]:
    """The page; the last one there is, where it is gone by now."""
    channel = await talk.office.channels.listed_by_id(asked.channel) if asked.channel else None
    chats = names_of(channel) if channel is not None else ()
    counts = await talk.office.agenda.counts()
    count = sum(n for chat, n in counts.items() if not chats or chat in chats)
    page = page_there(asked.page, count)
    entries = await talk.office.agenda.coming(chats, offset=page * PAGE, limit=PAGE)
    shown = QueuePage(channel=asked.channel, page=page)
    text = await _text(talk, entries, page, count)
    return text, keyboards.page(entries, shown, count, talk.words)


def content_of_entry(entry: Entry) -> Content:
    if entry.message is not None:
        return entry.message.content
    assert entry.series is not None, "an entry is a message, or of a series"
    return entry.series.content


async def _text(talk: Talk, entries: Sequence[Entry], page: int, count: int) -> str:
    words, named = talk.words, await talk.titles()
    if not entries:
        may_write = talk.person.role.may(Role.EDITOR)
        return words.format("queue-empty" if may_write else "queue-empty-viewer")
    first = page * PAGE + 1
    last, zone = first + len(entries) - 1, talk.zone.key
    told = words.format("queue-page", count=count, first=first, last=last, zone=zone)
    lines, day = [told], ""
    for number, entry in enumerate(entries, start=first):
        if day != (day := day_told(entry.at.astimezone(talk.zone).date(), words.language)):
            lines += ["", day]
        lines.append(f"{number}. {_line(talk, entry, named.get(entry.chat_id, entry.chat_id))}")
    return cut("\n".join(lines), TEXT_CHARACTERS)


def _line(talk: Talk, entry: Entry, title: str) -> str:
    clock, name = clock_told(entry.at, talk.zone), one_line(title, TITLE_UNITS)
    head = head_told(content_of_entry(entry), talk.words)
    rule = f" ↻ {rule_told(entry.series.rule, talk.words)}" if entry.series is not None else ""
    return f"{clock} {name}{rule}: {head}"
