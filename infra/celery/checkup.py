"""One look at every part, all at the same time, each bounded."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

from core import diagnosis_servers as servers
from core import diagnosis_work as work
from core.diagnosis_servers import BROKER, GOVERNOR, DiskFacts, TelegramFacts
from core.errors import (
    BrokerUnavailable,
    LedgerUnavailable,
    TelegramRefused,
    TelegramUnavailable,
)
from core.health import Change, Health, HealthState, Part
from core.health_phrases import Phrase, phrase
from infra.celery.blocking import in_thread
from infra.celery.health_broker import broker_facts, governor_facts
from infra.celery.health_ledger import LedgerCheckup
from infra.celery.health_workers import served_queues
from infra.celery.queues import queue_depths
from infra.celery.schedule import QUEUES
from infra.db.engine import normalise_url
from infra.redaction import one_line
from infra.settings import Settings
from infra.telegram.client import TelegramClient

T = TypeVar("T")

# In all less than 4 s, whatever is down.
PART_WITHIN_S = 2.5
TELEGRAM_WITHIN_S = 2.0
KEPT_WITHIN_S = 1.0
CLOSED_WITHIN_S = 0.3

REMEDIES = {
    "database": "do_mend_database_url",
    BROKER: "do_start_broker",
    GOVERNOR: "do_start_governor",
    "disk": "do_see_folder",
}

UNKNOWN: Mapping[type[Exception], tuple[str, str]] = {
    BrokerUnavailable: ("hidden_by_broker", "do_see_broker"),
    LedgerUnavailable: ("hidden_by_ledger", "do_see_database"),
}
"""Of parts that are told by another: that one is at fault, these may be well."""


class Checkup:
    """One check. Make it on the event loop that runs it."""

    def __init__(self, settings: Settings, now_s: Callable[[], float]) -> None:
        self._settings, self._now_s = settings, now_s
        self._ledger = LedgerCheckup(self._settings)

    async def parts(self) -> tuple[Part, ...]:
        tasks = {name: asyncio.create_task(look) for name, look in self._looks().items()}
        try:
            await asyncio.wait(tasks.values(), timeout=PART_WITHIN_S)
        except asyncio.CancelledError:  # they would go on with a ledger that is closed
            for task in tasks.values():
                task.cancel()
            await asyncio.wait(tasks.values(), timeout=CLOSED_WITHIN_S)
            raise
        return tuple(self._part(name, task) for name, task in tasks.items())

    async def keep(self, health: Health) -> list[Change]:
        """Write it down; which parts have changed. Raises TimeoutError, LedgerUnavailable."""
        return await _within(KEPT_WITHIN_S, self._ledger.keep(health))

    async def close(self) -> None:
        """Let go of the ledger, without waiting for one that does not let go."""
        await asyncio.wait({asyncio.create_task(self._ledger.close())}, timeout=CLOSED_WITHIN_S)

    def _looks(self) -> dict[str, Coroutine[Any, Any, Part]]:
        settings = self._settings
        looks = {
            "database": self._ledger.database(),
            BROKER: _broker(settings),
            "workers": _workers(settings),
            "queues": _queues(settings),
            "due": self._ledger.due(),
            "beat": self._ledger.beat(),
            "telegram": self._telegram(),
            "disk": _disk(settings),
        }
        if settings.governor_url != settings.broker_url:
            looks[GOVERNOR] = _governor(settings)
        return looks

    async def _telegram(self) -> Part:
        if self._settings.bot_token is None:
            why, todo = phrase("no_bot"), phrase("do_bot_token")
            return Part.said("telegram", HealthState.UNHEALTHY, [why], todo)
        return await self._ledger.telegram(await self._ask_telegram())

    async def _ask_telegram(self) -> TelegramFacts:
        """getMe, over a connection of its own: so the whole way is tried."""
        settings, loop = self._settings, asyncio.get_running_loop()
        client = TelegramClient(settings.telegram_api_url, settings.token, self._now_s)
        began_s = loop.time()
        try:
            async with asyncio.timeout(TELEGRAM_WITHIN_S):
                bot = await client.ask("getMe")
        except TelegramRefused as error:
            return TelegramFacts(refused=one_line(error.description, settings))
        except TelegramUnavailable as error:
            return TelegramFacts(trouble=one_line(error.description, settings))
        except TimeoutError:
            return TelegramFacts(trouble=f"no answer within {TELEGRAM_WITHIN_S:.0f} s")
        finally:
            await client.close()
        return TelegramFacts((loop.time() - began_s) * 1000, f"@{bot.get('username')}")

    def _part(self, name: str, task: asyncio.Task[Part]) -> Part:
        """What it found; of one that hangs or fails, that."""
        if not task.done():
            task.cancel()  # and not waited for: what hangs may hang in its end, too
            return _failed(name, phrase("no_answer", seconds=f"{PART_WITHIN_S:g}"))
        error = task.exception()
        if error is None:
            return task.result().shown(self._shown)
        for kind, (reason, remedy) in UNKNOWN.items():
            if isinstance(error, kind) and name not in REMEDIES:
                return Part.said(name, HealthState.DEGRADED, [phrase(reason)], phrase(remedy))
        return _failed(name, phrase("trouble", why=self._shown(error)))

    def _shown(self, text: BaseException | str) -> str:
        return one_line(text, self._settings)


def _failed(name: str, why: Phrase) -> Part:
    remedy = phrase(REMEDIES.get(name, "do_see_log"))
    return Part.said(name, HealthState.UNHEALTHY, [why], remedy)


async def _broker(settings: Settings) -> Part:
    return servers.broker(BROKER, await in_thread(broker_facts, settings.broker_url))


async def _governor(settings: Settings) -> Part:
    return servers.broker(GOVERNOR, await in_thread(governor_facts, settings))


async def _workers(settings: Settings) -> Part:
    return work.workers(await in_thread(served_queues, settings.broker_url, QUEUES), QUEUES)


async def _queues(settings: Settings) -> Part:
    return work.queues(await in_thread(queue_depths, settings.broker_url))


async def _disk(settings: Settings) -> Part:
    return servers.disk([await in_thread(_space, folder) for folder in _folders(settings)])


def _folders(settings: Settings) -> list[Path]:
    """DATA_DIR, and where the SQLite file is: that may be another disk."""
    ledger = normalise_url(settings.ledger_url)
    of_ledger = (
        [Path(str(ledger.database)).parent] if ledger.drivername.startswith("sqlite") else []
    )
    return sorted({folder.absolute() for folder in (settings.data_dir, *of_ledger)})


def _space(folder: Path) -> DiskFacts:
    """Of a folder that is not there yet, where it will be."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    usage = shutil.disk_usage(there)
    return DiskFacts(str(folder), usage.free, usage.total)


async def _within(seconds: float, asked: Coroutine[Any, Any, T]) -> T:
    """Its result; raises TimeoutError in time even where it hangs while it is cancelled."""
    task = asyncio.create_task(asked)
    await asyncio.wait({task}, timeout=seconds)
    if not task.done():
        task.cancel()
        raise TimeoutError(f"not done within {seconds:g} s")
    return task.result()
