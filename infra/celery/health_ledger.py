"""How the ledger fares, and what it tells of messages, of Beat and of Telegram."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property

from core import diagnosis_servers as servers
from core import diagnosis_work as work
from core.errors import AnalyticBotError, LedgerUnavailable
from core.health import Change, Health, HealthState, Kept, Part
from core.health_phrases import phrase
from infra.celery.schedule import beat_intervals_s
from infra.db import probe
from infra.db.engine import Database
from infra.db.health import HealthBook
from infra.db.probe import BotHold, Probe
from infra.db.ticks import START, Ticks
from infra.settings import Settings

# A locked file or a frozen server shall be told, not waited for.
PATIENCE_S = 1.1
CONNECTIONS = 3


class LedgerCheckup:
    """One look at the ledger, over connections of its own. Raises LedgerUnavailable."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opening = asyncio.ensure_future(self._open())

    async def database(self) -> Part:
        try:
            read_ms = await self._opened()  # first: to connect makes the file and its folder
            return servers.database(await self._probe.database(read_ms))
        except LedgerUnavailable as error:
            return servers.database_trouble(str(error))

    async def due(self) -> Part:
        await self._opened()
        if self._settings.bot_token is None:
            return _of_no_bot("due")
        hold = await self._probe.hold()
        return work.due(await self._probe.due(self._settings.telegram_rate, hold))

    async def beat(self) -> Part:
        await self._opened()
        if self._settings.bot_token is None:
            return _of_no_bot("beat")
        ticks = Ticks(self._database, self._settings.bot_id)
        ago_s = await ticks.ago_s()
        started_s = ago_s.pop(START, None)
        # Beat's own word goes before our settings: it may have been started with others.
        every_s = beat_intervals_s(self._settings) | await ticks.every_s()
        return work.beat(work.BeatFacts(every_s, ago_s, started_s))

    async def telegram(self, found: servers.TelegramFacts) -> Part:
        """What was found of Telegram, beside what the ledger knows; it may know nothing now."""
        hold, before = BotHold(), None
        with suppress(AnalyticBotError):  # the part of the database tells it
            await self._opened()
            hold, before = await self._probe.hold(), (await self._kept()).get("telegram")
        return servers.telegram(found, hold.seconds, hold.reason, before, datetime.now(UTC))

    async def keep(self, health: Health) -> list[Change]:
        await self._opened()
        return await HealthBook(self._database, self._settings.bot_id).record(health)

    async def close(self) -> None:
        self._opening.cancel()
        if "_database" in self.__dict__:
            await self._database.close()

    @cached_property
    def _database(self) -> Database:
        return Database(self._settings.ledger_url, CONNECTIONS, PATIENCE_S)

    @property
    def _probe(self) -> Probe:
        settings = self._settings
        if settings.bot_token is None:  # the database itself can be asked without one
            return Probe(self._database, probe.NOBODY, "")
        return Probe(self._database, settings.bot_id, settings.token_fingerprint)

    async def _opened(self) -> float:
        """How long a look takes, in ms, once it is known that there is a ledger."""
        return await asyncio.shield(self._opening)

    async def _open(self) -> float:
        probe.check_file(self._settings.ledger_url)
        return await self._probe.read_ms()

    async def _kept(self) -> dict[str, Kept]:
        return await HealthBook(self._database, self._settings.bot_id).current()


def _of_no_bot(name: str) -> Part:
    why, todo = phrase("hidden_by_no_bot"), phrase("do_see_telegram")
    return Part.said(name, HealthState.DEGRADED, [why], todo)
