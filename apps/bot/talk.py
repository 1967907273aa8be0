"""What a handler of posts works with, in one hand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiogram import BaseMiddleware, Bot
from aiogram.fsm.context import FSMContext
from aiogram.types import InlineKeyboardMarkup, Message, TelegramObject

from apps.bot.clocks import told, zone_of
from apps.bot.handler import Handler
from apps.bot.office import Office
from apps.bot.post_words import Titles, titles_of
from apps.bot.texts import Words
from core.person import Person


@dataclass(frozen=True, slots=True)
class Talk:
    """One person's conversation with the bot, in their private chat."""

    bot: Bot
    office: Office
    words: Words
    person: Person
    state: FSMContext

    @property
    def chat_id(self) -> int:
        return self.person.user_id

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.person)

    def when(self, at: datetime) -> str:
        return told(at, self.zone, self.words.language)

    async def titles(self) -> Titles:
        return titles_of(await self.office.channels.listed())

    async def say(self, text: str, buttons: InlineKeyboardMarkup | None = None) -> Message:
        return await self.bot.send_message(self.chat_id, text, reply_markup=buttons)


class Talking(BaseMiddleware):
    """Gives handlers `talk`; stands behind the filters, which let in people alone."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        names = ("bot", "office", "words", "person", "state")
        data["talk"] = Talk(*(data[name] for name in names))
        return await handler(event, data)
