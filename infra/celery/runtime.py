"""What one process works with: its event loop, its ledger, and what a sender needs besides."""

import asyncio
import logging
import os
import random
from collections.abc import Coroutine
from concurrent.futures import Future, wait
from functools import cached_property
from typing import Any, Protocol, TypeVar

from core.attempts import LEDGER_RETRY_S
from core.delivery import Delivery
from core.errors import LedgerUnavailable
from core.message import State
from core.partners import Observer, Unobserved
from core.retry import RetryPolicy
from infra.celery.celery_app import settings
from infra.celery.clock import BootClock
from infra.celery.loop import LoopThread
from infra.celery.waiting import Waiting
from infra.db import revision
from infra.db.channels import Channels
from infra.db.engine import Database
from infra.db.ledger import Ledger
from infra.settings import Settings
from infra.telegram.client import TelegramClient
from infra.telegram.governor import Governor, rates_of
from infra.telegram.spacing import Spacing
from infra.telegram.views import PreviewReader

log = logging.getLogger(__name__)

T = TypeVar("T")

SEND_BACKOFF = 2.0
SEND_MAX_RETRIES = 5
DRAIN_S = 10.0
LEFT_S = 1.0


class Watch(Observer, Protocol):
    """Hears besides of what a child does every two seconds."""

    def rescued(self, state: State, count: int) -> None:
        """So many messages in this state were taken back from the dead."""


class Unwatched(Unobserved):
    def rescued(self, state: State, count: int) -> None:
        pass


def send_policy(settings: Settings) -> RetryPolicy:
    """send_message_task's: 10, 20, 40, 80, 160 s, give or take a fifth, between six attempts."""
    return RetryPolicy(settings.send_retry_delay, SEND_BACKOFF, SEND_MAX_RETRIES)


def ledger_of(settings: Settings, clock: BootClock) -> Ledger:
    """For the event loop on which it is first used."""
    return Ledger(
        Database(settings.ledger_url),
        settings.bot_id,
        settings.token_fingerprint,
        send_policy(settings),
        random.random,
        clock.now_s,
    )


class Runtime:
    """Made after the fork, on first use, one for a process.

    A caller of `send_message_task.delay()` needs the ledger alone; the rest is made when a
    worker first asks for it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = BootClock()
        self.observer: Watch = Unwatched()
        self._thread = LoopThread("analyticbot-loop")
        self._checked = False
        self._background: Future[None] | None = None
        self._left: set[Future[None]] = set()

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the process's loop; raises whatever it raises."""
        return self.run(self._with_ledger(coroutine))

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """As `call`, for what does not need the ledger, or has to say how that fares."""
        return self._thread.call(coroutine)

    def leave(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Let it run on the loop, and don't wait for it: it has to see to its errors itself."""
        left = asyncio.run_coroutine_threadsafe(coroutine, self._thread.loop)
        self._left.add(left)
        left.add_done_callback(self._left.discard)

    def start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Let it run on the loop until the runtime is closed, once the ledger is there."""
        self._background = asyncio.run_coroutine_threadsafe(
            self._when_ready(coroutine), self._thread.loop
        )

    @cached_property
    def ledger(self) -> Ledger:
        return ledger_of(self.settings, self.clock)

    @cached_property
    def governor(self) -> Governor:
        settings, holds = self.settings, self.ledger.holds
        return Governor(settings.governor_url, settings.bot_id, rates_of(settings), holds.by_chat)

    @cached_property
    def client(self) -> TelegramClient:
        return TelegramClient(self.settings.telegram_api_url, self.settings.token, self.clock.now_s)

    @cached_property
    def channels(self) -> Channels:
        return Channels(self.ledger.database, self.ledger.bot_id)

    @cached_property
    def spacing(self) -> Spacing:
        return Spacing(self.settings.governor_url, "preview", self.settings.preview_rate)

    @cached_property
    def previews(self) -> PreviewReader:
        return PreviewReader(self.settings.telegram_preview_url, self.spacing)

    @cached_property
    def waiting(self) -> Waiting:
        return Waiting()

    @cached_property
    def taking_in(self) -> asyncio.Lock:
        """Held while this process takes in a file of people."""
        return asyncio.Lock()

    @cached_property
    def delivery(self) -> Delivery:
        return Delivery(
            self.ledger,
            self.governor,
            self.client,
            self.clock,
            send_policy(self.settings),
            random.random,
            self.observer,
        )

    def close(self) -> None:
        """Wait for what is on the wire, then let go of everything."""
        wait(set(self._left), LEFT_S)
        self._thread.call(self._close())
        self._thread.stop()

    async def _close(self) -> None:
        if self._background is not None:
            self._background.cancel()
        made = self.__dict__
        if "waiting" in made:
            await self.waiting.close()
        if "delivery" in made:
            await self.delivery.drain(DRAIN_S)
        if "client" in made:
            await self.client.close()
        if "previews" in made:
            await self.previews.close()
            await self.spacing.close()
        if "governor" in made:
            await self.governor.close()
        if "ledger" in made:
            await self.ledger.database.close()

    async def _with_ledger(self, coroutine: Coroutine[Any, Any, T]) -> T:
        if not self._checked:
            try:
                await revision.check(self.ledger.database)
            except BaseException:
                coroutine.close()
                raise
            self._checked = True
        return await coroutine

    async def _when_ready(self, coroutine: Coroutine[Any, Any, None]) -> None:
        while not self._checked:
            try:
                await revision.check(self.ledger.database)
                self._checked = True
            except LedgerUnavailable as error:
                log.warning("waiting for the ledger: %s", error)
                await self.clock.sleep(LEDGER_RETRY_S)
        await coroutine


_made: dict[int, Runtime] = {}


def current() -> Runtime:
    """This process's runtime; a forked child makes its own."""
    process = os.getpid()
    if process not in _made:
        _made[process] = Runtime(settings)
    return _made[process]


def close() -> None:
    """Let go of this process's runtime, if it has one: for programs that come to their end."""
    runtime = _made.pop(os.getpid(), None)
    if runtime is not None:
        runtime.close()
