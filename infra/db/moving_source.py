"""The SQLite ledger that is moved: at rest from the first step of the move, and for good after
its last, so that nothing is sent from it any more.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text

from core.errors import LedgerUnavailable, TransitionRefused
from infra.db.all_tables import tables
from infra.db.engine import Database
from infra.db.lines import MOVED
from infra.db.revision import revisions
from infra.db.schema import write_ahead
from infra.db.standstill import Standstill, notes_of, release, stop, version_of

BUSY_S = 2.0
GUARD = "standstill_"
"""How the triggers are called that refuse every write, also of whoever has asked for the schema
before, or never does: a program that has not opened the file yet is not seen by `take`.
"""


class MovingSource:
    """`database` is closed before the file is taken, and opened anew by its next use."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def standing(self) -> tuple[str | None, Mapping[str, str]]:
        """Its schema or why it stands still, and what was noted then."""
        async with self.database.reading() as connection:
            version = await version_of(connection)
            stands = version in set(Standstill)
            return version, await notes_of(connection) if stands else {}

    async def take(self, move_id: str, other: str) -> None:
        """From now on nobody else opens it. Raises TransitionRefused while somebody has it open,
        or where its schema is not this code's.
        """
        version, _ = await self.standing()
        if version != revisions()[-1]:
            problem = f"{self.database.name}: has schema {version}, not {revisions()[-1]}"
            raise TransitionRefused(f"{problem}; run `analyticbot db upgrade` first")
        await self.database.close()
        with _alone(Path(str(self.database.url.database))) as connection:
            _stop(connection, {"id": move_id, "other": other})

    async def give_up(self) -> None:
        """It is a ledger again, as it was. Raises TransitionRefused where it is not being moved."""
        version, _ = await self.standing()
        if version != Standstill.MOVING:
            raise TransitionRefused(f"{self.database.name}: is not being moved; nothing to undo")
        await write_ahead(self.database)
        async with self.database.writing() as connection:
            for name in (await connection.scalars(_GUARDS, {"guard": f"{GUARD}%"})).all():
                await connection.execute(text(f"DROP TRIGGER {name}"))
            await release(connection, revisions()[-1])

    async def end(self) -> None:
        """It has moved: for good."""
        async with self.database.writing() as connection:
            await stop(connection, Standstill.MOVED)


_GUARDS = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE :guard")


def _guards() -> Iterator[str]:
    for table in tables():
        for done in ("INSERT", "UPDATE"):
            name = f"{GUARD}{table.name}_{done.lower()}"
            refused = f"BEGIN SELECT RAISE(ABORT, '{MOVED}'); END"
            yield f"CREATE TRIGGER {name} BEFORE {done} ON {table.name} {refused}"


@contextmanager
def _alone(file: Path) -> Iterator[sqlite3.Connection]:
    """The one connection to the file, of all processes on this machine.

    Only the last one to have a file open may leave WAL; with `locking_mode` EXCLUSIVE it keeps
    the lock, so nobody comes in between. The next `up` or `db upgrade` would turn WAL on again.
    """
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_S, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            [mode] = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
            if mode != "delete":
                raise sqlite3.OperationalError(f"it stays in {mode}")
            yield connection
    except sqlite3.OperationalError as error:
        if "locked" not in str(error) and "stays" not in str(error):
            raise LedgerUnavailable(f"{file}: {error}") from error
        raise TransitionRefused(
            f"{file}: is in use; stop what runs on it: `analyticbot up`, workers, Beat, the bot, "
            "the api"
        ) from error


def _stop(connection: sqlite3.Connection, notes: Mapping[str, str]) -> None:
    """Asks for the schema again: another may have come in between."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS standstill (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
    )
    connection.executemany("INSERT OR REPLACE INTO standstill VALUES (?, ?)", notes.items())
    for guard in _guards():
        connection.execute(guard)
    versions = (Standstill.MOVING.value, revisions()[-1])
    update = "UPDATE alembic_version SET version_num = ? WHERE version_num = ?"
    if connection.execute(update, versions).rowcount != 1:
        connection.execute("ROLLBACK")
        raise TransitionRefused("somebody else has changed the ledger just now; call again")
    connection.execute("COMMIT")
