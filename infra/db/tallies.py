"""How many of a broadcast's recipients have ended, and how: counted in the transaction that ends
them, so that nobody ever has to count a million rows.
"""

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.message import ACTIVE, POSTS, State
from infra.db.moments import asked_at
from infra.db.records import encoder, records
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
COUNTS = ("sent", "failed", "uncertain", "skipped", "streak")
NAMES = ("broadcast_id", "shard", *COUNTS)
MOMENTS = ("good_at", "bad_at")
ERRORS = (State.FAILED, State.UNCERTAIN)

b, t = broadcasts.c, broadcast_tallies.c
others = broadcast_tallies.alias("others").c


@dataclass(frozen=True, slots=True)
class Move:
    """One message's way from a state to another; which one of those that wait does not matter.

    `chat_gone`: it failed as its chat cannot be reached. That says nothing of the content or the
    bot, so it is no error in a row; and no success either.
    """

    broadcast_id: int
    before: State
    after: State
    chat_gone: bool = False


class Tallies:
    """One process's hand in the tallies of all broadcasts.

    Whoever adds has locked messages before, and locks no broadcast afterwards: so nobody waits
    in a circle. See docs/broadcasts.md.
    """

    def __init__(self, dialect: str, shard: int | None = None) -> None:
        self.shard = os.getpid() % SHARDS if shard is None else shard
        self._encode, self._dialect = encoder(dialect), dialect

    async def add(self, connection: AsyncConnection, moves: Sequence[Move]) -> None:
        await reopen(connection, {move.broadcast_id for move in moves if _goes_on(move)} - {POSTS})
        if (values := self.values(moves)) is not None:
            await connection.execute(add_to_tallies(self._dialect), values)

    def values(self, moves: Iterable[Move]) -> dict[str, str] | None:
        """For `add_to_tallies`; None where nothing is to be counted."""
        changes = [
            {"broadcast_id": broadcast_id, "shard": self.shard, **change}
            for broadcast_id, change in _changes(moves).items()
            if any(change.values())
        ]
        return {"changes": self._encode(changes)} if changes else None


def failing(moves: Iterable[Move]) -> list[int]:
    """Broadcasts whose last of these moves are errors."""
    changes = _changes(moves)
    return [broadcast_id for broadcast_id, change in changes.items() if change["streak"]]


def counted(broadcast_id: Any = b.id) -> Any:
    """How many of a broadcast's messages have ended."""
    ended = t.sent + t.failed + t.uncertain + t.skipped
    query = select(func.coalesce(func.sum(ended), 0)).where(t.broadcast_id == broadcast_id)
    return query.correlate(broadcasts).scalar_subquery()


def errors_in_a_row(broadcast_id: Any) -> Any:
    """What all processes have met together, each since its own last success. Errors of one of them
    count no more when another has had a success since: it may have ended long ago.
    """
    forgotten = _succeeded_since(t.broadcast_id, t.shard, t.bad_at)
    query = select(func.coalesce(func.sum(t.streak), 0))
    return query.where(t.broadcast_id == broadcast_id, ~forgotten).scalar_subquery()


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


def _changes(moves: Iterable[Move]) -> dict[int, dict[str, int]]:
    """What these moves, in their order, add to a shard: by broadcast, in one order, or two
    processes could wait for each other.
    """
    changes: dict[int, dict[str, int]] = {}
    for move in moves:
        if move.broadcast_id != POSTS:
            change = changes.setdefault(move.broadcast_id, dict.fromkeys(COUNTS, 0))
            _count(move, change)
    return dict(sorted(changes.items()))


def _count(move: Move, change: dict[str, int]) -> None:
    if move.before in COUNTED:
        change[COUNTED[move.before]] -= 1
    if move.after in COUNTED:
        change[COUNTED[move.after]] += 1
    if move.after is State.SENT:
        change["streak"] = 0
    elif move.after in ERRORS and move.before in ACTIVE and not move.chat_gone:
        change["streak"] += 1


@cache
def add_to_tallies(dialect: str) -> Any:
    """Counts the `changes` that `Tallies.values` gives."""
    return _add(dialect, records(dialect, "changes", {name: t[name].type for name in NAMES}))


def add_sent(dialect: str, ended: FromClause) -> Any:
    """Counts these messages, each of which has been sent, in the shard that is bound as `shard`."""
    shard = bindparam("shard", type_=t.shard.type).label("shard")
    none = (literal(0, t[name].type).label(name) for name in COUNTS if name != "sent")
    of_each = ended.c.broadcast_id
    sums = select(of_each, shard, func.count().label("sent"), *none).group_by(of_each)
    return _add(dialect, sums.subquery("sums"))


def _add(dialect: str, changes_of: FromClause) -> Any:
    given = changes_of.c
    # "true": without a WHERE, SQLite takes ON CONFLICT for a join's ON.
    good_at = case((given.sent > 0, asked_at()))
    bad_at = case((given.streak > 0, asked_at()))
    values = (*(given[name] for name in NAMES), good_at, bad_at)
    changes = select(*values).where(true()).order_by(given.broadcast_id)
    insert = insert_into(dialect, broadcast_tallies).from_select((*NAMES, *MOMENTS), changes)
    new = insert.excluded
    sums = {name: t[name] + new[name] for name in ("sent", "failed", "uncertain", "skipped")}
    # A success among them, or another's since the last of ours: errors before it count no more.
    # Others are looked at last, and so after an error only.
    streak = case(
        (new.sent > 0, new.streak),
        (new.streak == 0, t.streak),
        (_succeeded_since(*map(_ours, ("broadcast_id", "shard", "bad_at"))), new.streak),
        else_=t.streak + new.streak,
    )
    moments = {name: func.coalesce(new[name], t[name]) for name in MOMENTS}
    return insert.on_conflict_do_update(
        index_elements=["broadcast_id", "shard"], set_=sums | moments | {"streak": streak}
    )


def _succeeded_since(broadcast_id: Any, shard: Any, moment: Any) -> ColumnElement[bool]:
    """Another process than the shard's has sent one of the broadcast's messages since."""
    others_of_it = (others.broadcast_id == broadcast_id, others.shard != shard)
    return exists().where(*others_of_it, others.good_at > moment)


def _ours(name: str) -> ColumnElement[Any]:
    """The row in conflict, by its table's name: a subquery would take the table for one of its."""
    return literal_column(f"broadcast_tallies.{name}", t[name].type)
