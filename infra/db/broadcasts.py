"""Broadcasts in people's hands: drafted, started, paused, resumed, cancelled, looked at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BROADCAST_TRANSITIONS, Broadcast, BroadcastState, Draft
from core.errors import KeyConflict, NotFound, TransitionRefused
from infra.db.broadcast_row import as_broadcast, columns, hours_of, with_tallies
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.tables import broadcast_tallies, broadcasts
from infra.db.upsert import insert_into

b = broadcasts.c


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
            bot_id=self._bot_id, **columns(draft)
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
                "use a new key for a new broadcast, or the same content for the same one",
            )
        return Created(found.id, False)

    async def start(self, broadcast_id: int, at: datetime | None = None) -> None:
        """Let it be sent: at this time (UTC), or now. Its recipients may still be added to."""
        async with self._database.writing() as connection:
            row = await self._locked(connection, broadcast_id, BroadcastState.RUNNING, "start")
            if row.state != BroadcastState.DRAFT:
                raise self._refused(row, "start")
            wanted_at = at if at is not None else row.now
            hours = hours_of(row)
            values = {
                "wanted_at": wanted_at,
                "opens_at": hours.opens(wanted_at) if hours else wanted_at,
                "started_at": row.now,
            }
            await self._put(connection, broadcast_id, BroadcastState.RUNNING, values)

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

    async def newest(self, limit: int = 20, before_id: int | None = None) -> list[Broadcast]:
        """The newest first; `before_id` turns the page."""
        query = with_tallies().where(b.bot_id == self._bot_id).order_by(b.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(b.id < before_id)
        async with self._database.reading() as connection:
            return [as_broadcast(row) for row in await connection.execute(query)]

    async def _locked(
        self, connection: AsyncConnection, broadcast_id: int, to: BroadcastState, deed: str
    ) -> Any:
        this = (b.id == broadcast_id, b.bot_id == self._bot_id)
        query = select(broadcasts, utc_now().label("now")).where(*this).with_for_update()
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"no broadcast {broadcast_id}")
        if to not in BROADCAST_TRANSITIONS[BroadcastState(row.state)]:
            raise self._refused(row, deed)
        return row

    def _refused(self, row: Any, deed: str) -> TransitionRefused:
        return TransitionRefused(f"broadcast {row.id} is {row.state}: to {deed} it makes no sense")

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
