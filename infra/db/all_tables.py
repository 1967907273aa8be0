"""Every table of the ledger, for what is done with the ledger as a whole. What is not in the
metadata is not known here: a new module of tables is imported here and in migrations/env.py.
"""

from collections.abc import Sequence

from sqlalchemy import Column, Connection, MetaData, Table, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import InvalidInput
from infra.db import (  # noqa: F401 (each adds its own)
    audience_tables,
    bot_tables,
    channel_tables,
    watch_tables,
    web_tables,
)
from infra.db.tables import metadata


def tables() -> Sequence[Table]:
    """In an order in which they may be filled."""
    return metadata.sorted_tables


def stored(connection: Connection) -> list[Table]:
    """Those that this ledger has, with the columns that it has: an older schema has fewer.

    Raises InvalidInput for a column that this code does not know any more.
    """
    found = inspect(connection)
    names = set(found.get_table_names())
    return [
        narrowed(table.name, [column["name"] for column in found.get_columns(table.name)])
        for table in tables()
        if table.name in names
    ]


def narrowed(name: str, columns: Sequence[str]) -> Table:
    """A table of ours with these of its columns, in this order, and nothing else: no defaults.

    Raises InvalidInput for what this code does not know.
    """
    whole = metadata.tables.get(name)
    unknown = [f"{name}.{each}" for each in columns if whole is None or each not in whole.c]
    if whole is None or unknown:
        told = ", ".join(unknown) or name
        raise InvalidInput("FILE", f"has {told}, unknown here", "use the AnalyticBot that made it")
    kept = (whole.c[each] for each in columns)
    copies = (
        Column(each.name, each.type, primary_key=each.primary_key, autoincrement=False)
        for each in kept
    )
    return Table(name, MetaData(), *copies)


async def first_filled(connection: AsyncConnection) -> str | None:
    """The name of a table that has rows; None where all are empty."""
    for table in await connection.run_sync(stored):
        if (await connection.execute(select(table).limit(1))).first() is not None:
            return table.name
    return None
