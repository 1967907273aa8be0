"""Takes what Telegram hands over: written down first, then given to the handlers."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Update
from pydantic import ValidationError

from apps.bot import unit
from apps.bot.office import Office
from apps.bot.strangers import comes_or_goes
from core.attempts import LEDGER_RETRY_S
from core.errors import LedgerUnavailable
from infra.db.inbox import TRIES
from infra.grouping import Grouped
from infra.log_ids import about

log = logging.getLogger(__name__)

IN_HAND, CONVERSATIONS = 2_000, 100
"""So many updates, of so many users, are worked on at a time; the others wait at Telegram."""

OF_A_STRANGER = 30
"""What one of them writes beyond that, before it could be answered, is passed over."""


class Reception:
    """Updates of one conversation are done one after the other, those of others meanwhile."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot, office: Office) -> None:
        self._dispatcher, self._bot, self._inbox = dispatcher, bot, office.inbox
        self._conversations = office.conversations
        self._done = Grouped(office.inbox.done)
        self._people, self._figures = office.people, office.figures
        self._in_hand: set[asyncio.Task[None]] = set()
        self._users = Counter[int]()

    async def resume(self) -> None:
        """Begin with what the process before this one has left undone."""
        left = await self._inbox.left()
        if left:
            log.info("%d updates were left undone: they are done now", len(left))
        if any(tries > 1 for _, tries in left):
            for update, tries in left:
                await self._alone(update, tries)
        else:
            await self._inbox.begun([update["update_id"] for update, _ in left])
            self._begin([update for update, _ in left])

    async def receive(self, came: Sequence[dict[str, Any]]) -> None:
        """Once this returns the updates are safe, and Telegram may forget them. Raises
        LedgerUnavailable; then it must not.
        """
        self._begin(await self._inbox.receive(came))
        while len(self._in_hand) > IN_HAND or len(self._users) > CONVERSATIONS:
            await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)

    async def close(self, within_s: float) -> None:
        """Finish what is in hand; what takes longer is left for the next process."""
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _alone(self, update: dict[str, Any], tries: int) -> None:
        """The process went down twice with these in hand: they are done one by one, so that only
        the one that takes it down is given up.
        """
        if tries >= TRIES:
            log.error("update %s was begun %d times and never done", update["update_id"], tries)
            await self._inbox.done([update["update_id"]])
            return
        await self._inbox.begun([update["update_id"]])
        await self._work(update)

    def _begin(self, updates: Sequence[dict[str, Any]]) -> None:
        for update in updates:
            user_id, text = _writer(update)
            self._users[user_id] += 1
            much = self._users[user_id] > OF_A_STRANGER and not comes_or_goes(text)
            work = self._work_for_people(update, user_id) if much else self._work(update)
            task = asyncio.create_task(work)
            self._in_hand.add(task)
            task.add_done_callback(partial(self._ended, user_id))

    def _ended(self, user_id: int, task: asyncio.Task[None]) -> None:
        self._in_hand.discard(task)
        self._users[user_id] -= 1
        if not self._users[user_id]:
            del self._users[user_id]

    async def _work_for_people(self, update: dict[str, Any], user_id: int) -> None:
        if await self._is_stranger(user_id):
            log.info("update %s of user %s is one too many", update["update_id"], user_id)
            await self._is_done(update["update_id"])
        else:
            await self._work(update)

    async def _is_stranger(self, user_id: int) -> bool:
        try:
            return await self._people.find(user_id) is None
        except LedgerUnavailable:
            return False

    async def _work(self, update: dict[str, Any]) -> None:
        with about(update_id=update["update_id"]):
            await self._work_on(update)

    async def _work_on(self, update: dict[str, Any]) -> None:
        began_s = time.monotonic()
        work = unit.Unit(update["update_id"], self._conversations)
        unit.begin(work)
        try:
            await self._handle(update)
        except Exception:  # the dispatcher has told the user, unless even that has failed
            log.exception("update %s was given up", update["update_id"])
        # What a handler has failed at is not done yet, whoever was told of it.
        self._figures.handled(time.monotonic() - began_s, well=work.is_done)
        if not work.is_done:
            await self._is_done(update["update_id"])

    async def _is_done(self, update_id: int) -> None:
        while True:
            try:
                await self._done(update_id)
                return
            except LedgerUnavailable:
                await asyncio.sleep(LEDGER_RETRY_S)

    async def _handle(self, update: dict[str, Any]) -> None:
        try:
            parsed = Update.model_validate(update, context={"bot": self._bot})
        except ValidationError as error:
            log.warning("update %s is none that is known: %s", update["update_id"], error)
        else:
            await self._dispatcher.feed_update(self._bot, parsed)


def _writer(update: dict[str, Any]) -> tuple[int, str]:
    """Whose it is, 0 where nobody's, and what they have written."""
    content: Any = next((part for part in update.values() if isinstance(part, dict)), {})
    user = content.get("from")
    number = user.get("id") if isinstance(user, dict) else None
    text = content.get("text")
    return number if isinstance(number, int) else 0, text if isinstance(text, str) else ""
