"""What the live gauges tell of the ledger, and of what is written in it of Beat and of health."""

from collections.abc import Mapping
from datetime import timedelta
from math import isnan

from core.broadcast import Tally
from core.health import WHOLE, HealthState
from infra.celery.figures import used
from infra.celery.schedule import beat_intervals_s
from infra.db.engine import Database
from infra.db.figures import Figures, Standing
from infra.db.health import HealthBook
from infra.db.probe import check_file
from infra.db.ticks import Ticks
from infra.db.under_way import begun
from infra.monitoring.gauges import Reading
from infra.settings import Settings

MINUTE = timedelta(seconds=60)
CONNECTIONS = 2
COUNTED = 100_000
"""Of what waits no more is counted: each scrape does so, and a million takes Postgres a second."""

BROADCASTS = 20
STATES = ("waiting", "due", "queued", "sending", "uncertain")
HEALTH: Mapping[HealthState, int] = {state: n for n, state in enumerate(HealthState)}


class LedgerGauges:
    """Asks over connections of its own: whoever works with the ledger does not wait for them.

    `patience_s` bounds each of its waits. Raises LedgerUnavailable.
    """

    def __init__(self, settings: Settings, patience_s: float) -> None:
        self._settings, self._patience_s = settings, patience_s
        self._opened: Database | None = None

    async def messages(self) -> list[Reading]:
        """What waits, and how much of the bot's rate was used in the last minute."""
        figures = Figures(self._database, self._settings.bot_id, COUNTED)
        standing = await figures.standing()
        ended = await figures.ended(standing.now - MINUTE, standing.now)
        use = used(ended, self._settings.telegram_rate, MINUTE)
        # Nothing limits it: then there is nothing that it could be a part of.
        of_the_rate = [] if isnan(use) else [Reading("governor_use_ratio", use)]
        return [*_standing(standing), *of_the_rate]

    async def broadcasts(self) -> list[Reading]:
        """Of BROADCASTS at most."""
        found = await begun(self._database, self._settings.bot_id, BROADCASTS)
        return [reading for each in found for reading in _progress(str(each.id), each.tally)]

    async def beat(self) -> list[Reading]:
        """Of the entries of our schedule alone: what others Beat once had grows old for ever."""
        ticks = Ticks(self._database, self._settings.bot_id)
        known = beat_intervals_s(self._settings)
        # Beat's own word goes before our settings: it may have been started with others.
        every_s, ago_s = known | await ticks.every_s(), await ticks.ago_s()
        ages = {entry: max(0.0, ago_s[entry]) for entry in known if entry in ago_s}
        return [
            *(Reading("beat_tick_age_seconds", age_s, (name,)) for name, age_s in ages.items()),
            *(Reading("beat_tick_interval_seconds", every_s[name], (name,)) for name in known),
        ]

    async def health(self) -> list[Reading]:
        """What the last check has kept."""
        kept = await HealthBook(self._database, self._settings.bot_id).current()
        whole = kept.pop(WHOLE, None)
        states = (
            Reading("health_state", HEALTH[each.part.state], (name,)) for name, each in kept.items()
        )
        if whole is None:
            return [*states]
        checked_s = whole.checked_at.timestamp()
        return [*states, Reading("health_checked_timestamp_seconds", checked_s)]

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    @property
    def _database(self) -> Database:
        check_file(self._settings.ledger_url)
        if self._opened is None:
            self._opened = Database(self._settings.ledger_url, CONNECTIONS, self._patience_s)
        return self._opened


def _standing(standing: Standing) -> list[Reading]:
    counts = [Reading("messages", getattr(standing, state), (state,)) for state in STATES]
    return [*counts, Reading("oldest_due_seconds", standing.oldest_due_s)]


def _progress(broadcast: str, tally: Tally) -> list[Reading]:
    states = {
        "sent": tally.sent,
        "failed": tally.failed,
        "skipped": tally.skipped,
        "uncertain": tally.uncertain,
        "pending": tally.pending,
    }
    done = 1 - tally.pending / tally.total if tally.total else 0.0
    return [
        *(Reading("broadcast_recipients", n, (broadcast, state)) for state, n in states.items()),
        Reading("broadcast_progress_ratio", done, (broadcast,)),
    ]
