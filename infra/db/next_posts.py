"""The posts that come next, and those whose time was last: a handful, read in an index's order."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, literal_column, select

from core.message import POSTS, Message
from infra.db.agenda import Entry
from infra.db.engine import Database
from infra.db.lanes import in_lane
from infra.db.moments import asked_at
from infra.db.reading import as_message
from infra.db.series_row import as_series, is_active
from infra.db.states import is_queued
from infra.db.tables import IS_POST, messages, series

m, s = messages.c, series.c

_POSTS: Any = literal_column(str(POSTS))


class NextPosts:
    """One bot's. An agenda reads all that is to come, and can so turn pages; this cannot."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def coming(self, limit: int) -> list[Entry]:
        """The next first: those that wait, those in a worker's hands, and series."""
        waits = select(messages).where(*in_lane(self._bot_id, _POSTS)).order_by(m.due_at, m.id)
        mine = m.bot_id == self._bot_id
        # Not as the indexes of posts have it: these are few, and an index of leases has them.
        post = m.broadcast_id + literal_column("0") == POSTS
        taken = select(messages).where(mine, is_queued(), post).order_by(m.lease_until)
        recurs = select(series).where(s.bot_id == self._bot_id, _active()).order_by(s.next_at)
        found: list[Entry] = []
        async with self._database.reading() as connection:
            for query in (taken, waits):
                rows = await connection.execute(query.limit(limit))
                found += [Entry(row.due_at, row.chat_id, as_message(row), None) for row in rows]
            rows = await connection.execute(recurs.limit(limit))
            found += [Entry(row.next_at, row.chat_id, None, as_series(row)) for row in rows]
        return sorted(found, key=attrgetter("at"))[:limit]

    async def past(self, limit: int) -> Sequence[Message]:
        """Those whose time was last, in whatever state; the last first."""
        query = (
            select(messages)
            .where(m.bot_id == self._bot_id, IS_POST, m.wanted_at <= asked_at())
            .order_by(m.wanted_at.desc(), m.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [as_message(row) for row in await connection.execute(query)]


def _active() -> ColumnElement[bool]:
    """With a time to come."""
    return is_active() & s.next_at.is_not(None)
