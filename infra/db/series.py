"""Recurring messages: each writes its occurrences into the queue, ahead of their time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import InvalidInput, KeyConflict, NotFound, TransitionRefused
from core.message import Message, Request, State
from core.recurrence import Recurrence
from core.recurring_message import Missed, RecurringMessage, SeriesState
from infra.db.engine import Database
from infra.db.occurrences import Occurrences, Written
from infra.db.outcome_statements import wake
from infra.db.reading import as_message
from infra.db.series_row import as_series, columns, recurrence_of
from infra.db.states import WAITING, ended, in_state
from infra.db.tables import messages, series, waiters
from infra.db.upsert import insert_into

m, s = messages.c, series.c

PAUSED = "series paused"
CANCELLED = "series cancelled"


@dataclass(frozen=True, slots=True)
class Recurring:
    """The series, and whether this call made it or found it."""

    series: RecurringMessage
    created: bool


class Series:
    """One bot's recurring messages."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._occurrences = Occurrences(database, bot_id)

    async def create(self, request: Request, repeat: Recurrence, missed: Missed) -> Recurring:
        """Write the series, or find the one that its key stands for.

        Its first occurrence is the first that is still to come; `request.due_at` plays no part.
        Raises KeyConflict where the key stands for another message or rule, InvalidInput where
        the rule never comes, LedgerUnavailable where nothing can be written.
        """
        following = await asyncio.to_thread(_first_to_come, repeat, await self._database.now())
        values = columns(request, repeat, missed) | {"bot_id": self._bot_id, "next_at": following}
        known = select(series).where(s.bot_id == self._bot_id, s.key == request.key)
        async with self._database.writing() as connection:
            row = (await connection.execute(known)).one_or_none()
            made = None if row else await self._insert(connection, values)
            row = row or made or (await connection.execute(known)).one()
        if row.fingerprint != values["fingerprint"]:
            raise KeyConflict(
                "idempotency_key",
                f"{request.key!r} already stands for another recurring message",
                "use a new key for a new one, or the same content and rule for the same one",
            )
        return Recurring(as_series(row), made is not None)

    async def materialise(self, within_s: float, limit: int) -> Written:
        """Write the messages of what is due within `within_s`; see Occurrences."""
        return await self._occurrences.write(within_s, limit)

    async def get(self, series_id: int) -> RecurringMessage:
        """Raises NotFound."""
        async with self._database.reading() as connection:
            return as_series(await self._row(connection, self._this(series_id), series_id))

    async def has_key(self, key: str) -> bool:
        """Whether it stands for one of them."""
        query = select(s.id).where(s.bot_id == self._bot_id, s.key == key)
        async with self._database.reading() as connection:
            return await connection.scalar(query) is not None

    async def newest(self, limit: int = 50, before_id: int | None = None) -> list[RecurringMessage]:
        """The newest first; `before_id` turns the page."""
        query = select(series).where(s.bot_id == self._bot_id).order_by(s.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(s.id < before_id)
        async with self._database.reading() as connection:
            return [as_series(row) for row in await connection.execute(query)]

    async def messages(self, series_id: int, limit: int = 10) -> list[Message]:
        """Its messages, those of the latest times first."""
        query = (
            select(messages)
            .where(m.series_id == series_id, m.bot_id == self._bot_id)
            .order_by(m.occurrence_at.desc(), m.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [as_message(row) for row in await connection.execute(query)]

    async def cancel(self, series_id: int) -> None:
        """No further occurrences; those that wait in the queue are cancelled too.

        This and what follows raise NotFound, or TransitionRefused where its state forbids it.
        """
        states = (SeriesState.ACTIVE, SeriesState.PAUSED, SeriesState.ENDED)
        async with self._database.writing() as connection:
            await self._locked(connection, series_id, states)
            await self._move(connection, series_id, SeriesState.CANCELLED, None)
            await self._call_off(connection, series_id, CANCELLED)

    async def pause(self, series_id: int) -> None:
        """As `cancel`, until it is resumed."""
        async with self._database.writing() as connection:
            await self._locked(connection, series_id, (SeriesState.ACTIVE,))
            await self._move(connection, series_id, SeriesState.PAUSED, None)
            await self._call_off(connection, series_id, PAUSED)

    async def resume(self, series_id: int) -> None:
        """Go on with the next occurrence to come; what the pause left out stays left out."""
        async with self._database.reading() as connection:
            row = await self._row(connection, self._this(series_id), series_id)
        # Before the transaction: what is long in the reckoning must not hold up other writers.
        now = await self._database.now()
        following = await asyncio.to_thread(lambda: recurrence_of(row).next_after(now))
        async with self._database.writing() as connection:
            await self._locked(connection, series_id, (SeriesState.PAUSED,))
            state = SeriesState.ACTIVE if following else SeriesState.ENDED
            await self._move(connection, series_id, state, following)
            if following is None:
                return
            # What the pause called off and is still to come gets a new message.
            again = (m.series_id == series_id, m.occurrence_at >= following, m.reason == PAUSED)
            await connection.execute(update(messages).where(*again).values(occurrence_at=None))

    async def _insert(self, connection: AsyncConnection, values: Mapping[str, Any]) -> Any:
        """The row; None where another process has just made it."""
        if values["next_at"] is None:
            raise InvalidInput("repeat", "has no occurrence to come", "check its end")
        statement = insert_into(self._database.dialect, series).values(**values)
        statement = statement.on_conflict_do_nothing(index_elements=["bot_id", "key"])
        return (await connection.execute(statement.returning(series))).one_or_none()

    async def _locked(
        self, connection: AsyncConnection, series_id: int, states: Sequence[SeriesState]
    ) -> Any:
        row = await self._row(connection, self._this(series_id).with_for_update(), series_id)
        if row.state not in states:
            raise TransitionRefused(
                f"series {series_id} is {row.state}; this can be done only to one that is "
                + " or ".join(states)
            )
        return row

    async def _row(self, connection: AsyncConnection, query: Select[Any], series_id: int) -> Any:
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(
                f"no series {series_id}; `analyticbot series list` shows those there are"
            )
        return row

    def _this(self, series_id: int) -> Select[Any]:
        return select(series).where(s.id == series_id, s.bot_id == self._bot_id)

    async def _move(
        self,
        connection: AsyncConnection,
        series_id: int,
        state: SeriesState,
        next_at: datetime | None,
    ) -> None:
        values = {"state": state.value, "next_at": next_at}
        await connection.execute(update(series).where(s.id == series_id).values(**values))

    async def _call_off(self, connection: AsyncConnection, series_id: int, reason: str) -> None:
        waiting = (m.series_id == series_id, in_state(*WAITING))
        statement = update(messages).where(*waiting).values(**ended(State.CANCELLED, reason))
        ids = list(await connection.scalars(statement.returning(m.id)))
        if ids:
            await connection.execute(wake(waiters.c.message_id.in_(ids)))


def _first_to_come(repeat: Recurrence, now: datetime) -> datetime | None:
    """Raises InvalidInput where the rule never comes."""
    repeat.first()
    return repeat.next_after(now)
