"""Moves of somebody who posts: from /new to what stands in the ledger and in the channel."""

import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update

from core.delivery import Delivery
from core.message import Content, Message, OnUncertain, Request, State
from core.person import Role
from infra.celery.clock import BootClock
from infra.celery.runtime import send_policy
from infra.db.ledger import Ledger
from infra.db.moments import plus
from infra.db.tables import messages
from infra.telegram.client import TelegramClient
from infra.telegram.governor import Governor, Rates
from tests.bot.conversation import BOT, Conversation

WRITER = 601
NEWS, TALK = -1001000000601, -1001000000602
PANEL = {"en": "Above is how it will look", "ru": "Выше — как это", "uz": "Yuqorida — uning"}


async def begin(
    talk: Conversation, *channels: int, language: str = "en", role: Role = Role.EDITOR
) -> Ledger:
    """A writer, and channels in which the bot may post; the ledger that it writes to."""
    await talk.member(role, WRITER, "Mary", language)
    for chat in channels or (NEWS,):
        name = "Daily News" if chat == NEWS else "Small Talk"
        await talk.channel(chat, name)
        await talk.admit(chat, WRITER)
    return ledger_of(talk)


def ledger_of(talk: Conversation) -> Ledger:
    policy, clock = send_policy(talk.settings), BootClock()
    fingerprint = talk.settings.token_fingerprint
    return Ledger(talk.database, BOT, fingerprint, policy, random.Random(1).random, clock.now_s)


async def in_zone(talk: Conversation, zone: str = "Asia/Tashkent") -> None:
    await talk.people.choose_zone(WRITER, zone)


async def draft(talk: Conversation, text: str = "", language: str = "en", **more: Any) -> None:
    """/new, and a message; returns once it is shown as it will look."""
    await talk.say(WRITER, "/new")
    await talk.say(WRITER, text, **more)
    await talk.sees(WRITER, PANEL[language])


async def press(talk: Conversation, *buttons: str) -> None:
    for button in buttons:
        await talk.press(WRITER, button)


async def press_this(talk: Conversation, message: dict[str, Any], data: str) -> None:
    """A button of a message as it was, though it may not be shown any more: of two quick taps
    the second, say.
    """
    query = {"id": uuid4().hex, "chat_instance": "1", "message": message, "data": data}
    mary = {"id": WRITER, "is_bot": False, "first_name": "Mary"}
    talk.sandbox.telegram.tell([BOT], "callback_query", {**query, "from": mary})
    await talk.settled()


async def shown_button(talk: Conversation, text: str) -> tuple[dict[str, Any], str]:
    """The newest of that text: its message, and what it carries."""
    message, button = await talk.button(WRITER, text)
    return message, button["callback_data"]


async def waiting(ledger: Ledger) -> list[Message]:
    """The oldest first."""
    return (await ledger.reading.newest())[::-1]


async def schedule(
    ledger: Ledger, key: str = "k", chat: int = NEWS, at: datetime | None = None, **params: Any
) -> int:
    """A post in the ledger, as another face would have written it."""
    content = Content("sendMessage", {"text": "Old text", **params})
    asked = Request(str(chat), content, at or later(), key, OnUncertain.PARK, 3)
    return (await ledger.intake.schedule(asked)).message.id


def later(hours: float = 24.0) -> datetime:
    return datetime.fromtimestamp(int(time.time() + 3600 * hours), UTC)


@asynccontextmanager
async def worker(talk: Conversation) -> AsyncIterator[Delivery]:
    """What a worker delivers with, in this process."""
    settings, clock = talk.settings, BootClock()
    rates = Rates(0, 0, 0)

    async def no_holds() -> dict[str, float]:
        return {}

    governor = Governor(settings.governor_url, BOT, rates, no_holds)
    client = TelegramClient(settings.telegram_api_url, settings.token, clock.now_s)
    policy = send_policy(settings)
    try:
        yield Delivery(ledger_of(talk), governor, client, clock, policy, random.Random(1).random)
    finally:
        await client.close()
        await governor.close()


async def deliver(talk: Conversation, ahead_s: float = 0.0) -> None:
    """Everything that is due, or will be so soon, as a worker does it: each at its time."""
    ledger = ledger_of(talk)
    async with worker(talk) as delivery:
        claims = await ledger.claims.claim(ahead_s, 100)
        await delivery.run(claims, await ledger.timeline())


async def pass_until(talk: Conversation, moment: datetime, left_s: float) -> datetime:
    """Time passes until the moment is so near: all that waits is moved. When it is now."""
    left = timedelta(seconds=left_s)
    passed = moment - datetime.now(UTC) - left
    times = [messages.c[name] for name in ("wanted_at", "turn_at", "due_at", "created_at")]
    moved = {each.name: plus(each, -passed.total_seconds()) for each in times}
    async with talk.database.writing() as connection:
        await connection.execute(update(messages).values(**moved))
    return moment - passed


async def state(ledger: Ledger, message_id: int) -> State:
    return (await ledger.reading.get(message_id)).state
