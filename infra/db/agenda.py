"""What is to come, messages and recurrences alike, and the posts that were sent last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFound
from core.message import ACTIVE, POSTS, Message, State
from core.recurring_message import RecurringMessage, SeriesState
from infra.db.engine import Database
from infra.db.reading import as_message
from infra.db.series_row import as_series
from infra.db.states import in_state
from infra.db.tables import messages, series

m, s = messages.c, series.c

NONE = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A message that waits, or the next time of a recurrence that has no message yet.

    `series` is the recurrence that it belongs to, None where it does not recur.
    """

    at: datetime
    chat_id: str
    message: Message | None
    series: RecurringMessage | None


class Agenda:
    """One bot's posts; broadcasts are none."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def coming(
        self, chats: Sequence[str] = (), *, offset: int = 0, limit: int = 50
    ) -> list[Entry]:
        """The next ones first; of these chats alone where there are any named."""
        coming = self._coming().subquery("coming")
        query = select(coming).order_by(coming.c.at, coming.c.message_id, coming.c.series_id)
        if chats:
            query = query.where(coming.c.chat_id.in_(chats))
        async with self._database.reading() as connection:
            rows = (await connection.execute(query.offset(offset).limit(limit))).all()
            return await self._entries(connection, rows)

    async def counts(self) -> Mapping[str, int]:
        """How many are to come, by chat."""
        coming = self._coming().subquery("coming")
        query = select(coming.c.chat_id, func.count()).group_by(coming.c.chat_id)
        async with self._database.reading() as connection:
            return {row.chat_id: row[1] for row in await connection.execute(query)}

    async def message(self, message_id: int) -> Entry:
        """One message, wherever it stands; raises NotFound."""
        row = select(m.due_at.label("at"), m.chat_id, m.id.label("message_id"), _series_id())
        query = row.where(m.id == message_id, m.bot_id == self._bot_id)
        return await self._one(query, f"no message {message_id}")

    async def these(self, message_ids: Sequence[int]) -> list[Message]:
        """Those of them that there are, in the order in which they were written."""
        query = select(messages).where(m.bot_id == self._bot_id, m.id.in_(message_ids))
        async with self._database.reading() as connection:
            return [as_message(row) for row in await connection.execute(query.order_by(m.id))]

    async def occurrence(self, series_id: int) -> Entry:
        """The next time of a series that has no message yet; raises NotFound."""
        return await self._one(self._recurring().where(s.id == series_id), f"no series {series_id}")

    async def sent(self, *, offset: int = 0, limit: int = 50) -> list[Message]:
        """The last ones first."""
        query = (
            select(messages)
            .where(m.bot_id == self._bot_id, m.broadcast_id == POSTS, m.ended_at.is_not(None))
            .where(in_state(State.SENT))
            .order_by(m.ended_at.desc(), m.id.desc())
            .offset(offset)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [as_message(row) for row in await connection.execute(query)]

    def _coming(self) -> Any:
        waiting = (
            select(m.due_at.label("at"), m.chat_id, m.id.label("message_id"), _series_id())
            .where(m.bot_id == self._bot_id, m.broadcast_id == POSTS)
            .where(in_state(*ACTIVE))
        )
        return union_all(waiting, self._recurring())

    def _recurring(self) -> Select[Any]:
        active = (s.state == SeriesState.ACTIVE.value) & s.next_at.is_not(None)
        none, own = literal(NONE).label("message_id"), s.id.label("series_id")
        columns = (s.next_at.label("at"), s.chat_id, none, own)
        return select(*columns).where(s.bot_id == self._bot_id, active)

    async def _one(self, query: Select[Any], missing: str) -> Entry:
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
            if not rows:
                raise NotFound(missing)
            return (await self._entries(connection, rows))[0]

    async def _entries(self, connection: AsyncConnection, rows: Sequence[Any]) -> list[Entry]:
        written = await _by_id(connection, messages, [row.message_id for row in rows])
        recurring = await _by_id(connection, series, [row.series_id for row in rows])
        found = {row.id: as_message(row) for row in written}
        recurs = {row.id: as_series(row) for row in recurring}
        return [
            Entry(row.at, row.chat_id, found.get(row.message_id), recurs.get(row.series_id))
            for row in rows
        ]


def _series_id() -> ColumnElement[int]:
    return func.coalesce(m.series_id, NONE).label("series_id")


async def _by_id(connection: AsyncConnection, table: Any, ids: Sequence[int]) -> Sequence[Any]:
    wanted = {each for each in ids if each != NONE}
    if not wanted:
        return []
    return (await connection.execute(select(table).where(table.c.id.in_(wanted)))).all()
