"""The short way to the database, for what is done with each message.

A transaction is known as a whole before it begins, and its statements are compiled once: so a
group of messages costs one round trip (Postgres) or one hop to a thread (SQLite), at a tenth of
the CPU that a connection of SQLAlchemy's takes for the same. On SQLite the lock is held while
the statements run, and not while an event loop comes round between them.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Protocol, TypeAlias

import asyncpg
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import AnalyticBotError, LedgerUnavailable
from infra.db.turn import ThreadTurn

# Classes of SQLSTATE: connection lost, deadlock, out of resources, operator's intervention,
# system error.
# 42501: its user may not, until somebody grants it.
SERVER_TROUBLES = ("08", "40", "42501", "53", "57", "58")
DIALECTS = {"postgresql": postgresql.asyncpg.dialect, "sqlite": sqlite.aiosqlite.dialect}
MOVED = "the ledger has moved to Postgres, or is being moved"
"""What the triggers say that a move leaves in the file."""
NEW_PLACE = "set DATABASE_URL to where it is"
NO_LEDGER = "name another file in DATABASE_URL, or restore a backup of this one"


class StatementRefused(AnalyticBotError):
    """The database does not take this statement with these values, whenever it is asked."""


class Prepared:
    """A statement as the driver takes it. What it is run with is plain: text and numbers.

    It is compiled when it is first used: that takes milliseconds, and most processes need few.
    """

    def __init__(self, build: Callable[[], Any], dialect: str) -> None:
        self._build, self._dialect = build, dialect

    @property
    def sql(self) -> str:
        return self._compiled.sql

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        names, constants = self._compiled.names, self._compiled.constants
        return [given[name] if name in given else constants[name] for name in names]

    def compile(self) -> None:
        """Now, by whoever would rather not wait for it later."""
        _ = self._compiled

    @cached_property
    def _compiled(self) -> "Compiled":
        return compiled(self._build(), self._dialect)


class Compiled(NamedTuple):
    sql: str
    names: Sequence[str]
    constants: Mapping[str, Any]


@lru_cache(maxsize=64)
def compiled(statement: Any, dialect: str) -> Compiled:
    """Once for all databases of a process, where the statement itself is made but once."""
    made = statement.compile(dialect=DIALECTS[dialect]())
    return Compiled(str(made), made.positiontup or (), made.params)


Rows: TypeAlias = Sequence[Any]
"""Each row is a sequence of its columns' values, as the driver gives them."""

Values: TypeAlias = Mapping[str, Any]
Step: TypeAlias = tuple[Prepared, Values | Callable[[Sequence[Rows]], Values | None]]
"""A statement and its values; or what makes them of the rows of the steps before, None where it
is not needed then.
"""


class Line(Protocol):
    """Raises LedgerUnavailable and StatementRefused; then nothing was written."""

    async def run(self, *steps: Step) -> list[Rows]:
        """One transaction of these statements; what each of them returned."""

    async def look(self, prepared: Prepared, values: Mapping[str, Any]) -> Rows:
        """One statement that only reads."""

    async def close(self) -> None: ...


class PostgresLine:
    """Borrows a connection from the engine for each transaction."""

    def __init__(self, name: str, engine: AsyncEngine) -> None:
        self._name, self._engine = name, engine

    async def run(self, *steps: Step) -> list[Rows]:
        async with self._borrowed() as driver:
            with _judged(self._name):
                if len(steps) == 1:  # is a transaction by itself
                    return [await _fetched(driver, steps[0])]
                async with driver.transaction():
                    rows: list[Rows] = []
                    for step in steps:
                        rows.append(await _fetched(driver, step, rows))
                    return rows

    async def look(self, prepared: Prepared, values: Mapping[str, Any]) -> Rows:
        [rows] = await self.run((prepared, values))
        return rows

    async def close(self) -> None:
        """The engine has the connections."""

    @asynccontextmanager
    async def _borrowed(self) -> AsyncIterator[Any]:
        while True:
            async with self._engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                if driver.is_closed():  # while nobody used it: a new one is made instead
                    await connection.invalidate()
                    continue
                try:
                    yield driver
                finally:
                    # The pool knows nothing of our transaction: what is left in one, as its
                    # rollback was cancelled, would refuse whatever comes after it.
                    if driver.is_in_transaction():
                        await connection.invalidate()
                return


async def _fetched(driver: Any, step: Step, before: Sequence[Rows] = ()) -> Rows:
    prepared, given = step
    if (values := _given(given, before)) is None:
        return ()
    rows: Rows = await driver.fetch(prepared.sql, *prepared.values(values))
    return rows


def _given(
    values: Values | Callable[[Sequence[Rows]], Values | None], before: Sequence[Rows]
) -> Values | None:
    return values(before) if callable(values) else values


@contextmanager
def _judged(name: str) -> Iterator[None]:
    """Is it the statement that asyncpg complains of, or the server?"""
    try:
        yield
    except asyncpg.PostgresError as error:
        if (error.sqlstate or "").startswith(SERVER_TROUBLES):
            raise LedgerUnavailable(f"{name}: {error}") from error
        raise StatementRefused(str(error)) from error
    except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        if isinstance(error, ValueError):  # a value that has no place in its parameter
            raise StatementRefused(str(error)) from error
        raise LedgerUnavailable(f"{name}: {error}") from error


class SqliteLine:
    """One connection that writes, and one that looks and so never waits for a writer's turn, each
    with a thread of its own; `turn` is that of the writers to this file.
    """

    def __init__(
        self,
        name: str,
        opened: Callable[[], sqlite3.Connection],
        turn: ThreadTurn,
    ) -> None:
        self._writer, self._looker = (SqliteThread(name, opened) for _ in range(2))
        self._turn = turn

    async def run(self, *steps: Step) -> list[Rows]:
        rows: list[Rows] = await self._writer.do(lambda it: self._in_turn(it, steps))
        return rows

    async def look(self, prepared: Prepared, values: Mapping[str, Any]) -> Rows:
        given = prepared.values(values)
        rows: Rows = await self._looker.do(lambda it: it.execute(prepared.sql, given).fetchall())
        return rows

    async def on_each(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Run it on both connections."""
        await self._writer.do(work)
        await self._looker.do(work)

    async def close(self) -> None:
        await self._writer.close()
        await self._looker.close()
        self._turn.close()

    def _in_turn(self, connection: sqlite3.Connection, steps: Sequence[Step]) -> list[Rows]:
        with self._turn:
            return _transacted(connection, steps)


class SqliteThread:
    """A thread and its connection, both made when they are first needed."""

    def __init__(self, name: str, opened: Callable[[], sqlite3.Connection]) -> None:
        self._name, self._opened = name, opened
        self._thread = ThreadPoolExecutor(1, "ledger-line")
        self._connection: sqlite3.Connection | None = None

    async def do(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run it in the thread, on the connection."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    async def close(self) -> None:
        if self._connection is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown(wait=False)

    def _do(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            if self._connection is None:
                self._connection = self._opened()
            return work(self._connection)
        except (sqlite3.OperationalError, sqlite3.InterfaceError) as error:
            self._drop()
            raise LedgerUnavailable(f"{self._name}: {error}") from error
        except sqlite3.Error as error:
            if remedy := no_ledger(error):
                raise LedgerUnavailable(f"{self._name}: {error}; {remedy}") from error
            raise StatementRefused(str(error)) from error

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _transacted(connection: sqlite3.Connection, steps: Sequence[Step]) -> list[Rows]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        rows: list[Rows] = []
        for prepared, given in steps:
            if (values := _given(given, rows)) is None:
                rows.append(())
            else:
                done = connection.execute(prepared.sql, prepared.values(values))
                rows.append(done.fetchall())
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return rows


def no_ledger(error: BaseException | None) -> str:
    """What to do about a file that is no ledger, or none any more; "" for another error.

    SQLite opens any file, and says what it is only when it reads it.
    """
    if MOVED in str(error):
        return NEW_PLACE
    told = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
    return NO_LEDGER if getattr(error, "sqlite_errorname", "") in told else ""
