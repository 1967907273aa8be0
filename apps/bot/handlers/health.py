"""/health: how the whole system fares, for owners."""

from typing import Any

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import Message

from apps.bot.filters import May
from apps.bot.health_words import part_named, phrases_told
from apps.bot.office import Office
from apps.bot.texts import Words
from core.person import Role
from infra.celery.health import check


def router() -> Router:
    made = Router(name="health")
    made.message.register(health, Command("health"), May(Role.OWNER))
    return made


async def health(message: Message, bot: Bot, office: Office, words: Words) -> None:
    """It takes up to four seconds where something is down."""
    await bot.send_chat_action(message.chat.id, "typing")
    await message.answer(told((await check(office)).facts(), words))


def told(found: dict[str, Any], words: Words) -> str:
    """The facts of a check, a line for each part."""
    parts = "\n".join(_part(name, part, words) for name, part in found["parts"].items())
    return words.format("health", state=found["state"], ms=found["took_ms"], parts=parts)


def _part(name: str, part: dict[str, Any], words: Words) -> str:
    reason = phrases_told(part["why"], part["reason"], words)
    remedy = phrases_told(part["todo"], part["remedy"], words)
    named = part_named(name, words)
    line = words.format("health-part", name=named, state=part["state"], reason=reason)
    return "\n".join(filter(None, (line, _remedy(remedy, words))))


def _remedy(remedy: str, words: Words) -> str:
    return words.format("health-remedy", remedy=remedy) if remedy else ""
