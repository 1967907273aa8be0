"""A sample of the system's figures, kept in the ledger; ends are counted for Prometheus as well."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from math import nan
from typing import Any

from core.figure import LABEL_CHARACTERS, Figure
from core.message import State
from core.thinning import FIVE_MINUTES_S, beginning
from infra.celery.blocking import in_thread
from infra.celery.queues import queue_depths
from infra.celery.runtime import Runtime
from infra.db.engine import Database
from infra.db.figures import PERCENTILES, Ended, Figures, Standing
from infra.db.metrics import Metrics
from infra.monitoring import metrics as prometheus

WINDOW = timedelta(seconds=FIVE_MINUTES_S)
SETTLED = timedelta(seconds=60)
"""Only what ended so long ago is counted: an end is written a moment before others can see it, and
the database gives a statement of ours up after this time."""

QUARTER_S = 900
"""No window reaches over a full quarter of an hour: in any zone a day's figures are whole windows'.
"""

WINDOWS = 288
"""At most so many in one sample, a day's; what is left is counted by the next."""

REASONS = 20
OTHER = "other"


Show = Callable[[Sequence[Figure]], None]


async def sample(runtime: Runtime) -> dict[str, Any]:
    """Look at the system and keep what is seen; what was counted.

    Raises what keeps a part from being seen, after the ledger's part is kept.
    """
    ledger, settings = runtime.ledger, runtime.settings
    # Where nobody serves them, nobody is to write files either.
    show = prometheus.show if settings.prometheus_multiproc_dir is not None else _nobody_looks
    sampler = Sampler(ledger.database, ledger.bot_id, settings.telegram_rate, show)
    now = await sampler.stand()
    counted = await sampler.count(now - SETTLED)
    # Last, so that a broker or a Redis that is away does not cost the ledger's figures.
    depths = await in_thread(queue_depths)
    await sampler.keep(now, [Figure("queue_depth", name, n) for name, n in depths.items()])
    ahead_s = await runtime.governor.ahead_s()
    await sampler.keep(now, [Figure("governor_ahead_s", "", ahead_s)])
    return {"at": now.isoformat(), **counted, "tasks_waiting": sum(depths.values())}


def _nobody_looks(_: Sequence[Figure]) -> None:
    pass


class Sampler:
    """Figures of one bot: seen in the ledger and kept there; `show` hears of what has ended.

    `rate` is the bot's, in messages a second; 0 for no limit.
    """

    def __init__(self, database: Database, bot_id: int, rate: float, show: Show) -> None:
        self._rate, self._show = rate, show
        self._figures = Figures(database, bot_id)
        self._metrics = Metrics(database, bot_id)

    async def keep(self, at: datetime, figures: Sequence[Figure]) -> None:
        await self._metrics.record(at, figures)

    async def stand(self) -> datetime:
        """Keep what waits; the time, by the database."""
        standing = await self._figures.standing()
        await self.keep(standing.now, stands(standing))
        return standing.now

    async def count(self, until: datetime) -> dict[str, Any]:
        """Count what has ended since the last sample, each message once whoever else counts."""
        ended = windows = 0
        since = await self._metrics.sampled_until(until - WINDOW)
        while since < until and windows < WINDOWS:
            end = await self._end(since, until)
            found = await self._figures.ended(since, end)
            figures = await self._happened(since, end, found)
            if await self._metrics.record_window(since, end, figures):
                self._show([*figures, Figure("sampled_until", "", end.timestamp())])
                ended += sum(each.count for each in found)
            since, windows = await self._metrics.sampled_until(end), windows + 1
        return {"counted_until": since.isoformat(), "ended": ended, "windows": windows}

    async def _end(self, since: datetime, until: datetime) -> datetime:
        """How far to count at once: as far as nothing happened, or about a bucket's span."""
        first = await self._figures.first_ended(since, until)
        if first is None:
            return until
        if first - since > WINDOW:
            return first
        end = until if until - since < 2 * WINDOW else since + WINDOW
        return min(end, beginning(since, QUARTER_S) + timedelta(seconds=QUARTER_S))

    async def _happened(
        self, since: datetime, until: datetime, found: Sequence[Ended]
    ) -> list[Figure]:
        late_s = await self._figures.lateness_s(since, until)
        known = await self._metrics.labels("messages_ended")
        lost = await self._figures.lost(since, until)
        late = await self._figures.late(since, until)
        return [
            *endings(found, known),
            *(Figure("lateness_s", name, late_s.get(name, nan)) for name in PERCENTILES),
            Figure("governor_use", "", used(found, self._rate, until - since)),
            *([Figure("attempts_lost", "", lost)] if lost else []),
            *([Figure("posts_late", "", late)] if late else []),
        ]


def stands(standing: Standing) -> list[Figure]:
    """What is there, as figures."""
    states = ("waiting", "due", "queued", "sending", "uncertain")
    counts = [Figure("messages", state, getattr(standing, state)) for state in states]
    return [*counts, Figure("oldest_due_s", "", standing.oldest_due_s)]


def endings(found: Iterable[Ended], known: Collection[str]) -> Iterator[Figure]:
    """How many ended in each way, labelled "failed: blocked", or "sent: " for no reason.

    There are REASONS labels at most, for ever: those that are `known`, and then the most
    frequent; for all other reasons of a state, "failed: other".
    """
    counts: dict[str, int] = {}
    places = REASONS - sum(not label.endswith(f": {OTHER}") for label in known)
    for each in found:
        label = f"{each.state}: {each.reason}"[:LABEL_CHARACTERS]
        if label not in known and label not in counts:
            places -= 1
            if places < 0:
                label = f"{each.state}: {OTHER}"
        counts[label] = counts.get(label, 0) + each.count
    return (Figure("messages_ended", label, count) for label, count in counts.items())


def used(found: Iterable[Ended], rate: float, time: timedelta) -> float:
    """What was sent, as a part of what this rate lets through; NaN where nothing limits it."""
    sent = sum(each.cost for each in found if each.state is State.SENT)
    return sent / (rate * time.total_seconds()) if rate else nan
