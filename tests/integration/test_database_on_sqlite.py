"""What SQLite's connections promise: who locks, who waits, what is on disk."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from infra.db import schema
from infra.db.engine import Database
from tests.architecture import tree

COUNT = """
import asyncio, sys
from sqlalchemy import text
from infra.db.engine import Database

async def main(url, times):
    database = Database(url)
    for _ in range(times):
        async with database.writing() as connection:
            [number] = await connection.execute(text("SELECT number FROM counter"))
            await connection.execute(text("UPDATE counter SET number = :n"), {"n": number[0] + 1})
        async with database.reading() as connection:
            await connection.execute(text("SELECT number FROM counter"))
    await database.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    made = Database(sqlite_url)
    await schema.migrate(made)
    yield made
    await made.close()


def may_write(url: str) -> bool:
    """Whether somebody else could write to the file right now."""
    other = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


async def test_on_sqlite_a_writer_holds_the_lock_from_its_start_and_a_reader_never(
    database: Database, sqlite_url: str
) -> None:
    async with database.writing():
        assert not may_write(sqlite_url)
    async with database.reading() as connection:
        await connection.execute(text("SELECT * FROM bots"))
        assert may_write(sqlite_url)


async def test_on_sqlite_readers_do_not_wait_for_the_writer(database: Database) -> None:
    async with database.writing() as writer:
        await writer.execute(text("INSERT INTO bots (id) VALUES (1)"))
        async with asyncio.timeout(1), database.reading() as reader:
            assert await reader.scalar(text("SELECT count(*) FROM bots")) == 0


async def test_on_sqlite_every_connection_is_durable(database: Database) -> None:
    reading = database.reading
    async with database.writing() as writer, reading() as one, reading() as other:
        for connection in (writer, one, other):
            pragmas = [
                await connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "busy_timeout")
            ]
            assert pragmas == ["wal", 2, 15_000]


async def test_processes_that_write_at_once_neither_fail_nor_overwrite_each_other(
    database: Database, sqlite_url: str
) -> None:
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE counter (number INTEGER)"))
        await connection.execute(text("INSERT INTO counter VALUES (0)"))
    command = [sys.executable, "-c", COUNT, sqlite_url, "150"]
    environment = {"PYTHONPATH": str(tree.ROOT)}
    writers = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [await asyncio.to_thread(writer.wait) for writer in writers] == [0, 0]
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT number FROM counter")) == 300
