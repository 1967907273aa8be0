"""Bring the ledger's schema to the version of this code, or say why that cannot be."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import LedgerUnavailable
from infra.db.engine import Database
from infra.db.revision import MIGRATIONS, refuse_newer, revisions
from infra.db.standstill import refuse_standing

# Any number will do, as long as every migrating process takes the same.
ADVISORY_LOCK = 0x616E616C


def config(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


async def migrate(database: Database) -> None:
    """Upgrade to the newest schema. Safe in several processes at once, not in two
    tasks of one: Alembic keeps its context in globals.
    """
    async with migrating(database) as connection:
        await connection.run_sync(upgrade)


@asynccontextmanager
async def migrating(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction in which the schema may be upgraded: one at a time."""
    if database.dialect == "sqlite":
        await write_ahead(database)
    async with database.writing() as connection:
        if database.dialect == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        yield connection


def _present(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, to: str = "head") -> None:
    """Raises LedgerUnavailable for a schema that is newer than this code, and for a standstill."""
    present = _present(connection)
    if present is not None:
        name = connection.engine.url.render_as_string(hide_password=True)
        refuse_standing(present, connection, name)
        refuse_newer(present, name)
    if present != (revisions()[-1] if to == "head" else to):
        command.upgrade(config(connection), to)


async def write_ahead(database: Database) -> None:
    _make_file(database)
    # Outside of a transaction, and before any other process opens the file: the switch to
    # WAL ignores busy_timeout.
    async with database.outside() as connection:
        await connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _make_file(database: Database) -> None:
    """For its owner alone, as it holds people's messages; SQLite gives its log the same mode."""
    try:
        Path(str(database.url.database)).touch(mode=0o600)
    except OSError as error:
        raise LedgerUnavailable(f"{database.name}: {error}") from error
