"""A ledger that nobody may work on: it is being moved, has moved, or is being filled by a move.

What stands in place of its schema's revision says so: code that knows nothing of moves takes it
for a schema that it does not know, and leaves it alone as well. The table `standstill`, which is
none of the metadata, says more.
"""

from enum import StrEnum

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import LedgerUnavailable

MAKE = text("CREATE TABLE IF NOT EXISTS standstill (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
_FORGET = text("DELETE FROM standstill")
_READ = text("SELECT name, value FROM standstill")
_PUT = text(
    "INSERT INTO standstill (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_SET_VERSION = text("UPDATE alembic_version SET version_num = :version")
_VERSION = text("SELECT version_num FROM alembic_version")


class Standstill(StrEnum):
    """Why. Each comment says who moves it on."""

    MOVING = "moving"  # the source: `move` called again, or `move --undo`
    MOVED = "moved"  # the source, for good
    FILLING = "filling"  # the target: `move` called again


WHY = {
    Standstill.MOVING: "is being moved to {other}; call `analyticbot move` again to go on, "
    "or with --undo to stay here",
    Standstill.MOVED: "has moved to {other}; set DATABASE_URL to that",
    Standstill.FILLING: "is being filled from {other}; call `analyticbot move` again to go on, "
    "or drop this database",
}


def is_standing(version: str | None) -> bool:
    return version in set(Standstill)


def refuse_standing(version: str, connection: Connection, name: str) -> None:
    """Raise LedgerUnavailable where this version is no schema but a standstill."""
    if is_standing(version):
        other = {row.name: row.value for row in connection.execute(_READ)}.get("other", "elsewhere")
        raise LedgerUnavailable(f"{name}: {WHY[Standstill(version)].format(other=other)}")


async def version_of(connection: AsyncConnection) -> str | None:
    """A schema's revision, or a standstill; None where there is no ledger."""
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
        return None
    found: str | None = await connection.scalar(_VERSION)
    return found


async def notes_of(connection: AsyncConnection) -> dict[str, str]:
    """What whoever stopped it has noted down."""
    return {row.name: row.value for row in await connection.execute(_READ)}


async def note(connection: AsyncConnection, **values: str) -> None:
    for name, value in values.items():
        await connection.execute(_PUT, {"name": name, "value": value})


async def stop(connection: AsyncConnection, why: Standstill, **values: str) -> None:
    """From now on nobody works on it, save who asks for standstills."""
    await connection.execute(MAKE)
    await note(connection, **values)
    await connection.execute(_SET_VERSION, {"version": why.value})


async def release(connection: AsyncConnection, revision: str) -> None:
    """It is a ledger again. The table stays, empty: others may be about to read it."""
    await connection.execute(_SET_VERSION, {"version": revision})
    await connection.execute(_FORGET)
