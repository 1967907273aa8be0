"""Messages that nobody wants any more: their time to be sent has run out."""

from sqlalchemy import ColumnElement, or_, select, update

from core.message import State
from infra.db.engine import Database
from infra.db.moments import asked_at, utc_now
from infra.db.outcome_statements import wake
from infra.db.states import WAITING, ended, in_state
from infra.db.tables import messages, waiters
from infra.db.tallies import Move, Tallies

m = messages.c

EXPIRED = "not sent before it expired"
BATCH = 1_000
"""Few enough that other writers wait for milliseconds."""


class Expiry:
    """Ends one bot's messages whose `expires_at` has come before they were sent."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._tallies = Tallies(database.dialect)

    async def expire(self, limit: int = BATCH) -> list[int]:
        """Expire what waits past its time, `limit` at most; the ids of those messages.

        One that is being sent is left to its outcome.
        """
        stale = (
            select(m.id)
            .where(m.bot_id == self._bot_id, has_expired())
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(messages)
            .where(m.id.in_(select(stale.cte("stale").c.id)), has_expired())
            .values(**ended(State.EXPIRED, EXPIRED))
            .returning(m.id, m.broadcast_id)
        )
        async with self._database.writing() as connection:
            rows = (await connection.execute(statement)).all()
            ids = [row.id for row in rows]
            moves = [Move(row.broadcast_id, State.SCHEDULED, State.EXPIRED) for row in rows]
            await self._tallies.add(connection, moves)
            if ids:
                await connection.execute(wake(waiters.c.message_id.in_(ids)))
        return ids


def has_expired() -> ColumnElement[bool]:
    """It waits, and is not to be sent any more; as the index of expiries has it."""
    waits = in_state(*WAITING)
    return waits & m.expires_at.is_not(None) & (m.expires_at <= asked_at())


def is_wanted() -> ColumnElement[bool]:
    """It may still be sent."""
    return or_(m.expires_at.is_(None), m.expires_at > utc_now())
