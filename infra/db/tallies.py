"""How many of a broadcast's recipients have ended, and how: counted in the transaction that ends
them, so that nobody ever has to count a million rows.
"""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.message import ACTIVE, POSTS, State
from infra.db.tables import broadcast_tallies, broadcasts
from infra.db.upsert import insert_into

SHARDS = 16
"""Of a broadcast, at most. Two processes that share one wait for each other's commits."""

COUNTED = {
    State.SENT: "sent",
    State.FAILED: "failed",
    State.UNCERTAIN: "uncertain",
    State.CANCELLED: "skipped",
    State.EXPIRED: "skipped",
}
ERRORS = (State.FAILED, State.UNCERTAIN)

b, t = broadcasts.c, broadcast_tallies.c


@dataclass(frozen=True, slots=True)
class Move:
    """One message's way from a state to another; which one of those that wait does not matter."""

    broadcast_id: int
    before: State
    after: State


class Tallies:
    """One process's hand in the tallies of all broadcasts.

    Whoever adds has locked messages before, and locks no broadcast afterwards: so nobody waits
    in a circle. See docs/broadcasts.md.
    """

    def __init__(self, dialect: str, shard: int | None = None) -> None:
        self._shard = os.getpid() % SHARDS if shard is None else shard
        self._add = _add(dialect)
        self._add_errors = _told_of_errors(self._add)

    async def add(self, connection: AsyncConnection, moves: Iterable[Move]) -> list[int]:
        """Count these moves; the broadcasts that may have met too many errors in a row."""
        moved = [move for move in moves if move.broadcast_id != POSTS]
        await reopen(connection, {move.broadcast_id for move in moved if _goes_on(move)})
        failing = []
        # One by one and in order, or two processes could wait for each other.
        for broadcast_id in sorted({move.broadcast_id for move in moved}):
            change = _change([move for move in moved if move.broadcast_id == broadcast_id])
            if not any(change.values()):
                continue
            values = {"broadcast_id": broadcast_id, "shard": self._shard, **change}
            if not change["streak"]:
                await connection.execute(self._add, values)
                continue
            told = values | {"of_broadcast": broadcast_id}
            row = (await connection.execute(self._add_errors, told)).one()
            # Where all shards together have reached the limit, one has its share of it.
            if row.most and row.streak * SHARDS >= row.most:
                failing.append(broadcast_id)
        return failing


def counted(broadcast_id: Any = b.id) -> Any:
    """How many of a broadcast's messages have ended."""
    ended = t.sent + t.failed + t.uncertain + t.skipped
    query = select(func.coalesce(func.sum(ended), 0)).where(t.broadcast_id == broadcast_id)
    return query.correlate(broadcasts).scalar_subquery()


async def reopen(connection: AsyncConnection, broadcast_ids: Collection[int]) -> None:
    """Messages of these wait again: one that was completed goes on, one cancelled has leftovers.

    The row is locked even where nothing changes: whoever completes it has to see them.
    """
    completed = b.state == BroadcastState.COMPLETED.value
    values = {
        "state": case((completed, BroadcastState.RUNNING.value), else_=b.state),
        "ended_at": case((completed, None), else_=b.ended_at),
        "leftover": or_(b.leftover, b.state == BroadcastState.CANCELLED.value),
    }
    for broadcast_id in sorted(broadcast_ids):
        await connection.execute(update(broadcasts).where(b.id == broadcast_id).values(**values))


def _goes_on(move: Move) -> bool:
    return move.before not in ACTIVE and move.after in ACTIVE


def _change(moves: Iterable[Move]) -> dict[str, int]:
    """What these moves, in their order, add to a shard."""
    change = dict.fromkeys(("sent", "failed", "uncertain", "skipped", "streak"), 0)
    for move in moves:
        if move.before in COUNTED:
            change[COUNTED[move.before]] -= 1
        if move.after in COUNTED:
            change[COUNTED[move.after]] += 1
        if move.after is State.SENT:
            change["streak"] = 0
        elif move.after in ERRORS and move.before in ACTIVE:
            change["streak"] += 1
    return change


def _add(dialect: str) -> Any:
    names = ("broadcast_id", "shard", "sent", "failed", "uncertain", "skipped", "streak")
    insert = insert_into(dialect, broadcast_tallies).values(
        {name: bindparam(name) for name in names}
    )
    new = insert.excluded
    sums = {name: t[name] + new[name] for name in ("sent", "failed", "uncertain", "skipped")}
    # A success among them: the errors before it count no more.
    streak = case((new.sent > 0, new.streak), else_=t.streak + new.streak)
    return insert.on_conflict_do_update(
        index_elements=["broadcast_id", "shard"], set_=sums | {"streak": streak}
    )


def _told_of_errors(add: Any) -> Any:
    """The same, which tells the shard's errors in a row, and how many the broadcast bears."""
    # By the value: an INSERT's own table cannot be told from another one in its RETURNING.
    bears = select(b.errors_in_a_row).where(b.id == bindparam("of_broadcast"))
    return add.returning(t.streak, bears.scalar_subquery().label("most"))
