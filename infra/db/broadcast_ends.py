"""How broadcasts come to their end: completed when nobody is pending, or cancelled."""

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.message import State
from infra.db.engine import Database
from infra.db.lanes import is_running, waiting
from infra.db.moments import utc_now
from infra.db.states import ended, in_state
from infra.db.tables import broadcasts, messages
from infra.db.tallies import Move, Tallies, counted

SLICE = 1_000
"""Rows ended together: few enough that other writers wait for milliseconds."""

CALLED_OFF = "broadcast cancelled"

b, m = broadcasts.c, messages.c


class BroadcastEnds:
    """Ends one bot's. Several may do so at once: one whose row another has is left to that one."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._tallies = Tallies(database.dialect)

    async def complete(self) -> list[int]:
        """Call completed each that runs, and of whose recipients none is pending; which ones.

        Takes no lock where there is none.
        """
        done = select(b.id).where(to_complete(self._bot_id))
        async with self._database.reading() as connection:
            if not (await connection.scalars(done)).all():
                return []
        values = {"state": BroadcastState.COMPLETED.value, "ended_at": utc_now()}
        async with self._database.writing() as connection:
            # Locked first, and asked again: who sends somebody a second time locks it as well.
            ids = await connection.scalars(done.with_for_update(skip_locked=True))
            these = update(broadcasts).where(b.id.in_(ids.all()), to_complete(self._bot_id))
            return list(await connection.scalars(these.values(**values).returning(b.id)))

    async def end_cancelled(self, limit: int = SLICE) -> int:
        """End a slice of the rows that wait in a cancelled broadcast; how many.

        What is queued comes back to them, and what is on the wire has its own end. Takes no lock
        where there is none.
        """
        async with self._database.reading() as connection:
            if await connection.scalar(select(b.id).where(to_end(self._bot_id)).limit(1)) is None:
                return 0
        rest = select(m.id).where(*waiting(self._bot_id, b.id)).correlate(broadcasts)
        cancelled = select(b.id).where(to_end(self._bot_id), rest.exists()).order_by(b.id).limit(1)
        async with self._database.writing() as connection:
            found = cancelled.with_for_update(skip_locked=True)
            broadcast_id = await connection.scalar(found)
            if broadcast_id is not None:
                return await self._end_waiting(connection, broadcast_id, limit)
            await self._forget_ended(connection)
        return 0

    async def _forget_ended(self, connection: AsyncConnection) -> None:
        """Those of which nothing is left over any more."""
        over = (to_end(self._bot_id), b.total <= counted())
        found = select(b.id).where(*over).order_by(b.id).with_for_update(skip_locked=True)
        ids = (await connection.scalars(found)).all()
        # Asked again, now that they are locked: see `complete`.
        these = update(broadcasts).where(b.id.in_(ids), *over)
        await connection.execute(these.values(leftover=False))

    async def _end_waiting(self, connection: AsyncConnection, broadcast_id: int, limit: int) -> int:
        rest = select(m.id).where(*waiting(self._bot_id, broadcast_id)).limit(limit)
        free = rest.with_for_update(skip_locked=True).cte("free")
        statement = (
            update(messages)
            .where(m.id.in_(select(free.c.id)), in_state(State.SCHEDULED))
            .values(**ended(State.CANCELLED, CALLED_OFF))
            .returning(m.id)
        )
        count = len((await connection.execute(statement)).all())
        move = Move(broadcast_id, State.SCHEDULED, State.CANCELLED)
        await self._tallies.add(connection, [move] * count)
        return count


def to_complete(bot_id: int) -> ColumnElement[bool]:
    """It runs, all of its rows are there, and all have ended."""
    return and_(b.bot_id == bot_id, is_running(), b.built_at.is_not(None), b.total <= counted())


def to_end(bot_id: int) -> ColumnElement[bool]:
    """It is cancelled, and not all of its rows are."""
    return (b.bot_id == bot_id) & b.leftover
