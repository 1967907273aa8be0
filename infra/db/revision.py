"""Which schema this code needs, and whether the ledger has it. Needs no Alembic: every
worker's child asks this, and Alembic alone would double what it takes to start one.
"""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import LedgerUnavailable
from infra.db.engine import Database
from infra.db.standstill import refuse_standing

MIGRATIONS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """The schemas that this code knows, oldest first: versions/0001_the_ledger.py is "0001"."""
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def refuse_newer(present: str, name: str) -> None:
    """Raise LedgerUnavailable for a schema that only later code can know."""
    if present not in revisions():
        raise LedgerUnavailable(
            f"{name}: the ledger (schema {present}) is newer than this code; "
            "start the newer AnalyticBot, or restore the backup made before its upgrade"
        )


async def check(database: Database) -> None:
    """Raise LedgerUnavailable unless the schema is the one that this code needs."""
    present = await _present(database)
    if present is None:
        raise LedgerUnavailable(f"{database.name}: no ledger yet; run `analyticbot db upgrade`")
    if present not in revisions():
        async with database.reading() as connection:
            await check_version(database, connection, present)
    if present != revisions()[-1]:
        raise LedgerUnavailable(
            f"{database.name}: schema {present} is older than this code's {revisions()[-1]}; "
            "run `analyticbot db upgrade`"
        )


async def check_version(database: Database, connection: AsyncConnection, present: str) -> None:
    """Raise LedgerUnavailable for a schema that is newer than this code, and for a standstill."""
    await connection.run_sync(lambda sync: refuse_standing(present, sync, database.name))
    refuse_newer(present, database.name)


async def _present(database: Database) -> str | None:
    try:
        async with database.reading() as connection:
            found: str | None = await connection.scalar(
                text("SELECT version_num FROM alembic_version")
            )
            return found
    except DBAPIError:  # no such table; Postgres and SQLite have other classes for it
        return None
    except LedgerUnavailable as error:
        if "no such table" in str(error):
            return None
        raise
