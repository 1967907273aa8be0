"""The numbers that rows are given: those of a copy go on where the others stopped, so that a
number which was given once, and whose row is gone, is not given again.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.tables import metadata

_NUMBERS = range(2**63)
_LAST = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, 'id') AS regclass))")
_SET = text("SELECT setval(CAST(pg_get_serial_sequence(:name, 'id') AS regclass), :last)")


async def last_numbers(connection: AsyncConnection, tables: Iterable[Table]) -> dict[str, int]:
    """By the names of those that number their rows: the last number given; 0 for none."""
    last = {}
    for table in filter(_is_numbered, tables):
        highest = await connection.scalar(select(func.max(table.c.id))) or 0
        last[table.name] = max(highest, await _given(connection, table.name) or 0)
    return last


async def go_on(connection: AsyncConnection, last: Mapping[str, int]) -> None:
    """The next numbers come after these. Raises ValueError for what is no table, or no number."""
    for name, number in last.items():
        if name not in metadata.tables or number not in _NUMBERS:
            raise ValueError(f"{name}: {number}")
        if not number:
            continue
        if connection.dialect.name == "postgresql":
            await connection.execute(_SET, {"name": name, "last": number})
        elif name in await _sequences(connection):
            await _set_sequence(connection, name, number)


def _is_numbered(table: Table) -> bool:
    return metadata.tables[table.name].autoincrement_column is not None


async def _given(connection: AsyncConnection, name: str) -> int | None:
    if connection.dialect.name == "postgresql":
        last: int | None = await connection.scalar(_LAST, {"name": name})
        return last
    return (await _sequences(connection)).get(name)


async def _sequences(connection: AsyncConnection) -> dict[str, int]:
    """SQLite remembers the last number of tables that were made with AUTOINCREMENT."""
    made = text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
    last: dict[str, int] = dict.fromkeys(await connection.scalars(made), 0)
    if last:
        rows = await connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        last |= {row.name: row.seq for row in rows}
    return last


async def _set_sequence(connection: AsyncConnection, name: str, number: int) -> None:
    values = {"name": name, "seq": number}
    await connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
    insert = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"
    await connection.execute(text(insert), values)
