"""What the ledger has noted of Beat and of what failed."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import AnalyticBotError
from core.message import Message, State
from infra.celery.health_ledger import CONNECTIONS, PATIENCE_S
from infra.celery.schedule import beat_intervals_s
from infra.db import probe, revision
from infra.db.engine import Database
from infra.db.failures import Failure, Failures
from infra.db.reading import Reading
from infra.db.ticks import Ticks
from infra.redaction import one_line
from infra.settings import Settings

NEWEST = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """One of Beat's. `last_ago_s` and `next_in_s` are None where it was never published here."""

    name: str
    every_s: float
    last_ago_s: float | None
    next_in_s: float | None


@dataclass(frozen=True, slots=True)
class Notes:
    """`messages` are the newest that failed or are uncertain.

    `trouble` says why the ledger could not be asked; then all else is empty.
    """

    beat: Sequence[Entry] = ()
    failures: Sequence[Failure] = ()
    messages: Sequence[Message] = ()
    trouble: str = ""


async def notes(settings: Settings) -> Notes:
    """Raises nothing, and takes no longer than the health check."""
    try:
        probe.check_file(settings.ledger_url)
        database = Database(settings.ledger_url, CONNECTIONS, PATIENCE_S)
        try:
            await revision.check(database)
            return await _read(database, settings)
        finally:
            await database.close()
    except AnalyticBotError as error:
        return Notes(trouble=one_line(error, settings))


async def _read(database: Database, settings: Settings) -> Notes:
    bot_id, bad = settings.bot_id, (State.FAILED, State.UNCERTAIN)
    ticks = Ticks(database, bot_id)
    ago_s = await ticks.ago_s()
    intervals_s = beat_intervals_s(settings) | await ticks.every_s()
    return Notes(
        [_entry(name, every_s, ago_s.get(name)) for name, every_s in intervals_s.items()],
        await Failures(database, bot_id).newest(NEWEST),
        await Reading(database, bot_id).newest(states=bad, limit=NEWEST),
    )


def _entry(name: str, every_s: float, ago_s: float | None) -> Entry:
    if ago_s is None:
        return Entry(name, every_s, None, None)
    return Entry(name, every_s, round(ago_s, 1), round(every_s - ago_s, 1))
