"""Rows found without a lock and removed a few at a time, so that nobody waits for long."""

from collections.abc import AsyncGenerator
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select, tuple_

from infra.db.engine import Database

ROWS = 500
"""Looked at and removed together. On SQLite others cannot write meanwhile: some 10 ms."""


async def removed(
    database: Database, table: Table, *which: ColumnElement[bool]
) -> AsyncGenerator[int, None]:
    """Remove the rows that these conditions hold for; how many went, of each batch.

    A row for which they hold no more when its turn comes stays.
    """
    found = ROWS
    while found == ROWS:
        keys = await _found(database, table, which)
        found = len(keys)
        if keys:
            statement = delete(table).where(_among(table, keys), *which)
            async with database.writing() as connection:
                count = (await connection.execute(statement)).rowcount
            yield count


async def _found(
    database: Database, table: Table, which: tuple[ColumnElement[bool], ...]
) -> list[Any]:
    query = select(*table.primary_key.columns).where(*which).limit(ROWS)
    async with database.reading() as connection:
        return [tuple(row) for row in await connection.execute(query)]


def _among(table: Table, keys: list[Any]) -> ColumnElement[bool]:
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        return columns[0].in_([key for (key,) in keys])
    return tuple_(*columns).in_(keys)
