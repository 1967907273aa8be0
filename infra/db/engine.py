"""Connections to the ledger, on SQLite and on Postgres."""

import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import ConfigurationError, LedgerUnavailable
from infra.db.lines import (
    SERVER_TROUBLES,
    Line,
    PostgresLine,
    Prepared,
    Rows,
    SqliteLine,
    Step,
    no_ledger,
)
from infra.db.moments import now_of
from infra.db.turn import FileTurn, ThreadTurn

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
CONNECT_TIMEOUT_S = 5
COMMAND_TIMEOUT_S = 60
WHOLE_TABLE_S = 3_600.0
"""For a statement that goes through a whole table, however large."""
# SQLite's writers queue behind one lock; each holds it for the milliseconds of a commit.
BUSY_TIMEOUT_MS = 15_000


def normalise_url(text: str) -> URL:
    """The URL with the driver that we ship, whatever driver its scheme names."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            "DATABASE_URL: is not a URL; postgresql://user:password@host/name or sqlite:///file"
        ) from None
    driver = DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None:
        raise ConfigurationError(
            f"DATABASE_URL: {url.drivername} is not supported; use postgresql or sqlite"
        )
    if driver.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise ConfigurationError("DATABASE_URL: SQLite needs a file; sqlite:///path/to/ledger.db")
    query = dict(url.query)
    if driver.endswith("asyncpg") and "sslmode" in query:  # libpq's name for it
        query["ssl"] = query.pop("sslmode")
    return url.set(drivername=driver, query=query)


class Database:
    """One process's connections: `writing()` and `reading()` give a transaction each.

    Make it after the fork, on the event loop that will use it. Anything that keeps the
    database from answering is raised as LedgerUnavailable, never with the password.
    """

    def __init__(
        self,
        url: str,
        pool_size: int = 4,
        patience_s: float | None = None,
        *,
        answer_s: float = 0.0,
    ) -> None:
        """`patience_s` bounds each wait, for a connection, an answer or SQLite's lock: for one
        that would rather know at once. By default 5, 60 and 15 s. `answer_s` is how long
        Postgres may take for an answer alone: for one that asks for much.
        """
        self.url = normalise_url(url)
        self.dialect = self.url.get_backend_name()
        if self.dialect == "sqlite":
            self._make_folder()
            busy_ms = BUSY_TIMEOUT_MS if patience_s is None else round(patience_s * 1000)
            # One writer a process: a second would only queue for the same lock.
            self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE", 1, busy_ms)
            self._reader = _sqlite_engine(self.url, "BEGIN", 2, busy_ms)
            file = Path(str(self.url.database))
            self._turn: FileTurn | None = FileTurn(file, busy_ms / 1000)
            self._line: Line = SqliteLine(
                self.name, lambda: _sqlite_line(file, busy_ms), ThreadTurn(file, busy_ms / 1000)
            )
        else:
            self._turn = None
            self._writer = self._reader = create_async_engine(
                self.url,
                pool_size=pool_size,
                max_overflow=0,
                pool_pre_ping=False,
                hide_parameters=True,  # texts and codes have no place in a log
                connect_args={
                    "timeout": patience_s or CONNECT_TIMEOUT_S,
                    "command_timeout": answer_s or patience_s or COMMAND_TIMEOUT_S,
                },
            )
            self._line = PostgresLine(self.name, self._writer)

    def _make_folder(self) -> None:
        try:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerUnavailable(f"{self.name}: {error}") from error

    @property
    def name(self) -> str:
        """The URL as it may be shown: without its password."""
        return self.url.render_as_string(hide_password=True)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; on SQLite it holds the write lock from its start."""
        async with self._turn or nullcontext(), self._transaction(self._writer) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; on SQLite it takes no lock."""
        async with self._transaction(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """As `reading`; and all that is read is of one moment, however long the reading takes."""
        if self.dialect == "sqlite":
            async with self.reading() as connection:
                yield connection
            return
        with self._told():
            async with self._reader.connect() as connection:
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                async with connection.begin():
                    yield connection

    async def now(self) -> datetime:
        """By the database's clock."""
        async with self.reading() as connection:
            return await now_of(connection)

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[AsyncConnection]:
        """SQLite's writer outside of a transaction, while none of ours writes: for what
        cannot be done within one.
        """
        async with self._turn or nullcontext(), self._transaction(self._writer) as connection:
            await connection.exec_driver_sql("COMMIT")
            try:
                yield connection
            finally:
                await connection.exec_driver_sql("BEGIN")

    def prepared(self, build: Callable[[], Any]) -> Prepared:
        """The statement that this makes, for `run` and `look`."""
        return Prepared(build, self.dialect)

    async def run(self, *steps: Step) -> list[Rows]:
        """One transaction of prepared statements; the rows that each of them returned.

        Raises StatementRefused, besides LedgerUnavailable.
        """
        with self._told():
            return await self._line.run(*steps)

    async def look(self, prepared: Prepared, **values: Any) -> Rows:
        """The rows of one prepared statement that only reads."""
        with self._told():
            return await self._line.look(prepared, values)

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with self._told():
            async with engine.begin() as connection:
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What keeps the database from answering is raised as LedgerUnavailable."""
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            raise LedgerUnavailable(f"{self.name}: {_cause(error)}") from error
        except DBAPIError as error:
            if remedy := no_ledger(error.orig):
                raise LedgerUnavailable(f"{self.name}: {_cause(error)}; {remedy}") from error
            if not (error.connection_invalidated or _passes(error)):
                raise
            raise LedgerUnavailable(f"{self.name}: {_cause(error)}") from error
        # A statement's errors come wrapped: a bare one of asyncpg's is about connecting.
        except (OSError, TimeoutError, PoolTimeout, asyncpg.PostgresError) as error:
            raise LedgerUnavailable(f"{self.name}: {_cause(error)}") from error

    async def close(self) -> None:
        await self._line.close()
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
        if self._turn is not None:
            self._turn.close()


def _passes(error: DBAPIError) -> bool:
    """Trouble of the server's own, not of the statement: it is over when somebody mends it."""
    sqlstate: str = getattr(error.orig, "sqlstate", None) or ""
    return sqlstate.startswith(SERVER_TROUBLES)


def _cause(error: BaseException) -> str:
    inner = getattr(error, "orig", None) or error
    return " ".join(str(inner).split()) or type(inner).__name__


def _sqlite_engine(url: URL, begin: str, pool_size: int, busy_ms: int) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=0, pool_timeout=60, hide_parameters=True
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _(connection: Any, record: Any) -> None:
        # The driver must not open transactions by itself: it would open DEFERRED ones, and a
        # reader that turns writer fails at once where another has written meanwhile.
        connection.isolation_level = None
        _set_up(connection, busy_ms)

    @event.listens_for(engine.sync_engine, "begin")
    def _(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _sqlite_line(file: Path, busy_ms: int) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    _set_up(connection, busy_ms)
    return connection


def _set_up(connection: Any, busy_ms: int) -> None:
    connection.create_function("utc_now", 0, lambda: time.time_ns() // 1000)
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {busy_ms}")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()
