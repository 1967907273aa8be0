"""Beat's own word of what it has published: so a dead worker is not taken for a dead Beat."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from celery.signals import after_task_publish, beat_init

from core.errors import ConfigurationError
from infra.celery import runtime as runtimes
from infra.celery.celery_app import celery_app
from infra.celery.schedule import beat_intervals_s
from infra.db.ticks import START, Ticks
from infra.redaction import one_line
from infra.settings import Settings

log = logging.getLogger(__name__)


class Ticker:
    """Writes ticks down beside Beat, which never waits for the ledger.

    What could not be written is written with the next tick. `note` is called from Beat's thread;
    `leave` lets a coroutine run on the loop, where all else happens.
    """

    def __init__(
        self,
        settings: Settings,
        ticks: Ticks,
        now_s: Callable[[], float],
        leave: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._settings, self._ticks, self._now_s, self._leave = settings, ticks, now_s, leave
        self._unwritten: dict[str, float] = {}
        self._writing = False

    def note(self, entry: str) -> None:
        """This entry was published just now."""
        self._leave(self._put(entry, self._now_s()))

    def published(self, sender: str, **_: Any) -> None:
        """`sender` is a task's name: every entry has a task of its own."""
        for entry, told in celery_app.conf.beat_schedule.items():
            if told["task"] == sender:
                self.note(entry)

    async def _put(self, entry: str, at_s: float) -> None:
        self._unwritten[entry] = at_s
        if self._writing:  # whoever writes takes this one along
            return
        self._writing = True
        try:
            while self._unwritten:
                await self._write()
        except Exception as error:  # Beat goes on, whatever the ledger says
            told = one_line(error, self._settings)
            log.warning("ticks are written with the next one: %s", told)
        finally:
            self._writing = False

    async def _write(self) -> None:
        written = dict(self._unwritten)
        now_s = self._now_s()
        every_s = beat_intervals_s(self._settings)
        await self._ticks.write({entry: now_s - at_s for entry, at_s in written.items()}, every_s)
        for entry, at_s in written.items():
            if self._unwritten[entry] == at_s:
                del self._unwritten[entry]


@beat_init.connect
def start(**_: Any) -> None:
    """In the process of Beat, and in no other."""
    runtime = runtimes.current()
    try:
        ticks = Ticks(runtime.ledger.database, runtime.ledger.bot_id)
    except ConfigurationError as error:
        log.warning("ticks are not written: %s", error)
        return
    ticker = Ticker(runtime.settings, ticks, runtime.clock.now_s, runtime.leave)
    after_task_publish.connect(ticker.published, weak=False)
    ticker.note(START)
