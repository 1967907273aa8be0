"""Who may send a message: claims, their leases, and what is taken back from the dead."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.message import POSTS, Claim, State
from infra.db.broadcast_hours import Hours
from infra.db.due import busy, due_and_queued, running
from infra.db.engine import Database
from infra.db.expiry import is_wanted
from infra.db.holds import Holds
from infra.db.lanes import WHOLE, lane_opens
from infra.db.moments import asked_at, later_of, plus, utc_now, within
from infra.db.queued import count_queued, is_paid
from infra.db.records import among, encoder, moment_of, records
from infra.db.shares import Shares
from infra.db.states import FREED, in_state, is_queued, stands_as
from infra.db.tables import broadcasts, messages

QUEUED_LEASE_S = 8.0

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
        self._busy_statement = database.prepared(lambda: busy(bot_id))
        self._room_statement = database.prepared(lambda: due_and_queued(bot_id))

    async def is_busy(self, ahead_s: float) -> bool:
        """Is anything due within `ahead_s`, past its lease, expired, waited for, a recurrence to be
        written, a broadcast to be gone on with or ended, or an import to be taken on? Takes no
        lock.
        """
        [(is_busy,)] = await self._database.look(self._busy_statement, ahead_s=ahead_s)
        return bool(is_busy)

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

    async def claim(self, ahead_s: float, capacity: int, *, paid: bool = False) -> list[Claim]:
        """Claim what is due within `ahead_s`, `capacity` at most: of paid broadcasts, or of all
        else. What is queued of that kind already counts against `capacity`.

        Posts go first; running broadcasts, some of them where there are many, share what they
        leave. Nothing is claimed while the bot is held.
        """
        async with self._database.writing() as connection:
            if await self._holds.bot_is_held(connection):
                return []
            free = capacity - await count_queued(connection, self._bot_id, paid=paid)
            if free <= 0:
                return []
            hours = Hours(self._bot_id, ahead_s, ahead_s + QUEUED_LEASE_S)
            candidates = running(self._bot_id, ahead_s, paid=paid)
            # In no order, so that what is left over does not go to the same ones each time.
            drawn = await hours.open_now(connection, candidates, free)
            shares = Shares(self._bot_id, ahead_s)
            wanted = select(shares.wanted(free, drawn, posts=0 if paid else free).c.id)
            cut = any(each.lanes != (WHOLE,) for each in drawn)
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
                is_queued(),
                m.lease_until < asked_at(),
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(messages)
            .where(m.id.in_(select(dead.cte("dead").c.id)), in_state(State.QUEUED))
            .values(**FREED)
            .returning(m.id)
        )
        async with self._database.writing() as connection:
            return len((await connection.execute(statement)).all())

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
