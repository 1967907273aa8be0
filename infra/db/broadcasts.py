"""Broadcasts in people's hands: drafted, started, paused, resumed, cancelled, looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BROADCAST_TRANSITIONS, Broadcast, BroadcastState, Draft
from core.errors import KeyConflict, NotFound, TransitionRefused
from core.message import State
from infra.db.broadcast_row import as_broadcast, columns, hours_of, with_tallies
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.states import FREED, in_state, is_queued
from infra.db.tables import broadcast_tallies, broadcasts, messages
from infra.db.upsert import insert_into

PAGE = 20
"""Broadcasts that are listed at once."""

b, m = broadcasts.c, messages.c

WAYS_OUT = {
    BroadcastState.DRAFT: "start it first",
    BroadcastState.RUNNING: "it is under way: pause it, or cancel it",
    BroadcastState.PAUSED: "resume it, or cancel it",
    BroadcastState.COMPLETED: "retry it for those whom it missed, or make a new one for all",
    BroadcastState.CANCELLED: "that is for good: make a new one",
}


@dataclass(frozen=True, slots=True)
class Created:
    """The broadcast's id, and whether this call made it or found it."""

    broadcast_id: int
    created: bool


class Broadcasts:
    """One bot's. Each deed is one compare-and-set on the broadcast's row, however many recipients
    it has: claims and marks read that row.

    Each raises NotFound, or TransitionRefused where the broadcast's state forbids it.
    """

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def create(self, draft: Draft) -> Created:
        """Write a draft, or find the broadcast that its key stands for: in whatever state that is.

        It has no recipients yet: see infra/db/broadcast_build.py. Raises KeyConflict where the
        key stands for other content or another audience.
        """
        statement = insert_into(self._database.dialect, broadcasts).values(
            **columns(self._bot_id, draft)
        )
        statement = statement.on_conflict_do_nothing(index_elements=["bot_id", "key"])
        async with self._database.writing() as connection:
            made = await connection.scalar(statement.returning(b.id))
            if made is not None:
                return Created(made, True)
            by_key = (b.bot_id == self._bot_id, b.key == draft.request.key)
            query = select(b.id, b.fingerprint).where(*by_key)
            found = (await connection.execute(query)).one()
        if found.fingerprint != draft.fingerprint:
            raise KeyConflict(
                "idempotency_key",
                f"{draft.request.key!r} already stands for another broadcast",
                "use a new key; the same broadcast has the same text, audience and fee",
            )
        return Created(found.id, False)

    async def start(self, broadcast_id: int, at: datetime | None = None) -> None:
        """Let it be sent: at this time (UTC), or now. Its recipients may still be added to."""
        async with self._database.writing() as connection:
            row = await self._locked(connection, broadcast_id, BroadcastState.RUNNING, "start")
            if row.state != BroadcastState.DRAFT:
                raise self._refused(row, "start")
            if row.built_at is not None and not row.total:
                problem = f"broadcast {broadcast_id} has no recipients"
                raise TransitionRefused(f"{problem}; make another, to an audience with somebody in")
            begins = _begins(row, at if at is not None else row.now)
            values = {**begins, "started_at": row.now}
            await self._put(connection, broadcast_id, BroadcastState.RUNNING, values)

    async def move(self, broadcast_id: int, at: datetime | None = None) -> None:
        """Let one that is scheduled begin at this time (UTC), or now, instead. Refused once it has
        begun: then some may have it.
        """
        async with self._database.writing() as connection:
            row = await self._row(connection, broadcast_id)
            _check_ahead(row)
            begins_at = at if at is not None else row.now
            values = _begins(row, begins_at)
            await self._put(connection, broadcast_id, BroadcastState.RUNNING, values)
            await connection.execute(_taken_back(broadcast_id, self._bot_id, row.now))

    async def pause(self, broadcast_id: int) -> None:
        """Nothing of it is sent any more, save what is on the wire already: that is recorded."""
        async with self._database.writing() as connection:
            await self._locked(connection, broadcast_id, BroadcastState.PAUSED, "pause")
            await self._put(connection, broadcast_id, BroadcastState.PAUSED, {})

    async def resume(self, broadcast_id: int) -> None:
        """It goes on where it stopped; errors in a row are counted anew."""
        async with self._database.writing() as connection:
            row = await self._locked(connection, broadcast_id, BroadcastState.RUNNING, "resume")
            if row.state != BroadcastState.PAUSED:
                raise self._refused(row, "resume")
            await forget_errors(connection, broadcast_id)
            await self._put(connection, broadcast_id, BroadcastState.RUNNING, {"why": null()})

    async def cancel(self, broadcast_id: int) -> None:
        """As `pause`, for good: who was pending is skipped. Their rows are ended by and by."""
        async with self._database.writing() as connection:
            await self._locked(connection, broadcast_id, BroadcastState.CANCELLED, "cancel")
            values = {"ended_at": utc_now(), "leftover": True}
            await self._put(connection, broadcast_id, BroadcastState.CANCELLED, values)

    async def get(self, broadcast_id: int) -> Broadcast:
        """Where it stands, with its tally: as quick for a million recipients as for ten."""
        if not 0 < broadcast_id < 2**63:
            raise NotFound(f"no broadcast {broadcast_id}")
        query = with_tallies().where(b.id == broadcast_id, b.bot_id == self._bot_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"no broadcast {broadcast_id}")
        return as_broadcast(row)

    async def newest(self, limit: int = PAGE, before_id: int | None = None) -> list[Broadcast]:
        """The newest first; `before_id` turns the page."""
        query = with_tallies().where(b.bot_id == self._bot_id).order_by(b.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(b.id < before_id)
        async with self._database.reading() as connection:
            return [as_broadcast(row) for row in await connection.execute(query)]

    async def _locked(
        self, connection: AsyncConnection, broadcast_id: int, to: BroadcastState, deed: str
    ) -> Any:
        row = await self._row(connection, broadcast_id)
        if to not in BROADCAST_TRANSITIONS[BroadcastState(row.state)]:
            raise self._refused(row, deed)
        return row

    async def _row(self, connection: AsyncConnection, broadcast_id: int) -> Any:
        """Locked; with the time as `now`."""
        this = (b.id == broadcast_id, b.bot_id == self._bot_id)
        query = select(broadcasts, utc_now().label("now")).where(*this).with_for_update()
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"no broadcast {broadcast_id}")
        return row

    def _refused(self, row: Any, deed: str) -> TransitionRefused:
        problem = f"broadcast {row.id} is {row.state}: there is nothing to {deed}"
        return TransitionRefused(f"{problem}; {WAYS_OUT[BroadcastState(row.state)]}")

    async def _put(
        self,
        connection: AsyncConnection,
        broadcast_id: int,
        state: BroadcastState,
        values: dict[str, Any],
    ) -> None:
        this = update(broadcasts).where(b.id == broadcast_id)
        await connection.execute(this.values(state=state.value, **values))


async def forget_errors(connection: AsyncConnection, broadcast_id: int) -> None:
    """The broadcast goes on: what it met before counts no more. Its row is locked."""
    these = update(broadcast_tallies).where(broadcast_tallies.c.broadcast_id == broadcast_id)
    await connection.execute(these.values(streak=0))


def _begins(row: Any, at: datetime) -> dict[str, datetime]:
    hours = hours_of(row)
    # Those in its recipients' zones are its lanes'.
    opens_at = hours.opens(at) if hours and not hours.own_zones else at
    return {"wanted_at": at, "opens_at": opens_at}


def _check_ahead(row: Any) -> None:
    """Raises TransitionRefused where its start cannot be moved (any more)."""
    if row.state != BroadcastState.RUNNING:
        problem = f"broadcast {row.id} is {row.state}: it has no start to be moved"
        raise TransitionRefused(f"{problem}; {WAYS_OUT[BroadcastState(row.state)]}")
    if row.wanted_at <= row.now:
        problem = f"broadcast {row.id} has begun: its start cannot be moved any more"
        raise TransitionRefused(f"{problem}; pause it, or cancel it")


def _taken_back(broadcast_id: int, bot_id: int, now: datetime) -> Any:
    """What was claimed for the time before. That may be skipped which a claim has locked, or has
    just committed: marks look at the time as well.
    """
    of_it = select(m.id).where(m.bot_id == bot_id, is_queued(), m.broadcast_id == broadcast_id)
    free = of_it.with_for_update(skip_locked=True).cte("free")
    these = update(messages).where(m.id.in_(select(free.c.id)), in_state(State.QUEUED))
    return these.values(**FREED, due_at=now)
