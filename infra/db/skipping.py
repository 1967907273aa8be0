"""One occurrence of a recurrence is left out; those after it come."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import TransitionRefused
from core.message import State
from core.recurring_message import SeriesState
from infra.db.engine import Database
from infra.db.outcome_statements import wake
from infra.db.series_row import recurrence_of
from infra.db.states import WAITING, ended, in_state
from infra.db.tables import messages, series, waiters

m, s = messages.c, series.c

SKIPPED = "skipped by hand"


class Skipping:
    """One bot's recurrences."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def skip(self, series_id: int, at: datetime) -> None:
        """Leave out the occurrence of this time (UTC), whether it has a message by now or not.

        Raises TransitionRefused where it is on its way already, or was left out.
        """
        this = select(series).where(s.id == series_id, s.bot_id == self._bot_id)
        async with self._database.writing() as connection:
            # Who writes occurrences locks the row too: so this comes before or after that.
            row = (await connection.execute(this.with_for_update())).one_or_none()
            is_next = row is not None and row.next_at == at and row.state == SeriesState.ACTIVE
            if is_next:
                await self._move_on(connection, row)
            elif not await self._call_off(connection, series_id, at):
                raise TransitionRefused(f"series {series_id} has nothing that waits for {at}")

    async def _move_on(self, connection: AsyncConnection, row: Any) -> None:
        repeat = recurrence_of(row)
        following = repeat.next_after(row.next_at)
        state = SeriesState.ACTIVE if following else SeriesState.ENDED
        values = {"next_at": following, "state": state.value}
        await connection.execute(update(series).where(s.id == row.id).values(**values))

    async def _call_off(self, connection: AsyncConnection, series_id: int, at: datetime) -> bool:
        # Its occurrence stays with it, so that no other message is written for that.
        this = (m.series_id == series_id, m.bot_id == self._bot_id, m.occurrence_at == at)
        statement = update(messages).where(*this, in_state(*WAITING))
        values = ended(State.CANCELLED, SKIPPED)
        ids = list(await connection.scalars(statement.values(**values).returning(m.id)))
        if ids:
            await connection.execute(wake(waiters.c.message_id.in_(ids)))
        return bool(ids)
