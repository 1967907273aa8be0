"""Bring the ledger's schema to the version of this code, or say why that cannot be."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from infra.db.engine import Database
from infra.db.revision import MIGRATIONS, refuse_newer

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
    if database.dialect == "sqlite":
        await _write_ahead(database)
    async with database.writing() as connection:
        if database.dialect == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        await connection.run_sync(_upgrade)


def _present(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    present = _present(connection)
    if present is not None:
        refuse_newer(present, connection.engine.url.render_as_string(hide_password=True))
    command.upgrade(config(connection), "head")


async def _write_ahead(database: Database) -> None:
    # Outside of a transaction, and before any other process opens the file: the switch to
    # WAL ignores busy_timeout.
    async with database.outside() as connection:
        await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
