"""Takes what Telegram hands over: written down first, then given to the handlers."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError

from apps.bot import unit
from apps.bot.office import Office
from core.attempts import LEDGER_RETRY_S
from core.errors import LedgerUnavailable
from infra.grouping import Grouped

log = logging.getLogger(__name__)

IN_HAND = 100
"""So many updates are worked on at a time; the others wait at Telegram."""


class Reception:
    """Updates of one conversation are done one after the other, those of others meanwhile."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot, office: Office) -> None:
        self._dispatcher, self._bot, self._inbox = dispatcher, bot, office.inbox
        self._conversations = office.conversations
        self._done = Grouped(office.inbox.done)
        self._in_hand: set[asyncio.Task[None]] = set()

    async def resume(self) -> None:
        """Begin with what the process before this one has left undone."""
        left = await self._inbox.left()
        if left:
            log.info("%d updates were left undone: they are done now", len(left))
        self._begin(left)

    async def receive(self, came: Sequence[dict[str, Any]]) -> None:
        """Once this returns the updates are safe, and Telegram may forget them. Raises
        LedgerUnavailable; then it must not.
        """
        self._begin(await self._inbox.receive(came))
        while len(self._in_hand) > IN_HAND:
            await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)

    async def close(self, within_s: float) -> None:
        """Finish what is in hand; what takes longer is left for the next process."""
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until nothing is in hand."""
        while self._in_hand:
            await asyncio.wait(self._in_hand)

    def _begin(self, updates: Sequence[dict[str, Any]]) -> None:
        for update in updates:
            task = asyncio.create_task(self._work(update))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)

    async def _work(self, update: dict[str, Any]) -> None:
        work = unit.Unit(update["update_id"], self._conversations)
        unit.begin(work)
        try:
            await self._handle(update)
        except Exception:  # the dispatcher has told the user, unless even that has failed
            log.exception("update %s was given up", update["update_id"])
        while not work.is_done:
            try:
                await self._done(update["update_id"])
                work.is_done = True
            except LedgerUnavailable:
                await asyncio.sleep(LEDGER_RETRY_S)

    async def _handle(self, update: dict[str, Any]) -> None:
        try:
            parsed = Update.model_validate(update, context={"bot": self._bot})
        except ValidationError as error:
            log.warning("update %s is none that is known: %s", update["update_id"], error)
        else:
            await self._dispatcher.feed_update(self._bot, parsed)
