"""What a program that people talk to works with: one bot's ledger and all that stands around it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Self

from core.attempts import LEDGER_RETRY_S
from core.errors import LedgerUnavailable
from infra.celery.clock import BootClock
from infra.celery.hurry import Hurry
from infra.celery.runtime import ledger_of
from infra.db import revision
from infra.db.agenda import Agenda
from infra.db.audiences import Audiences
from infra.db.broadcast_pace import Paces
from infra.db.broadcast_report import BroadcastReport
from infra.db.channels import Channels
from infra.db.invites import Invites
from infra.db.people import People
from infra.db.skipping import Skipping
from infra.db.subscribers import Subscribers
from infra.settings import Settings
from infra.telegram.client import TelegramClient
from infra.telegram.governor import Governor, rates_of

log = logging.getLogger(__name__)

Now = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Office:
    """Everything is on the program's own event loop: make it there (`opened`).

    `client` asks Telegram what the project asks it (see infra.celery.channel_facts).
    """

    def __init__(self, settings: Settings, now: Now = utc_now) -> None:
        bot_id, clock = settings.bot_id, BootClock()
        self.settings, self.now, self.clock, self.bot_id = settings, now, clock, bot_id
        self.ledger = ledger_of(settings, clock)
        self.database = self.ledger.database
        self.agenda = Agenda(self.database, bot_id)
        self.skipping = Skipping(self.database, bot_id)
        self.channels = Channels(self.database, bot_id)
        self.people = People(self.database, bot_id)
        self.invites = Invites(self.database, bot_id)
        self.subscribers = Subscribers(self.database, bot_id)
        self.audiences = Audiences(self.database, bot_id)
        self.broadcast_report = BroadcastReport(self.database, bot_id)
        rates = (settings.telegram_rate, settings.telegram_paid_rate)
        self.paces = Paces(self.database, bot_id, *rates)
        self.client = TelegramClient(settings.telegram_api_url, settings.token, clock.now_s)
        self.governor = Governor(
            settings.governor_url, bot_id, rates_of(settings), self.ledger.holds.by_chat
        )
        self.hurry = Hurry(settings.broker_url)
        self._background: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def opened(cls, settings: Settings, now: Now = utc_now) -> AsyncIterator[Self]:
        office = cls(settings, now)
        try:
            yield office
        finally:
            await office.close()

    def leave(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it run beside what people wait for. It is cancelled when the program stops; an
        error of its own is logged.
        """
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._left)

    async def ledger_ready(self) -> None:
        """Wait until the ledger is there, and has the schema of this code."""
        told = ""
        while True:
            try:
                return await revision.check(self.database)
            except LedgerUnavailable as error:
                if told != (told := str(error)):
                    log.warning("waiting for the ledger: %s", error)
                await asyncio.sleep(LEDGER_RETRY_S)

    async def rest(self) -> None:
        """End what was left."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    async def close(self) -> None:
        await self.rest()
        await self.hurry.close()
        await self.client.close()
        await self.governor.close()
        await self.database.close()

    def _left(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work left in the background failed", exc_info=error)
