"""What is kept for so many days, and then removed: a little at a time, so that nobody waits."""

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.errors import InvalidInput
from core.message import FINAL, POSTS, State
from infra.db.channel_tables import channels, member_samples, post_samples, posts
from infra.db.engine import Database
from infra.db.removal import ROWS, removed
from infra.db.states import in_state
from infra.db.tables import attempts, broadcasts, messages, waiters
from infra.db.watch_tables import health_changes, health_checks, task_failures

b, m = broadcasts.c, messages.c

POSTS_TOGETHER = 10
"""A post has some hundred samples."""

REMOVED = FINAL - {State.UNCERTAIN}
"""Whether an uncertain one arrived is for a person to say, however old it is."""

LONGEST_DAYS = 36_500
DATED = (health_checks, health_changes, task_failures)

Slice = tuple[str, int]
"""Rows removed from a table."""

TABLES = tuple(
    table.name for table in (messages, attempts, waiters, post_samples, member_samples, *DATED)
)
"""What is removed from."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far the messages were looked at: what is kept is not looked at again."""

    ended_at: datetime
    id: int


class Cleanup:
    """Removes what is old of one bot's data.

    Nothing that is still to be sent, or to be settled; no broadcast, channel or post, and no
    message of a broadcast that still has others to send: called again, it would send them anew.
    """

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def slices(self, days: int) -> AsyncGenerator[Slice, None]:
        """Remove what is older than so many days, in steps of milliseconds; each has been
        committed when it is told. Raises InvalidInput for less than a day.
        """
        _check(days)
        cutoff = await self._database.now() - timedelta(days=days)
        # Messages last: those of a broadcast that goes on for long are walked past anew each time.
        for part in (self._dated, self._members, self._samples, self._messages):
            async for each in part(cutoff):
                yield each

    async def _messages(self, cutoff: datetime) -> AsyncGenerator[Slice, None]:
        unfinished, place = await self._unfinished(), None
        while rows := await self._ended(cutoff, unfinished, place):
            place = Place(rows[-1].ended_at, rows[-1].id)
            for each in await self._remove_messages(rows, cutoff):
                yield each

    async def _unfinished(self) -> Collection[int]:
        """Broadcasts that still have messages to send, or to be written."""
        waits = select(m.id).where(
            m.bot_id == self._bot_id, m.broadcast_id == b.id, in_state(State.SCHEDULED)
        )
        goes_on = or_(waits.correlate(broadcasts).exists(), _is_unbuilt())
        query = select(b.id).where(b.bot_id == self._bot_id, goes_on)
        async with self._database.reading() as connection:
            return set(await connection.scalars(query))

    async def _ended(
        self, cutoff: datetime, unfinished: Collection[int], after: Place | None
    ) -> Sequence[Any]:
        """The next of those that ended before the cutoff, in the order of their ends."""
        query = (
            select(m.id, m.ended_at, m.broadcast_id)
            .where(m.bot_id == self._bot_id, m.ended_at < cutoff, in_state(*sorted(REMOVED)))
            .where(m.broadcast_id.not_in(unfinished))
            .order_by(m.ended_at, m.id)
            .limit(ROWS)
        )
        if after is not None:
            later = (
                m.ended_at > after.ended_at,
                (m.ended_at == after.ended_at) & (m.id > after.id),
            )
            query = query.where(m.ended_at >= after.ended_at, or_(*later))
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()

    async def _remove_messages(self, rows: Sequence[Any], cutoff: datetime) -> list[Slice]:
        """Remove those that nobody has revived since, with all that hangs on them."""
        async with self._database.writing() as connection:
            spared = await self._close(connection, {row.broadcast_id for row in rows} - {POSTS})
            ids = [row.id for row in rows if row.broadcast_id not in spared]
            old = select(m.id).where(m.id.in_(ids), in_state(*sorted(REMOVED)), m.ended_at < cutoff)
            free = old.order_by(m.id).with_for_update(skip_locked=True).cte("old")
            statement = delete(messages).where(m.id.in_(select(free.c.id))).returning(m.id)
            gone = list(await connection.scalars(statement))
            parts = [(messages.name, len(gone))]
            for table in (attempts, waiters):
                hanging = delete(table).where(table.c.message_id.in_(gone))
                parts.append((table.name, (await connection.execute(hanging)).rowcount))
        return parts

    async def _close(
        self, connection: AsyncConnection, broadcast_ids: Collection[int]
    ) -> Collection[int]:
        """Called again, they would send once more to those whose messages are gone. Before these
        go: whoever adds chats at this moment has locked the row, or finds it closed. Which of them
        are spared: somebody has begun to add chats.
        """
        spared = set()
        # One by one and in order, or two cleanups could wait for each other.
        for broadcast_id in sorted(broadcast_ids):
            this = select(b.closed, _is_unbuilt().label("unbuilt")).where(b.id == broadcast_id)
            row = (await connection.execute(this.with_for_update())).one()
            if row.closed:
                continue
            if row.unbuilt:
                spared.add(broadcast_id)
                continue
            closes = update(broadcasts).where(b.id == broadcast_id).values(closed=True)
            await connection.execute(closes)
        return spared

    async def _samples(self, cutoff: datetime) -> AsyncGenerator[Slice, None]:
        """Of old posts. The posts stay, with the last that was seen of them."""
        for channel_id in await self._channels():
            since: datetime | None = None
            while rows := await self._sampled_posts(channel_id, cutoff, since):
                since = rows[-1].posted_at
                which = post_samples.c.post_id.in_([row.id for row in rows])
                yield await self._remove(post_samples, which)

    async def _sampled_posts(
        self, channel_id: int, cutoff: datetime, since: datetime | None
    ) -> Sequence[Any]:
        p = posts.c
        sampled = select(post_samples.c.at).where(post_samples.c.post_id == p.id).exists()
        query = select(p.id, p.posted_at).where(
            p.channel_id == channel_id, p.posted_at < cutoff, sampled
        )
        if since is not None:
            query = query.where(p.posted_at >= since)
        async with self._database.reading() as connection:
            found = await connection.execute(query.order_by(p.posted_at).limit(POSTS_TOGETHER))
            return found.all()

    async def _members(self, cutoff: datetime) -> AsyncGenerator[Slice, None]:
        s = member_samples.c
        for channel_id in await self._channels():
            old = (s.channel_id == channel_id, s.at < cutoff, s.until < cutoff)
            async for count in removed(self._database, member_samples, *old):
                yield member_samples.name, count

    async def _dated(self, cutoff: datetime) -> AsyncGenerator[Slice, None]:
        """What the system has noted of itself."""
        for table in DATED:
            old = (table.c.bot_id == self._bot_id, table.c.at < cutoff)
            async for count in removed(self._database, table, *old):
                yield table.name, count

    async def _channels(self) -> Sequence[int]:
        query = select(channels.c.id).where(channels.c.bot_id == self._bot_id)
        async with self._database.reading() as connection:
            return (await connection.scalars(query)).all()

    async def _remove(self, table: Table, which: Any) -> Slice:
        async with self._database.writing() as connection:
            return table.name, (await connection.execute(delete(table).where(which))).rowcount


def _is_unbuilt() -> ColumnElement[bool]:
    """Not all of its recipients have their rows, and somebody may go on with that."""
    return b.built_at.is_(None) & (b.state != BroadcastState.CANCELLED.value)


def _check(days: int) -> None:
    whole = isinstance(days, int) and not isinstance(days, bool)
    if not whole or not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(
            "days", f"{days!r} is not a number of days", f"give a whole one, 1 to {LONGEST_DAYS}"
        )
