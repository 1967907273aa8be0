"""A table's rows in the order of its primary key, a page at a time: as little memory for a
million as for a thousand, and whoever was stopped goes on behind the last one.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Row, Table, insert, literal, select, tuple_
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import InvalidInput

NOT_TAKEN = ("22", "23")
"""Classes of Postgres's SQLSTATE: a value, or a row, is at fault; all else is the server's."""

ROWS = 200
"""Of 150 kB each they add 110 MB to a backup, 54 MB to a restore; a page of more is no faster."""


async def pages(
    connection: AsyncConnection, table: Table, after: Sequence[Any] = (), rows: int = ROWS
) -> AsyncIterator[Sequence[Row[Any]]]:
    """`after` is the key of the last row that is known already."""
    key = tuple(table.primary_key.columns)
    query = select(table).order_by(*key).limit(rows)
    while True:
        bounds = (literal(value, each.type) for each, value in zip(key, after, strict=False))
        beyond = query.where(tuple_(*key) > tuple_(*bounds)) if after else query
        page = (await connection.execute(beyond)).all()
        if not page:
            return
        yield page
        after = key_of(table, page[-1])


def key_of(table: Table, row: Row[Any]) -> tuple[Any, ...]:
    return tuple(getattr(row, each.name) for each in table.primary_key.columns)


async def write(connection: AsyncConnection, table: Table, page: Sequence[Sequence[Any]]) -> None:
    """Raises InvalidInput for what this database does not take, such as a text with a NUL;
    LedgerUnavailable is for whoever has given the connection to tell.
    """
    names = table.c.keys()
    try:
        await connection.execute(
            insert(table), [dict(zip(names, row, strict=True)) for row in page]
        )
    except DBAPIError as error:
        if not _is_not_taken(error):
            raise
        said = " ".join(str(error.orig).split())
        key = [names.index(each.name) for each in table.primary_key]
        first, last = (tuple(row[place] for place in key) for row in (page[0], page[-1]))
        problem = f"a row from {first} to {last} is not taken ({said})"
        raise InvalidInput(table.name, problem, "mend it there") from error


def _is_not_taken(error: DBAPIError) -> bool:
    if error.connection_invalidated or isinstance(error, OperationalError):
        return False
    sqlstate: str | None = getattr(error.orig, "sqlstate", None)
    return sqlstate is None or sqlstate.startswith(NOT_TAKEN)
