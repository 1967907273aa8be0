"""The ledger at one moment, as a backup takes it: all of its tables, row by row."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import LedgerUnavailable
from infra.db.all_tables import stored
from infra.db.cells import outward
from infra.db.engine import Database
from infra.db.moments import now_of
from infra.db.numbering import last_numbers
from infra.db.pages import pages
from infra.db.revision import check_version
from infra.db.standstill import version_of
from infra.db.tables import messages


@dataclass(frozen=True)
class Snapshot:
    """`schema` is its revision, `made_at` the moment by the database's clock, `bots` whose
    messages are in it, `numbers` the last that each table has given to a row.
    """

    schema: str
    made_at: datetime
    database: str
    bots: Sequence[int]
    numbers: dict[str, int]
    tables: Sequence[Table]
    connection: AsyncConnection

    async def rows(self, table: Table) -> AsyncIterator[list[list[Any]]]:
        """Pages of its rows, as JSON takes them."""
        turn = outward(table.columns)
        async for page in pages(self.connection, table):
            yield [turn(row) for row in page]


@asynccontextmanager
async def snapshot(database: Database) -> AsyncIterator[Snapshot]:
    """Writers go on meanwhile. Raises LedgerUnavailable where there is no ledger that this code
    knows; an older schema is as good as its own.
    """
    async with database.snapshot() as connection:
        schema = await _schema(database, connection)
        tables = await connection.run_sync(stored)
        bots = (await connection.scalars(select(messages.c.bot_id).distinct())).all()
        yield Snapshot(
            schema,
            # Asked behind a first look at the rows: what is done later is not in the snapshot.
            await now_of(connection),
            database.dialect,
            sorted(bots),
            await last_numbers(connection, tables),
            tables,
            connection,
        )


async def _schema(database: Database, connection: AsyncConnection) -> str:
    version = await version_of(connection)
    if version is None:
        raise LedgerUnavailable(f"{database.name}: no ledger; look at DATABASE_URL and DATA_DIR")
    await check_version(database, connection, version)
    return version
