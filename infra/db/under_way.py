"""Broadcasts that somebody may want to watch."""

from core.broadcast import Broadcast, BroadcastState
from infra.db.broadcast_row import as_broadcast, with_tallies
from infra.db.engine import Database
from infra.db.tables import broadcasts

b = broadcasts.c

STATES = (BroadcastState.RUNNING, BroadcastState.PAUSED)


async def under_way(database: Database, bot_id: int, limit: int) -> list[Broadcast]:
    """Those that run, wait for their time or are paused; the newest first."""
    query = (
        with_tallies()
        .where(b.bot_id == bot_id, b.state.in_([state.value for state in STATES]))
        .order_by(b.id.desc())
        .limit(limit)
    )
    async with database.reading() as connection:
        return [as_broadcast(row) for row in await connection.execute(query)]
