"""Those whom a broadcast did not reach are tried again."""

from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.errors import NotFound, TransitionRefused
from core.message import FINAL, State
from infra.db.broadcast_reasons import Group, groups
from infra.db.broadcasts import forget_errors
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.states import stands_as
from infra.db.tables import broadcasts, messages
from infra.db.tallies import Move, Tallies

SLICE = 1_000
"""Rows moved together: few enough that other writers wait for milliseconds."""

AGAIN = FINAL - {State.SENT}

b, m = broadcasts.c, messages.c


class BroadcastRetry:
    """One bot's broadcasts. Broken off anywhere, and called again, it goes on with the rest."""

    def __init__(self, database: Database, bot_id: int, max_attempts: int) -> None:
        self._database, self._bot_id, self._max_attempts = database, bot_id, max_attempts
        self._tallies = Tallies(database.dialect)

    async def slices(
        self,
        broadcast_id: int,
        states: Collection[State] = (State.FAILED,),
        reasons: Collection[str] = (),
    ) -> AsyncGenerator[int, None]:
        """Let wait again what ended in these states (any but sent), for these reasons or any, with
        as many attempts as a new message has; how many, a slice, each committed when it is told.

        A completed broadcast runs again, a paused one goes on when it is resumed. An uncertain one
        may have arrived: to send it again can cost a copy. Raises NotFound, and TransitionRefused
        for a draft or a cancelled one.
        """
        async with self._database.writing() as connection:
            await self._locked(connection, broadcast_id)
        async with self._database.reading() as connection:
            found = await groups(connection, broadcast_id, set(states) & AGAIN)
        for group in found:
            if not reasons or group.reason in reasons:
                async for each in self._each(group):
                    yield each

    async def _each(self, group: Group) -> AsyncGenerator[int, None]:
        after = ""
        while rows := await self._found(group, after):
            after = rows[-1].chat_id
            yield await self._move(group, [row.id for row in rows])

    async def _found(self, group: Group, after: str) -> Sequence[Any]:
        """Looked for without a lock, for it may be long between two."""
        query = group.page((m.id, m.chat_id), after, SLICE)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()

    async def _move(self, group: Group, ids: Sequence[int]) -> int:
        broadcast_id, before = group.broadcast_id, group.state
        async with self._database.writing() as connection:
            await self._locked(connection, broadcast_id)
            still = select(m.id).where(m.id.in_(ids), stands_as(before))
            # Not waited for: who has one of them may wait for the broadcast, which we have.
            free = (await connection.scalars(still.with_for_update(skip_locked=True))).all()
            these = update(messages).where(m.id.in_(free))
            await connection.execute(these.values(**self._again()))
            move = Move(broadcast_id, before, State.SCHEDULED)
            await self._tallies.add(connection, [move] * len(free))
            await forget_errors(connection, broadcast_id)
        return len(free)

    def _again(self) -> dict[str, Any]:
        """The token of a hidden attempt stays, so that a late answer still ends it."""
        now = utc_now()
        too_late = case((m.expires_at <= now, None), else_=m.expires_at)
        return {
            "state": State.SCHEDULED.value,
            "due_at": now,
            "turn_at": now,
            "ended_at": None,
            "lease_until": None,
            "expires_at": too_late,
            "max_attempts": m.attempts + self._max_attempts,
        }

    async def _locked(self, connection: AsyncConnection, broadcast_id: int) -> None:
        this = (b.id == broadcast_id, b.bot_id == self._bot_id)
        state = await connection.scalar(select(b.state).where(*this).with_for_update())
        if state is None:
            raise NotFound(f"no broadcast {broadcast_id}")
        if state in (BroadcastState.DRAFT, BroadcastState.CANCELLED):
            raise TransitionRefused(f"broadcast {broadcast_id} is {state}: nobody is tried again")
