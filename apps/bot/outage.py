"""The ledger is away: owners are told from what this process remembers."""

import asyncio
import logging
from collections.abc import Iterable

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from apps.bot.clocks import is_quiet_for
from apps.bot.office import Office
from apps.bot.patience import was_not_sent
from core.alert import AlertKind, wants
from core.errors import LedgerUnavailable, TelegramUnavailable
from core.person import Person

log = logging.getLogger(__name__)


class Outage:
    """Told once it has lasted for `patience_s`, and to the same people once it is over."""

    def __init__(self, office: Office, bot: Bot, patience_s: float) -> None:
        self._office, self._bot, self._patience_s = office, bot, patience_s
        self._since_s: float | None = None
        self._told: dict[int, Person] = {}

    async def goes_on(self, error: LedgerUnavailable, owners: Iterable[Person]) -> None:
        now_s = asyncio.get_running_loop().time()
        if self._since_s is None:
            self._since_s = now_s
            log.warning("alerts: the ledger is away: %s", error)
        if now_s - self._since_s < self._patience_s:
            return
        for owner in owners:
            if owner.user_id not in self._told and self._may_be_told(owner):
                self._told[owner.user_id] = owner
                if not await self._tell(owner, "alert-ledger-away"):
                    del self._told[owner.user_id]

    async def is_over(self) -> None:
        self._since_s = None
        told, self._told = self._told, {}
        for owner in told.values():
            now = not is_quiet_for(owner, self._office.now())
            if not (now and await self._tell(owner, "alert-ledger-back")):
                self._told[owner.user_id] = owner

    def _may_be_told(self, owner: Person) -> bool:
        return wants(owner, AlertKind.HEALTH) and not is_quiet_for(owner, self._office.now())

    async def _tell(self, owner: Person, key: str) -> bool:
        """False where it is to be tried again, as nothing was sent."""
        try:
            await self._bot.send_message(owner.user_id, self._office.words(owner).format(key))
        except (TelegramAPIError, TelegramUnavailable) as error:
            log.warning("owner %s was not told of the ledger: %s", owner.user_id, error)
            return not was_not_sent(error)
        return True
