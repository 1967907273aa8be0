"""Connections to either database: what they promise, and what is said when there are none."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from core.errors import ConfigurationError, LedgerUnavailable
from infra.db import schema
from infra.db.engine import Database, normalise_url
from tests.servers.postgres import PostgresServer
from tests.servers.process import free_port

SECRET = "hidden-password"
ONE = text("SELECT 1")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql+psycopg2://u@h:5433/d", "postgresql+asyncpg://u@h:5433/d"),
        ("postgresql://h/d?sslmode=require", "postgresql+asyncpg://h/d?ssl=require"),
        ("sqlite:///var/ledger.db", "sqlite+aiosqlite:///var/ledger.db"),
        ("sqlite+pysqlite:////srv/a.db", "sqlite+aiosqlite:////srv/a.db"),
    ],
)
def test_a_url_gets_the_driver_that_is_shipped(given: str, meant: str) -> None:
    assert normalise_url(given).render_as_string(hide_password=False) == meant


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "redis://h",
        "sqlite://",
        "sqlite:///:memory:",
        f"mysql://u:{SECRET}@h/d",
        f"postgresql://u:{SECRET}@h:port/d",
    ],
)
def test_a_bad_url_names_its_variable_and_hides_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL: ") as caught:
        Database(url)
    assert SECRET not in str(caught.value)


@contextlib.asynccontextmanager
async def opened(url: str, **options: int) -> AsyncIterator[Database]:
    database = Database(url, **options)
    try:
        yield database
    finally:
        await database.close()


async def refused(url: str) -> str:
    """What is said of a ledger that cannot be reached."""
    async with opened(url) as database:
        with pytest.raises(LedgerUnavailable) as caught:
            async with database.writing():
                pass
        with pytest.raises(LedgerUnavailable):
            async with database.reading() as connection:
                await connection.execute(ONE)
    return str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "nowhere.invalid:5432"])
async def test_a_server_that_is_not_there_is_named_without_the_password(host: str) -> None:
    told = await refused(f"postgresql://u:{SECRET}@{host.format(port=free_port())}/d")
    assert host.partition(":")[0] in told
    assert "\n" not in told
    assert SECRET not in told


async def test_a_database_that_is_not_there_is_named(postgres_server: PostgresServer) -> None:
    assert "nowhere" in await refused(postgres_server.url("nowhere"))


async def test_a_server_that_takes_no_more_says_so(postgres_server: PostgresServer) -> None:
    postgres_server.execute("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
    url = postgres_server.url().replace("postgres@", f"crowded:{SECRET}@")
    assert "too many connections" in await refused(url)


async def test_a_file_that_cannot_be_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerUnavailable, match="file"):
        Database(f"sqlite:///{tmp_path}/file/ledger.db")
    assert "unable to open" in await refused(f"sqlite:///{tmp_path}")
    await asyncio.sleep(0.05)  # the driver's thread must end before its loop


async def test_a_folder_that_has_gone_is_unavailable(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/gone/ledger.db") as database:
        shutil.rmtree(tmp_path / "gone")
        with pytest.raises(LedgerUnavailable):
            async with database.writing():
                pass


async def test_a_restarted_server_is_unavailable_for_a_while_and_nothing_worse(
    fresh_postgres: PostgresServer,
) -> None:
    async with opened(fresh_postgres.url()) as database:
        async with database.writing() as connection:
            await connection.execute(ONE)
        fresh_postgres.kill()
        fresh_postgres.process = fresh_postgres._spawn(fresh_postgres.port)
        answer = None
        while answer is None:  # refused, then "is starting up", then there
            with contextlib.suppress(LedgerUnavailable):
                async with database.writing() as connection:
                    answer = await connection.scalar(ONE)
            await asyncio.sleep(0.001)


async def test_a_connection_lost_in_a_transaction_is_unavailability(
    postgres_server: PostgresServer,
) -> None:
    async def cut_off(database: Database) -> None:
        async with database.writing() as connection:
            pid = await connection.scalar(text("SELECT pg_backend_pid()"))
            postgres_server.execute(f"SELECT pg_terminate_backend({pid})")
            await connection.execute(ONE)

    async with opened(postgres_server.url()) as database:
        with pytest.raises(LedgerUnavailable):
            await cut_off(database)
        async with database.writing() as connection:
            assert await connection.scalar(ONE) == 1


async def test_when_all_connections_are_taken_the_ledger_is_unavailable(
    postgres_url: str,
) -> None:
    async with opened(postgres_url) as database, contextlib.AsyncExitStack() as taken:
        database._writer.sync_engine.pool._timeout = 0.05  # type: ignore[attr-defined]
        for _ in range(4):
            await taken.enter_async_context(database.writing())
        with pytest.raises(LedgerUnavailable):
            async with database.writing():
                pass


async def test_a_statements_own_fault_is_no_unavailability(database_url: str) -> None:
    async with opened(database_url) as database:
        with pytest.raises(Exception, match="nonsense") as caught:
            async with database.reading() as connection:
                await connection.execute(text("SELECT nonsense"))
    if database.dialect == "postgresql":
        assert not isinstance(caught.value, LedgerUnavailable)


async def test_what_fails_halfway_leaves_nothing_behind(database_url: str) -> None:
    async def fail(database: Database) -> None:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO bots (id) VALUES (1)"))
            raise KeyError

    async with opened(database_url) as database:
        await schema.migrate(database)
        with pytest.raises(KeyError):
            await fail(database)
        async with database.reading() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM bots")) == 0


async def test_a_transaction_that_was_cancelled_twice_leaves_no_trace(postgres_url: str) -> None:
    async with opened(postgres_url, pool_size=1) as database:
        one = database.prepared(lambda: select(1))
        sleep = database.prepared(lambda: select(func.pg_sleep(1)))
        await database.look(one)
        task = asyncio.create_task(database.run((one, {}), (sleep, {})))
        await asyncio.sleep(0.1)  # in the middle of its transaction
        for _ in range(2):  # the second strikes the rollback
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await database.run((one, {}), (one, {})) == [[(1,)], [(1,)]]
        async with database.writing() as connection:
            assert await connection.scalar(ONE) == 1
