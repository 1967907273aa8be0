"""What has changed in the ledger since it was last looked at: posts, broadcasts, and the health.

Nothing in the ledger says when a row was changed. So each look reads what is new, what has ended
of late, what is due next and what was under way at the look before, and tells those that are not
as they were. That is a few short reads over indexes, whatever the ledger holds.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import Broadcast, BroadcastState
from core.health import WHOLE, HealthState
from core.message import ACTIVE, Message, State
from infra.db.broadcast_pace import Pace, Paces
from infra.db.broadcast_row import as_broadcast
from infra.db.change_statements import (
    MOST,
    broadcasts_to_look_at,
    full_posts,
    posts_between,
    posts_to_look_at,
)
from infra.db.channel_tables import channels
from infra.db.engine import Database
from infra.db.moments import now_of
from infra.db.reading import as_message
from infra.db.records import encoder
from infra.db.tables import broadcasts, messages
from infra.db.watch_tables import health

OVERLAP = timedelta(seconds=5)
"""A commit is seen later than the time that it wrote: so each look reaches back so far."""

WATCHED = 500
"""Posts that wait, at most, whose every move is told. Of others are told that they came, and how
they ended.
"""

Mark = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PostNow:
    """A post as it is now; `channel` is the title of its chat, None where that is not known."""

    message: Message
    channel: str | None


@dataclass(frozen=True, slots=True)
class BroadcastNow:
    broadcast: Broadcast
    pace: Pace


@dataclass(frozen=True, slots=True)
class Changes:
    """What one look found, `at` by the database's clock. `health` has the parts that changed, and
    `whole` how all of them are; `more`: look again at once, there was too much for one look.
    """

    at: datetime
    posts: Sequence[PostNow] = ()
    broadcasts: Sequence[BroadcastNow] = ()
    health: Mapping[str, tuple[HealthState, str]] = field(default_factory=dict)
    whole: HealthState = HealthState.HEALTHY
    more: bool = False


class Watch:
    """Looks at one bot's ledger again and again. The first look tells nothing.

    One look after the other; one that fails or is cancelled has not been.
    """

    def __init__(self, database: Database, bot_id: int, paces: Paces) -> None:
        self._database, self._bot_id, self._paces = database, bot_id, paces
        self._encode = encoder(database.dialect)
        self._posts: dict[int, Mark] = {}
        self._broadcasts: dict[int, Mark] = {}
        self._health: dict[str, HealthState] = {}
        self._last_broadcast = 0
        self._ids: deque[tuple[datetime, int]] = deque()
        self._since: datetime | None = None
        self._titles: dict[str, str] = {}

    @property
    def is_new(self) -> bool:
        """The next look will tell nothing."""
        return self._since is None

    def forget(self) -> None:
        """Begin anew: what changed since the last look is not told."""
        self._posts, self._broadcasts, self._health = {}, {}, {}
        self._since = None

    async def look(self) -> Changes:
        """Raises LedgerUnavailable."""
        first = self.is_new
        async with self._database.reading() as connection:
            at = await now_of(connection)
            if first:
                await self._begin(connection, at)
            rows = await self._rows(connection)
            told = [] if first else await self._full(connection, self._changed(rows))
            running = await self._running(connection)
            fares = await self._fares(connection)
            titles = await self._named(connection, told)
        moved = [each for each in running if self._moved(each)]
        paces = await self._paces.of(moved) if moved and not first else {}
        changed = {part: now for part, now in fares.items() if self._health.get(part) is not now[0]}
        # From here on nothing waits: a look counts as a whole.
        self._titles = titles
        more = self._go_on(at, rows)
        self._posts = {row.id: _mark(row) for row in rows} | {row.id: _mark(row) for row in told}
        self._broadcasts = {each.id: _tally(each) for each in running}
        self._last_broadcast = max([self._last_broadcast, *self._broadcasts])
        self._health = {part: state for part, (state, _) in fares.items()}
        if first:
            return Changes(at)
        posts = [PostNow(as_message(row), titles.get(row.chat_id)) for row in told]
        told_of = [BroadcastNow(each, paces[each.id]) for each in moved]
        whole = self._health.get(WHOLE, HealthState.HEALTHY)
        return Changes(at, posts, told_of, changed, whole, more)

    async def between(self, since: datetime, until: datetime) -> list[tuple[datetime, PostNow]]:
        """Posts that came or ended in that time, as they are now, and when: for who was away
        while nobody looked. At most MOST, the newest.
        """
        async with self._database.reading() as connection:
            query = posts_between(self._bot_id)
            rows = (await connection.execute(query, {"since": since, "until": until})).all()
            titles = await self._named(connection, rows)
        found = [(row.ended_at or row.created_at, row) for row in rows]
        found.sort(key=lambda each: (each[0], each[1].id))
        return [(at, PostNow(as_message(row), titles.get(row.chat_id))) for at, row in found]

    async def _begin(self, connection: AsyncConnection, at: datetime) -> None:
        query = select(func.max(messages.c.id))
        newest = await connection.scalar(query) or 0
        self._ids = deque([(at, newest)])
        query = select(func.max(broadcasts.c.id))
        self._last_broadcast = await connection.scalar(query) or 0
        self._since = at - OVERLAP

    async def _rows(self, connection: AsyncConnection) -> Sequence[Any]:
        waiting = [key for key, mark in self._posts.items() if mark[0] in ACTIVE]
        values = {
            "after_id": self._ids[0][1],
            "since": self._since,
            "watched": self._encode({"id": key} for key in sorted(waiting)[-WATCHED:]),
        }
        statement = posts_to_look_at(self._database.dialect, self._bot_id)
        return (await connection.execute(statement, values)).all()

    def _changed(self, rows: Iterable[Any]) -> list[int]:
        after_id, since = self._ids[0][1], self._since
        assert since is not None
        changed = []
        for row in rows:
            known = self._posts.get(row.id)
            news = row.id > after_id or (row.ended_at is not None and row.ended_at >= since)
            # One that comes among those due next, as time goes by, has not changed.
            if known != _mark(row) and (known is not None or news):
                changed.append(row.id)
        return changed

    async def _full(self, connection: AsyncConnection, ids: Collection[int]) -> Sequence[Any]:
        if not ids:
            return []
        wanted = {"wanted": self._encode({"id": key} for key in ids)}
        statement = full_posts(self._database.dialect, self._bot_id)
        return (await connection.execute(statement, wanted)).all()

    async def _running(self, connection: AsyncConnection) -> list[Broadcast]:
        values = {
            "since": self._since,
            "after_id": self._last_broadcast,
            "watched": self._encode({"id": key} for key in self._goes_on()),
        }
        statement = broadcasts_to_look_at(self._database.dialect, self._bot_id)
        return [as_broadcast(row) for row in await connection.execute(statement, values)]

    def _goes_on(self) -> Iterable[int]:
        """Those that have not ended, as far as was seen."""
        over = (BroadcastState.COMPLETED, BroadcastState.CANCELLED)
        return (key for key, mark in self._broadcasts.items() if mark[0] not in over)

    def _moved(self, broadcast: Broadcast) -> bool:
        return self._broadcasts.get(broadcast.id) != _tally(broadcast)

    async def _fares(self, connection: AsyncConnection) -> dict[str, tuple[HealthState, str]]:
        h = health.c
        query = select(h.part, h.state, h.reason).where(h.bot_id == self._bot_id)
        return {
            part: (HealthState(state), reason)
            for part, state, reason in await connection.execute(query)
        }

    async def _named(self, connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, str]:
        """Titles of chats by the chat's number and name; read again where one is not known."""
        if all(row.chat_id in self._titles for row in rows):
            return self._titles
        c = channels.c
        query = select(c.chat_id, c.username, c.title).where(c.bot_id == self._bot_id)
        titles: dict[str, str] = {}
        for chat_id, username, title in await connection.execute(query):
            titles[chat_id] = title
            if username:
                titles[f"@{username}".lower()] = title
        return titles

    def _go_on(self, at: datetime, rows: Sequence[Any]) -> bool:
        """Move on what is new: with an overlap, unless there was more than one look takes."""
        after_id, since = self._ids[0][1], self._since
        assert since is not None
        new = [row.id for row in rows if row.id > after_id]
        ended = [row.ended_at for row in rows if row.ended_at is not None and row.ended_at >= since]
        self._ids.append((at, max([self._ids[-1][1], *new])))
        while len(self._ids) > 1 and self._ids[1][0] <= at - OVERLAP:
            self._ids.popleft()
        if len(new) >= MOST:
            self._ids = deque([(at, max(new))])
        self._since = max(ended) if len(ended) >= MOST else max(since, at - OVERLAP)
        return len(new) >= MOST or len(ended) >= MOST


def _mark(row: Any) -> Mark:
    """What makes one news of a post."""
    times = (row.wanted_at, row.due_at, row.ended_at)
    return (State(row.state), *times, row.attempts, row.fingerprint)


def _tally(broadcast: Broadcast) -> Mark:
    return broadcast.state, broadcast.tally, broadcast.why, broadcast.name, broadcast.wanted_at
