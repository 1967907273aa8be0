"""The system's live gauges: asked of every part at the same time, each bounded."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from core.diagnosis_servers import BROKER, GOVERNOR
from infra.celery.blocking import in_thread
from infra.celery.gauges_ledger import LedgerGauges
from infra.celery.queues import queue_depths
from infra.monitoring.gauges import Reading
from infra.redaction import one_line
from infra.settings import Settings
from infra.telegram.governor import Governor
from infra.version import installed_version

log = logging.getLogger(__name__)

LEDGER = "ledger"
PARTS = (LEDGER, BROKER, GOVERNOR)
PART_WITHIN_S = 1.5
ANSWER_WITHIN_S = 1.3
LEFT_FOR_S = 2.5
CLOSED_WITHIN_S = 0.3

Asked = asyncio.Task[list[Reading]]


class Gauges:
    """Of one bot. On the event loop of `governor`, which stays its owner's."""

    def __init__(self, settings: Settings, governor: Governor) -> None:
        self._settings, self._governor = settings, governor
        self._ledger = LedgerGauges(settings, ANSWER_WITHIN_S)
        self._silent: set[str] = set()
        self._begun: set[Asked] = set()

    async def readings(self) -> list[Reading]:
        """All that can be told within PART_WITHIN_S; raises nothing.

        Each reading is of the moment in which its part was asked.
        """
        tasks = [(part, self._begin(ask)) for part, ask in self._asks()]
        try:
            await asyncio.wait([task for _, task in tasks], timeout=PART_WITHIN_S)
        finally:
            # To themselves, to end what they have begun; not until the next look meets them.
            for task in self._begun:
                asyncio.get_running_loop().call_later(LEFT_FOR_S, task.cancel)
        found = [
            reading for _, task in tasks if _trouble(task) is None for reading in task.result()
        ]
        return [Reading("build_info", 1, (installed_version(),)), *self._up(tasks), *found]

    async def close(self) -> None:
        """A look that is under way tells no more."""
        self._silent = set(PARTS)  # no trouble of theirs: nobody waits for their answer any more
        for task in self._begun:
            task.cancel()
        if self._begun:
            await asyncio.wait(self._begun, timeout=CLOSED_WITHIN_S)
        await self._ledger.close()

    def _begin(self, ask: Coroutine[Any, Any, list[Reading]]) -> Asked:
        task = asyncio.create_task(ask)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        task.add_done_callback(_trouble)  # else asyncio tells of an error that nobody looked at
        return task

    def _asks(self) -> list[tuple[str, Coroutine[Any, Any, list[Reading]]]]:
        ledger = self._ledger
        return [
            (LEDGER, ledger.messages()),
            (LEDGER, ledger.broadcasts()),
            (LEDGER, ledger.beat()),
            (LEDGER, ledger.health()),
            (BROKER, self._queues()),
            (GOVERNOR, self._ahead()),
        ]

    async def _queues(self) -> list[Reading]:
        depths = await in_thread(queue_depths, self._settings.broker_url, ANSWER_WITHIN_S)
        return [Reading("queue_depth", n, (name,)) for name, n in depths.items()]

    async def _ahead(self) -> list[Reading]:
        return [Reading("governor_ahead_seconds", await self._governor.ahead_s())]

    def _up(self, tasks: list[tuple[str, Asked]]) -> list[Reading]:
        troubles = {part: why for part, task in tasks if (why := _trouble(task)) is not None}
        self._tell(troubles)
        return [Reading("up", part not in troubles, (part,)) for part in PARTS]

    def _tell(self, troubles: dict[str, BaseException | str]) -> None:
        """In the log: once for as long as it lasts."""
        for part in troubles.keys() - self._silent:
            why = one_line(troubles[part], self._settings)
            log.warning("the %s does not answer for its gauges: %s", part, why)
        self._silent = set(troubles)


def _trouble(task: Asked) -> BaseException | str | None:
    """Why it has told nothing; None where it has."""
    if not task.done() or task.cancelled():
        return f"no answer within {PART_WITHIN_S:g} s"
    return task.exception()
