"""How the system fares, as it is kept: each part's state since when, and what has changed."""

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.health import Change, Health, HealthState, Kept, Part
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.upsert import insert_into
from infra.db.watch_tables import health as states
from infra.db.watch_tables import health_changes, health_checks

s = states.c


class HealthBook:
    """One bot's health: for the check that writes it, for the bot and the dashboard to read.

    Raises LedgerUnavailable.
    """

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def record(self, health: Health) -> list[Change]:
        """Keep what a check found; which parts have changed by it, the whole (WHOLE) among them.

        Of several checks at one moment only one is told of a change.
        """
        async with self._database.writing() as connection:
            was = await self._states(connection)
            await connection.execute(insert(health_checks).values(self._check(health)))
            # In one order, or two checks could wait for each other.
            parts = sorted((health.whole, *health.parts), key=lambda part: part.name)
            changed = [part for part in parts if await self._put(connection, part, was)]
            changes = [Change(health.at, part, was.get(part.name)) for part in changed]
            if changes:
                await connection.execute(insert(health_changes), list(map(self._row, changes)))
            await self._forget(connection, parts)
        return changes

    async def current(self) -> dict[str, Kept]:
        """Each part by its name, and the whole by WHOLE; empty where nothing was checked yet."""
        query = select(states).where(s.bot_id == self._bot_id).order_by(s.part)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return {row.part: Kept(_part(row), row.since, row.checked_at) for row in rows}

    async def changes(self, limit: int = 50) -> list[Change]:
        """The newest first."""
        query = (
            select(health_changes)
            .where(health_changes.c.bot_id == self._bot_id)
            .order_by(health_changes.c.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return [
            Change(row.at, _part(row), HealthState(row.was) if row.was else None) for row in rows
        ]

    async def _states(self, connection: AsyncConnection) -> dict[str, HealthState]:
        query = select(s.part, s.state).where(s.bot_id == self._bot_id)
        return {part: HealthState(state) for part, state in await connection.execute(query)}

    async def _put(
        self, connection: AsyncConnection, part: Part, was: dict[str, HealthState]
    ) -> bool:
        """Whether this call has changed the part's state: by compare-and-set on what it was."""
        if part.name not in was:
            made = await self._execute(connection, self._insert(part))
            return made and part.state is not HealthState.HEALTHY
        before = was[part.name]
        values = _values(part)
        if before is not part.state:
            values |= {"since": utc_now()}
        put = await self._execute(
            connection,
            update(states)
            .where(s.bot_id == self._bot_id, s.part == part.name, s.state == before.value)
            .values(**values),
        )
        return put and before is not part.state

    async def _execute(self, connection: AsyncConnection, statement: Any) -> bool:
        return (await connection.execute(statement)).rowcount == 1

    def _insert(self, part: Part) -> Any:
        row = {"bot_id": self._bot_id, "part": part.name, "since": utc_now()} | _values(part)
        return insert_into(self._database.dialect, states).values(**row).on_conflict_do_nothing()

    async def _forget(self, connection: AsyncConnection, parts: list[Part]) -> None:
        """A part that is not there any more, as a governor's Redis of its own."""
        names = [part.name for part in parts]
        await connection.execute(
            delete(states).where(s.bot_id == self._bot_id, s.part.not_in(names))
        )

    def _check(self, health: Health) -> dict[str, Any]:
        told = health.facts()
        return {
            "bot_id": self._bot_id,
            "at": health.at,
            "state": told["state"],
            "took_ms": health.took_ms,
            "parts": told["parts"],
        }

    def _row(self, change: Change) -> dict[str, Any]:
        return {
            "bot_id": self._bot_id,
            "at": change.at,
            "part": change.part.name,
            "was": change.was and change.was.value,
            "state": change.part.state.value,
            "reason": change.part.reason,
            "remedy": change.part.remedy,
        }


def _values(part: Part) -> dict[str, Any]:
    return {
        "state": part.state.value,
        "reason": part.reason,
        "remedy": part.remedy,
        "checked_at": utc_now(),
    }


def _part(row: Any) -> Part:
    return Part(row.part, HealthState(row.state), row.reason, row.remedy)
