"""An empty ledger that is filled from a backup, in one transaction: whole or not at all."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import InvalidInput, TransitionRefused
from infra.db.all_tables import first_filled, narrowed
from infra.db.cells import inward
from infra.db.engine import Database
from infra.db.numbering import go_on
from infra.db.pages import write
from infra.db.parking import Parked, park
from infra.db.revision import check_version, revisions
from infra.db.schema import migrating, upgrade
from infra.db.standstill import version_of


class Restoring:
    """What is written before the end of `restoring` stands only if that is reached."""

    def __init__(self, database: Database, connection: AsyncConnection) -> None:
        self._database, self._connection = database, connection

    async def add(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Rows of one table, as a snapshot gives them. Raises InvalidInput for what this code or
        this database does not take.
        """
        with _judged(name):
            table = narrowed(name, columns)
            turn = inward(table.columns)
            await write(self._connection, table, [turn(row) for row in rows])

    async def check(self, counts: Mapping[str, int]) -> None:
        """Raises InvalidInput unless so many rows of each table are there."""
        for name, count in counts.items():
            table = narrowed(name, [])
            found = await self._connection.scalar(select(func.count()).select_from(table))
            if found != count:
                problem = f"{found} rows of {name} were written, not {count}"
                raise InvalidInput("FILE", problem, "nothing was restored; use another backup")

    async def finish(self, numbers: Mapping[str, int], made_at: datetime, *, parks: bool) -> Parked:
        """Bring it to this code's schema; `parks` what may have been sent since `made_at`."""
        with _judged("numbers"):
            await go_on(self._connection, numbers)
        await self._connection.run_sync(upgrade)
        parked = await park(self._database, self._connection, made_at) if parks else Parked()
        if self._database.dialect == "postgresql":  # or its first plans are made for empty tables
            await self._connection.execute(text("ANALYZE"))
        return parked


_MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@contextmanager
def _judged(name: str) -> Iterator[None]:
    """What a file may come to that fits its checksum and that no ledger was written to."""
    try:
        yield
    except (InvalidInput, DBAPIError):
        raise
    except (*_MALFORMED, ArgumentError, StatementError) as error:
        said = f"has what no ledger has, of {name} ({type(error).__name__})"
        raise InvalidInput("FILE", said, "nothing was restored; use another backup") from error


@asynccontextmanager
async def restoring(database: Database, schema: str) -> AsyncIterator[Restoring]:
    """Make the tables of this revision. Raises InvalidInput for a revision unknown here,
    TransitionRefused where the ledger is not empty.
    """
    if schema not in revisions():
        problem = f"has schema {schema}, which this code does not know"
        raise InvalidInput("FILE", problem, "restore it with the AnalyticBot that made it")
    async with migrating(database) as connection:
        await _make(database, connection, schema)
        yield Restoring(database, connection)


async def _make(database: Database, connection: AsyncConnection, schema: str) -> None:
    present = await version_of(connection)
    if present is not None:
        await check_version(database, connection, present)
        if (filled := await first_filled(connection)) is not None:
            raise TransitionRefused(
                f"{database.name}: is not empty, there are rows in {filled}; stop what runs on it "
                "and name an empty database in DATABASE_URL, or move the ledger's file away"
            )
    if present is not None and present > schema:
        problem = f"is empty, but has schema {present} already, and the file {schema}"
        raise TransitionRefused(f"{database.name}: {problem}; drop it, and it is made anew")
    await connection.run_sync(lambda sync: upgrade(sync, schema))
