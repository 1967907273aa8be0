"""A broadcast that meets too many errors in a row pauses itself, and says why."""

import logging

from sqlalchemy import select, update

from core.broadcast import BroadcastState
from core.errors import LedgerUnavailable
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.tables import broadcasts
from infra.db.tallies import errors_in_a_row

log = logging.getLogger(__name__)

b = broadcasts.c


class Breaker:
    """Looks at broadcasts whose errors have just been counted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, broadcast_id: int, reason: str) -> None:
        """Pause it where its processes together count as many errors in a row as it bears.
        `reason` is the latest. Raises nothing: the errors are recorded, and the next one comes
        back here.
        """
        try:
            await self._look(broadcast_id, reason)
        except LedgerUnavailable as error:
            told, about = "errors in a row were not looked at", {"broadcast_id": broadcast_id}
            log.warning("broadcast %d: %s: %s", broadcast_id, told, error, extra=about)

    async def _look(self, broadcast_id: int, reason: str) -> None:
        if await self._has_met_too_many(broadcast_id):
            await self._pause(broadcast_id, reason)

    async def _has_met_too_many(self, broadcast_id: int) -> bool:
        """Without a lock: this is asked after each error."""
        met = errors_in_a_row(broadcast_id)
        query = select(b.errors_in_a_row > 0, met >= b.errors_in_a_row)
        async with self._database.reading() as connection:
            rows = await connection.execute(query.where(b.id == broadcast_id))
            return all(rows.one_or_none() or [False])

    async def _pause(self, broadcast_id: int, reason: str) -> None:
        running = (b.id == broadcast_id, b.state == BroadcastState.RUNNING.value)
        most = select(b.errors_in_a_row).where(*running).with_for_update()
        async with self._database.writing() as connection:
            bears = await connection.scalar(most)
            met = await connection.scalar(select(errors_in_a_row(broadcast_id)))
            if not bears or met < bears:
                return
            why = f"{met} errors in a row, the last: {reason}"
            state = BroadcastState.PAUSED.value
            values = {"state": state, "why": why, "paused_at": utc_now()}
            await connection.execute(update(broadcasts).where(*running).values(**values))
        about = {"broadcast_id": broadcast_id}
        log.warning("broadcast %d has paused itself: %s", broadcast_id, why, extra=about)
