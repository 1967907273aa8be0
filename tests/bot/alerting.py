"""Trouble for owners to be told of: made in the sandbox and the ledger, told by the real bot."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select

from apps.bot.alerts import Rhythm
from apps.bot.main import work
from core.delivery import Delivery
from core.health import Health, HealthState, Part
from core.message import Content, OnUncertain, Request, State
from core.retry import RetryPolicy
from infra.celery.clock import BootClock
from infra.db.alerts import Alerts
from infra.db.bot_tables import alert_marks
from infra.db.health import HealthBook
from infra.db.ledger import Ledger
from infra.telegram.client import TelegramClient
from infra.telegram.governor import Governor, Rates
from tests.bot.conversation import BOT, TOKEN, Conversation, Message, shown_in

QUICK = Rhythm(look_s=0.02, gather_s=0.0, apart_s=0.0, check_s=3600.0, patience_s=0.1)
POLICY = RetryPolicy(10, 2, 5)

_numbers = itertools.count(1)


class Trouble:
    """A ledger with a sender of its own, beside the bot."""

    def __init__(self, talk: Conversation) -> None:
        self.talk = talk
        # Of its own: the governor remembers for how long a chat is held.
        self.news = -1001000600000 - next(_numbers)
        clock = BootClock()
        self.ledger = Ledger(talk.database, BOT, "f", POLICY, random.random, clock.now_s)
        self.alerts = Alerts(talk.database, BOT)
        self.client = TelegramClient(talk.settings.telegram_api_url, TOKEN, clock.now_s)
        self.governor = Governor(talk.settings.governor_url, BOT, Rates(0, 0, 0), self._no_holds)
        self.delivery = Delivery(
            self.ledger, self.governor, self.client, clock, POLICY, random.random
        )

    async def start(self, rhythm: Rhythm = QUICK) -> None:
        """The bot, looking as often as that."""
        counts = self.talk.sandbox.telegram.counts
        before = counts.requests
        self.talk._running = asyncio.create_task(work(self.talk.settings, rhythm))
        await self.talk._until(lambda: counts.requests > before or self.talk._running_ended())
        await self.talk.eventually(self.alerts_marked, bool)

    async def alerts_marked(self) -> bool:
        """Whether it has looked once."""
        async with self.talk.database.reading() as connection:
            return await connection.scalar(select(alert_marks.c.bot_id)) is not None

    async def post(self, chat: str | int, text: str = "Good morning") -> int:
        """Due now, and not yet sent."""
        content = Content("sendMessage", {"text": text})
        request = Request(str(chat), content, None, uuid4().hex, OnUncertain.PARK, 6)
        return (await self.ledger.intake.schedule(request)).message.id

    async def deliver(self) -> None:
        """What is due, as a worker does it."""
        claims = await self.ledger.claims.claim(0.0, 100)
        await self.delivery.run(claims, await self.ledger.timeline())

    async def fault(self, kind: str, chat: int, count: int = 1) -> None:
        await self.talk.client.post("faults", kind=kind, chat=chat, count=count)

    async def state(self, message_id: int) -> State:
        return (await self.ledger.reading.get(message_id)).state

    async def health(self, **ill: HealthState) -> None:
        """What a check found."""
        parts = {"workers": HealthState.HEALTHY, "beat": HealthState.HEALTHY, **ill}
        found = tuple(Part(name, state, f"{name} {state}") for name, state in parts.items())
        await HealthBook(self.talk.database, BOT).record(Health(found, datetime.now(UTC), 1))

    async def told(self, user: int, text: str) -> list[Message]:
        """All messages of the bot to this user that have this text."""
        history = await self.talk.history(user)
        return [each for each in history if text in shown_in(each)]

    async def looks(self, times: int = 3) -> None:
        """Wait for so many of the bot's looks."""
        await asyncio.sleep(0.05 + times * QUICK.look_s)

    async def _no_holds(self) -> dict[str, float]:
        return {}

    async def close(self) -> None:
        await self.client.close()
        await self.governor.close()


@asynccontextmanager
async def troubled(talk: Conversation) -> AsyncIterator[Trouble]:
    trouble = Trouble(talk)
    try:
        yield trouble
    finally:
        await trouble.close()
