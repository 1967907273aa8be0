"""What a person does with many messages at once, in short transactions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.errors import AnalyticBotError
from core.message import ACTIVE, FINAL, POSTS, State
from infra.db.desk_acts import POSSIBLE, Act, called_off, refusal, values_of
from infra.db.engine import Database
from infra.db.listing import Listing, Place, Wanted
from infra.db.outcome_statements import wake
from infra.db.tables import broadcasts, messages, waiters
from infra.db.tallies import Move, Tallies

m = messages.c

SLICE = 200
MOST = 5_000
"""So many messages are looked at in one call."""

MOST_PAGES = 50
"""A search that finds little ends here, too."""


@dataclass(slots=True)
class Done:
    """How many were moved, and which were not, with the reason. `next` is where to go on where
    there may be others.
    """

    done: int = 0
    refused: list[tuple[int, AnalyticBotError]] = field(default_factory=list)
    next: Place | None = None


class _CalledOff(Exception):
    """These broadcasts are cancelled: their messages cannot wait again."""

    def __init__(self, broadcast_ids: Collection[int]) -> None:
        self.broadcast_ids = broadcast_ids


class DeskBulk:
    """As the Desk does with one message, so is done with each; others are not kept from it."""

    def __init__(self, database: Database, bot_id: int, max_attempts: int) -> None:
        self._database, self._bot_id, self._max_attempts = database, bot_id, max_attempts
        self._tallies = Tallies(database.dialect)
        self._listing = Listing(database, bot_id)

    async def these(self, act: Act, ids: Iterable[int]) -> Done:
        done, each = Done(), list(dict.fromkeys(ids))
        for first in range(0, len(each), SLICE):
            await self._slice(act, each[first : first + SLICE], done)
        return done

    async def all(self, act: Act, wanted: Wanted, after: Place | None = None) -> Done:
        """MOST at a time: `next` is the `after` of the call that goes on."""
        done, looked_at = Done(), 0
        for _ in range(MOST_PAGES):
            ids, after = await self._listing.ids(wanted, SLICE, after)
            await self._slice(act, ids, done)
            looked_at += len(ids)
            if after is None or looked_at >= MOST:
                break
        done.next = after
        return done

    async def _slice(self, act: Act, ids: Sequence[int], done: Done) -> None:
        over: frozenset[int] = frozenset()
        while ids:
            try:
                async with self._database.writing() as connection:
                    moved, refused = await self._move(connection, act, ids, over)
            except _CalledOff as error:  # undone: again, without theirs
                over |= frozenset(error.broadcast_ids)
                continue
            done.done += moved
            done.refused += refused
            return

    async def _move(
        self, connection: AsyncConnection, act: Act, ids: Sequence[int], over: frozenset[int]
    ) -> tuple[int, list[tuple[int, AnalyticBotError]]]:
        """How many were moved, and which were refused."""
        rows = await self._locked(connection, ids)
        why = {each: _why_not(each, rows.get(each), act, over) for each in ids}
        good = [rows[each] for each in ids if why[each] is None]
        if good:
            await self._carry_out(connection, act, good)
        return len(good), [(each, error) for each, error in why.items() if error is not None]

    async def _locked(self, connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Any]:
        """In one order, or two of us could wait for each other."""
        query = select(m.id, m.broadcast_id, m.state).where(m.id.in_(ids), m.bot_id == self._bot_id)
        rows = await connection.execute(query.order_by(m.id).with_for_update())
        return {row.id: row for row in rows}

    async def _carry_out(self, connection: AsyncConnection, act: Act, rows: Sequence[Any]) -> None:
        ids = [row.id for row in rows]
        values = values_of(act, self._max_attempts)
        await connection.execute(update(messages).where(m.id.in_(ids)).values(**values))
        after = State(values["state"])
        moves = [Move(row.broadcast_id, State(row.state), after) for row in rows]
        await self._tallies.add(connection, moves)
        await self._check_broadcasts(connection, moves)
        await connection.execute(wake(waiters.c.message_id.in_(ids)))

    async def _check_broadcasts(self, connection: AsyncConnection, moves: Sequence[Move]) -> None:
        """Once they are locked. Raises _CalledOff."""
        again = {
            move.broadcast_id for move in moves if move.before in FINAL and move.after in ACTIVE
        }
        if not again - {POSTS}:
            return
        b = broadcasts.c
        cancelled = b.state == BroadcastState.CANCELLED.value
        query = select(b.id).where(b.id.in_(again), cancelled)
        if found := (await connection.scalars(query)).all():
            raise _CalledOff(found)


def _why_not(message_id: int, row: Any, act: Act, over: Collection[int]) -> AnalyticBotError | None:
    states = POSSIBLE[act]
    if row is None or row.state not in states:
        return refusal(message_id, row and row.state, states)
    return called_off(row.broadcast_id) if row.broadcast_id in over else None
