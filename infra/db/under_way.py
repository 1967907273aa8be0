"""Broadcasts that somebody may want to watch."""

from typing import Any

from sqlalchemy import Select

from core.broadcast import Broadcast, BroadcastState
from infra.db.broadcast_row import as_broadcast, with_tallies
from infra.db.engine import Database
from infra.db.lanes import is_running
from infra.db.moments import asked_at
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
    return await _found(database, query)


async def begun(database: Database, bot_id: int, limit: int) -> list[Broadcast]:
    """Those that run and whose time has come; the oldest first, so that none is gone from among
    them before it has ended.
    """
    mine = (b.bot_id == bot_id, is_running(), b.wanted_at <= asked_at())
    return await _found(database, with_tallies().where(*mine).order_by(b.id).limit(limit))


async def _found(database: Database, query: Select[Any]) -> list[Broadcast]:
    async with database.reading() as connection:
        return [as_broadcast(row) for row in await connection.execute(query)]
