"""Beat's own word of what it has published: so a dead worker is not taken for a dead Beat."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from celery.signals import after_task_publish, beat_init
from prometheus_client import CollectorRegistry, generate_latest

from core.errors import ConfigurationError
from infra.celery import runtime as runtimes
from infra.celery.celery_app import celery_app, settings
from infra.celery.schedule import beat_intervals_s
from infra.db.ticks import START, Ticks
from infra.monitoring import server
from infra.monitoring.beat import BeatFigures
from infra.monitoring.pulse import Pulse
from infra.redaction import one_line
from infra.settings import Settings

log = logging.getLogger(__name__)

LATE_S = 30.0
"""How much later than two intervals Beat may be before it is called ill."""


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
        for entry in entries_of(sender):
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


class Pace:
    """What Beat has published, and whether it still does: its /metrics and /health."""

    def __init__(self, settings: Settings) -> None:
        every_s = beat_intervals_s(settings)
        self.figures = BeatFigures(every_s)
        # Counted from the start where nothing was published yet: a schedule that is kept from an
        # earlier run may have nothing due for all of an interval.
        self.pulse = Pulse("published its last task", 2 * min(every_s.values()) + LATE_S)

    def published(self, sender: str, **_: Any) -> None:
        for entry in entries_of(sender):
            self.figures.published(entry)
            self.pulse.beat()

    def serve(self, settings: Settings) -> None:
        registry = CollectorRegistry()
        registry.register(self.figures)
        server.serve_as_set(settings, lambda: generate_latest(registry), self.pulse.reason)


def entries_of(task: str) -> list[str]:
    """Beat's entries that publish this task: every one has a task of its own."""
    scheduled = celery_app.conf.beat_schedule.items()
    return [entry for entry, told in scheduled if told["task"] == task]


@beat_init.connect
def show(**_: Any) -> None:
    """In the process of Beat, and in no other."""
    pace = Pace(settings)
    after_task_publish.connect(pace.published, weak=False)
    pace.serve(settings)


@beat_init.connect
def start(**_: Any) -> None:
    """Write down what it publishes."""
    runtime = runtimes.current()
    try:
        ticks = Ticks(runtime.ledger.database, runtime.ledger.bot_id)
    except ConfigurationError as error:
        log.warning("ticks are not written: %s", error)
        return
    ticker = Ticker(runtime.settings, ticks, runtime.clock.now_s, runtime.leave)
    after_task_publish.connect(ticker.published, weak=False)
    ticker.note(START)
