"""Who may send a message: claims, marks, leases, and what is taken back from the dead."""

import random
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from core.message import POSTS, Claim, State
from infra.db.broadcast_build import to_build
from infra.db.broadcast_ends import to_complete, to_end
from infra.db.broadcast_hours import Hours, Open
from infra.db.engine import Database
from infra.db.expiry import has_expired, is_wanted
from infra.db.holds import Holds
from infra.db.lanes import WHOLE, first_due, has_due, in_lane, is_open, lane_opens
from infra.db.moments import asked_at, later_of, plus, utc_now, within
from infra.db.occurrences import SERIES_AHEAD_S, series_due
from infra.db.queued import count_queued, is_paid, queued_and_paid
from infra.db.records import among, encoder, moment_of, records
from infra.db.states import has_ended, in_state, stands_as
from infra.db.tables import broadcasts, messages, waiters

QUEUED_LEASE_S = 8.0
AHEAD = bindparam("ahead_s", type_=Double)

m = messages.c

CLAIMED = (m.id, m.token, m.chat_id, m.broadcast_id, m.due_at, m.cost)
"""What a claim is made of, and whether it is paid for."""


def in_order(claims: Iterable[Claim]) -> list[Claim]:
    """Posts first, then by time: RETURNING keeps no order of its own."""
    return sorted(claims, key=lambda c: (c.broadcast_id != POSTS, c.due_at, c.id))


class Room(NamedTuple):
    """How many may be claimed: of paid broadcasts, and of all else."""

    unpaid: int
    paid: int


class Claims:
    """The claims of one bot. See core/message.py for the states."""

    def __init__(self, database: Database, bot_id: int, holds: Holds) -> None:
        self._database, self._bot_id, self._holds = database, bot_id, holds
        self._encode = encoder(database.dialect)
        self._find_statement = database.prepared(lambda: _find(database.dialect))
        self._busy_statement = database.prepared(self._busy)
        self._room_statement = database.prepared(self._due_and_queued)

    async def is_busy(self, ahead_s: float) -> bool:
        """Is anything due within `ahead_s`, past its lease, expired, waited for, a recurrence to be
        written, or a broadcast to be gone on with or ended? Takes no lock.
        """
        [(busy,)] = await self._database.look(self._busy_statement, ahead_s=ahead_s)
        return bool(busy)

    async def room(self, ahead_s: float, capacity: int, paid_capacity: int) -> Room:
        """How many may be claimed if so many may be queued of paid broadcasts, and of all else;
        0 where nothing is due within `ahead_s`. Takes no lock.
        """
        [row] = await self._database.look(self._room_statement, ahead_s=ahead_s)
        due, queued, paid_due, paid_queued = row
        return Room(
            max(0, capacity - int(queued)) if due else 0,
            max(0, paid_capacity - int(paid_queued)) if paid_due else 0,
        )

    def _busy(self) -> Select[tuple[bool]]:
        mine = m.bot_id == self._bot_id
        dead = exists().where(
            mine, in_state(State.QUEUED, State.SENDING), m.lease_until < asked_at()
        )
        stale = exists().where(mine, has_expired())
        recurring = exists().where(series_due(self._bot_id, SERIES_AHEAD_S))
        ended = exists().where(m.id == waiters.c.message_id, mine, has_ended()).correlate(waiters)
        told = select(waiters).where(literal_column("waiters.ready"), ended).exists()
        works = [
            select(broadcasts.c.id).where(work(self._bot_id)).exists()
            for work in (to_complete, to_build, to_end)
        ]
        return select(or_(self._is_due(AHEAD), dead, stale, told, recurring, *works))

    def _due_and_queued(self) -> Select[tuple[bool, int, bool, int]]:
        queued, paid_queued = queued_and_paid(self._bot_id)
        paid_due = self._running(AHEAD, paid=True).exists()
        return select(self._is_due(AHEAD, paid=False), queued, paid_due, paid_queued)

    async def claim(self, ahead_s: float, capacity: int, *, paid: bool = False) -> list[Claim]:
        """Claim what is due within `ahead_s`, `capacity` at most: of paid broadcasts, or of all
        else. What is queued of that kind already counts against `capacity`.

        Posts go first; running broadcasts share what they leave. Nothing is claimed while the bot
        is held.
        """
        async with self._database.writing() as connection:
            if await self._holds.bot_is_held(connection):
                return []
            free = capacity - await count_queued(connection, self._bot_id, paid=paid)
            if free <= 0:
                return []
            hours = Hours(self._bot_id, ahead_s, ahead_s + QUEUED_LEASE_S)
            running = await hours.open_now(connection, self._running(ahead_s, paid=paid))
            # In no order, so that what is left over does not go to the same ones each time.
            running = random.sample(running, len(running))
            wanted = select(self._due(free, running, ahead_s, posts=0 if paid else free).c.id)
            cut = any(each.lanes != (WHOLE,) for each in running)
            return await self._take(connection, m.id.in_(wanted), in_lanes=cut, paid=paid)

    async def claim_one(self, message_id: int, ahead_s: float) -> Claim | None:
        """Claim this message, if it waits and is due within `ahead_s`."""
        async with self._database.writing() as connection:
            if await self._holds.bot_is_held(connection):
                return None
            this = and_(
                m.id == message_id,
                m.bot_id == self._bot_id,
                in_state(State.SCHEDULED),
                m.due_at <= within(ahead_s),
                is_wanted(),
            )
            taken = await self._take(connection, this)
            return taken[0] if taken else None

    async def find(self, tokens: Sequence[tuple[int, int]]) -> tuple[list[Claim], datetime | None]:
        """Which of these (id, token) are still claims, and the time; None where none is."""
        asked = self._encode({"id": id_, "token": token} for id_, token in dict(tokens).items())
        rows = await self._database.look(self._find_statement, tokens=asked)
        told = moment_of(self._database.dialect)
        found = [
            Claim(id_, token, chat_id, broadcast_id, told(due_at), cost, bool(paid))
            for _, id_, token, chat_id, broadcast_id, due_at, cost, paid in rows
        ]
        return in_order(found), told(rows[-1][0]) if rows else None

    async def release_dead(self, limit: int = 500) -> int:
        """Take back queued messages whose holder let the lease run out; how many."""
        dead = (
            select(m.id)
            .where(
                m.bot_id == self._bot_id,
                in_state(State.QUEUED, State.SENDING),
                in_state(State.QUEUED),
                m.lease_until < asked_at(),
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(messages)
            .where(m.id.in_(select(dead.cte("dead").c.id)), in_state(State.QUEUED))
            .values(state=State.SCHEDULED.value, token=None, lease_until=None)
            .returning(m.id)
        )
        async with self._database.writing() as connection:
            return len((await connection.execute(statement)).all())

    def _is_due(
        self, ahead_s: float | ColumnElement[float], *, paid: bool | None = None
    ) -> ColumnElement[bool]:
        post = first_due(self._bot_id, literal(POSTS)) <= within(ahead_s)
        return or_(post, self._running(ahead_s, paid=paid).exists())

    def _running(
        self, ahead_s: float | ColumnElement[float], *, paid: bool | None = None
    ) -> Select[tuple[int]]:
        """Broadcasts with something due, so that the others' shares are not left unused. Where
        `paid` is None, of both kinds.
        """
        by = within(ahead_s)
        query = select(broadcasts.c.id).where(*is_open(self._bot_id, by))
        if paid is not None:
            query = query.where(broadcasts.c.paid if paid else ~broadcasts.c.paid)
        return query.where(has_due(self._bot_id, by))

    def _due(self, free: int, running: Sequence[Open], ahead_s: float, *, posts: int) -> Subquery:
        """`free` messages, of which `posts` may be posts."""
        first = self._lane(POSTS, WHOLE, literal(posts), ahead_s).cte("posts")
        arms = [select(first.c.id)]
        if running:
            left = free - select(func.count()).select_from(first).scalar_subquery()
            share = (left + len(running) - 1) // len(running)
            most = -(-free // len(running))
            # Named by their places, so that other broadcasts make no other statement.
            for place, each in enumerate(running):
                some = Open(each.broadcast_id, each.lanes[:most])
                arms.append(self._share(f"share_{place}", some, share, ahead_s))
        # Rounded up, the shares may be one too many for each: the limit draws among them.
        return union_all(*arms).limit(free).subquery("wanted")

    def _share(self, name: str, of: Open, share: Any, ahead_s: float) -> Select[tuple[int]]:
        """What is taken from a broadcast: from its lanes in equal parts."""
        lanes, broadcast_id = of.lanes, of.broadcast_id
        if len(lanes) == 1:
            return select(self._lane(broadcast_id, lanes[0], share, ahead_s).cte(name).c.id)
        part = (share + len(lanes) - 1) // len(lanes)
        parts = (self._lane(broadcast_id, lane, part, ahead_s) for lane in lanes)
        ids = (select(each.cte(f"{name}_{place}").c.id) for place, each in enumerate(parts))
        return select(union_all(*ids).limit(share).subquery(name).c.id)

    def _lane(self, broadcast_id: int, lane: int, limit: Any, ahead_s: float) -> Select[tuple[int]]:
        return (
            select(m.id)
            .where(
                *in_lane(self._bot_id, broadcast_id, lane),
                m.due_at <= within(ahead_s),
                is_wanted(),
            )
            .order_by(m.due_at, m.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )

    async def _take(
        self,
        connection: AsyncConnection,
        which: ColumnElement[bool],
        *,
        in_lanes: bool = False,
        paid: bool = False,
    ) -> list[Claim]:
        token = secrets.randbits(62)
        # A broadcast's rows are due when they are written; when it begins is said by its own.
        opens_at = select(broadcasts.c.opens_at).where(broadcasts.c.id == m.broadcast_id)
        due_at = later_of(m.due_at, func.coalesce(opens_at.scalar_subquery(), m.due_at))
        if in_lanes:
            due_at = later_of(due_at, func.coalesce(lane_opens(), m.due_at))
        statement = (
            update(messages)
            .where(which)
            .values(
                state=State.QUEUED.value,
                token=token,
                due_at=due_at,
                lease_until=plus(later_of(due_at, utc_now()), QUEUED_LEASE_S),
            )
            .returning(*CLAIMED, literal(paid))
        )
        taken = [Claim(*row) for row in await connection.execute(statement)]
        return in_order(taken)


@cache
def _find(dialect: str) -> Any:
    tokens = records(dialect, "tokens", {"id": BigInteger(), "token": BigInteger()})
    return select(utc_now(), *CLAIMED, is_paid(m.broadcast_id)).where(
        m.id == tokens.c.id,
        among(dialect, m.id, "tokens"),
        m.token == tokens.c.token,
        stands_as(State.QUEUED),
    )
