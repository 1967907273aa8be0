"""Have a worker look into the ledger now, not at its next tick."""

import asyncio
import logging
from contextvars import Context

from infra.celery.celery_app import celery_app
from infra.celery.schedule import ENTRIES

log = logging.getLogger(__name__)

SWEEP = ENTRIES[0].task
WITHIN_S = 10
"""A sweep that nobody has taken by then is of no use: workers look by themselves."""


class Hurry:
    """However many ask while a task is being published, one more is published for all of them."""

    def __init__(self, broker_url: str, task: str = SWEEP) -> None:
        self._broker_url, self._task = broker_url, task
        self._asked = False
        self._publishing: asyncio.Task[None] | None = None

    def __call__(self) -> None:
        """Ask, and don't wait. Where there is no broker, the workers' ticks serve."""
        self._asked = True
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.create_task(self._publish(), context=Context())

    async def close(self) -> None:
        if self._publishing is not None:
            self._publishing.cancel()
            await asyncio.gather(self._publishing, return_exceptions=True)

    async def _publish(self) -> None:
        while self._asked:
            self._asked = False
            await asyncio.to_thread(_publish, self._broker_url, self._task)


def _publish(broker_url: str, task: str) -> None:
    try:
        with celery_app.connection_for_write(broker_url) as connection:
            celery_app.send_task(task, connection=connection, retry=False, expires=WITHIN_S)
    except Exception as error:  # whatever the broker's client raises
        log.warning("the workers were not told, and look by themselves: %s", error)
