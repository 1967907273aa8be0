"""From SQLite to Postgres: every row, once. Killed at any moment and called again, it goes on.

At every moment at most one of the two is a ledger that anybody works on: the source stands still
before the first row is copied, and has moved for good before the target is opened.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Table, func, select

from core.errors import ConfigurationError, TransitionRefused
from infra.db.all_tables import tables
from infra.db.engine import Database
from infra.db.moving_source import MovingSource
from infra.db.moving_target import MovingTarget
from infra.db.numbering import last_numbers
from infra.db.pages import pages
from infra.db.standstill import Standstill

Told = Callable[[str, int], None]
"""What hears of the progress: a table, and how many of its rows were copied by this call."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows that are in the target, and how many of them this call copied."""

    rows: int
    copied: int


async def move(source: Database, target: Database, told: Told) -> Moved:
    """Raises TransitionRefused where the source is in use, was moved elsewhere or has an older
    schema, or the target is not empty; LedgerUnavailable, ConfigurationError, InvalidInput.
    """
    if (source.dialect, target.dialect) != ("sqlite", "postgresql"):
        remedy = "another way, take `analyticbot backup` and `analyticbot restore`"
        raise ConfigurationError(f"DATABASE_URL: only SQLite is moved to Postgres; {remedy}")
    leaving = MovingSource(source)
    version, notes = await leaving.standing()
    other = shown(target)
    if notes.get("other", other) != other:
        problem = f"{source.name}: its move to {notes['other']} has begun"
        raise TransitionRefused(f"{problem}; go on with that one, or call with --undo first")
    arriving = MovingTarget(target, notes.get("id") or uuid.uuid4().hex)
    if version == Standstill.MOVED:
        return await _open(source, arriving, 0)
    await arriving.check()
    if version != Standstill.MOVING:
        await leaving.take(arriving.id, other)
    await arriving.take(source.name)
    copied = sum([await _copy(source, arriving, table, told) for table in tables()])
    await _compare(source, arriving)
    await leaving.end()
    return await _open(source, arriving, copied)


def shown(database: Database) -> str:
    """As it stands in DATABASE_URL, less its password."""
    url = database.url.set(drivername=database.dialect)
    return url.render_as_string(hide_password=True)


async def _copy(source: Database, arriving: MovingTarget, table: Table, told: Told) -> int:
    after, copied = await arriving.reached(table), 0
    async with source.reading() as connection:
        async for page in pages(connection, table, after):
            await arriving.add(table, page)
            copied += len(page)
            told(table.name, copied)
    return copied


async def _compare(source: Database, arriving: MovingTarget) -> None:
    for table in tables():
        here, there = await _count(source, table), await arriving.count(table)
        if here != there:
            problem = f"{arriving.database.name}: has {there} rows of {table.name}, not {here}"
            remedy = "somebody else writes there; drop that database, and call with --undo"
            raise TransitionRefused(f"{problem}; {remedy}")


async def _count(database: Database, table: Table) -> int:
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def _open(source: Database, arriving: MovingTarget, copied: int) -> Moved:
    async with source.reading() as connection:
        numbers = await last_numbers(connection, tables())
    await arriving.open(numbers)
    return Moved(sum([await _count(source, table) for table in tables()]), copied)
