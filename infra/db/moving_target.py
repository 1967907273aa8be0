"""The Postgres ledger that a move fills: nobody works on it before it is whole."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, func, select, text

from core.errors import TransitionRefused
from infra.db import schema
from infra.db.all_tables import first_filled
from infra.db.cells import inward, outward
from infra.db.engine import Database
from infra.db.numbering import go_on
from infra.db.pages import key_of, write
from infra.db.revision import check_version, revisions
from infra.db.standstill import Standstill, note, notes_of, release, stop, version_of

OF_TABLE = "table:"
"""Of the notes on how far the move is with each."""


class MovingTarget:
    """One move's hand in it."""

    def __init__(self, database: Database, move_id: str) -> None:
        self.database, self.id = database, move_id

    async def check(self) -> bool:
        """Whether this move has begun with it. Raises TransitionRefused where it is not empty, and
        LedgerUnavailable where it cannot be reached or another move has begun with it.
        """
        async with self.database.reading() as connection:
            version = await version_of(connection)
            if version == Standstill.FILLING and (await notes_of(connection))["id"] == self.id:
                return True
            if version is not None:
                await check_version(self.database, connection, version)
                if (filled := await first_filled(connection)) is not None:
                    problem = f"is not empty, there are rows in {filled}"
                    raise TransitionRefused(f"{self.database.name}: {problem}; name an empty one")
        return False

    async def take(self, other: str) -> None:
        """Make its tables, unless this move has done so before; raises as `check`."""
        if await self.check():
            return
        async with schema.migrating(self.database) as connection:
            await connection.run_sync(schema.upgrade)
            await stop(connection, Standstill.FILLING, id=self.id, other=other)

    async def reached(self, table: Table) -> list[Any]:
        """The key of the last row that is there; [] where there is none."""
        async with self.database.reading() as connection:
            cells = (await notes_of(connection)).get(f"{OF_TABLE}{table.name}")
        return inward(table.primary_key.columns)(json.loads(cells)) if cells is not None else []

    async def add(self, table: Table, page: Sequence[Row[Any]]) -> None:
        """The rows, and how far they go, in one transaction."""
        reached = outward(table.primary_key.columns)(key_of(table, page[-1]))
        async with self.database.writing() as connection:
            await write(connection, table, page)
            await note(connection, **{f"{OF_TABLE}{table.name}": json.dumps(reached)})

    async def count(self, table: Table) -> int:
        async with self.database.reading() as connection:
            return await connection.scalar(select(func.count()).select_from(table)) or 0

    async def open(self, numbers: Mapping[str, int]) -> None:
        """It is a ledger from now on; where it is one already, nothing is done."""
        async with self.database.writing() as connection:
            if await version_of(connection) != Standstill.FILLING:
                return
            await go_on(connection, numbers)
            # Or its first plans are made for empty tables.
            await connection.execute(text("ANALYZE"))
            await release(connection, revisions()[-1])
