"""The ledger's schema: how it comes about, and what is said of one that is not this code's."""

import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text

from core.errors import LedgerUnavailable
from infra.db import (  # noqa: F401
    audience_tables,
    bot_tables,
    channel_tables,
    revision,
    schema,
    watch_tables,
    web_tables,
)
from infra.db.engine import Database
from infra.db.moments import plus, utc_now
from infra.db.tables import bots, metadata
from tests.architecture import tree

MIGRATE = """
import asyncio, sys
from infra.db import bot_tables, channel_tables, revision, schema  # noqa: F401
from infra.db import watch_tables, web_tables  # noqa: F401
from infra.db.engine import Database

async def main(url):
    database = Database(url)
    await schema.migrate(database)
    await revision.check(database)
    await database.close()

asyncio.run(main(sys.argv[1]))
"""


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    yield made
    await made.close()


@pytest.fixture
async def migrated(ledger_url: str) -> AsyncIterator[Database]:
    made = Database(ledger_url)
    yield made
    await made.close()


def differences(connection: Connection) -> list[Any]:
    # SQLite's defaults are compared as they are spelt: false and 0 would be two things.
    on_postgres = connection.dialect.name == "postgresql"
    options = {"compare_type": True, "compare_server_default": on_postgres}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


async def set_version(database: Database, version: str) -> None:
    async with database.writing() as connection:
        await connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))


async def test_from_nothing_it_becomes_what_the_code_names(migrated: Database) -> None:
    async with migrated.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_difference_would_be_seen(migrated: Database) -> None:
    async with migrated.writing() as connection:
        await connection.execute(text("DROP INDEX messages_due"))
        await connection.execute(text("ALTER TABLE bots ADD COLUMN planted INTEGER"))
    async with migrated.reading() as connection:
        assert len(await connection.run_sync(differences)) == 2


async def test_it_passes_its_own_check_and_migrating_again_changes_nothing(
    migrated: Database,
) -> None:
    async with migrated.writing() as connection:
        await connection.execute(insert(bots).values(id=1))
    await schema.migrate(migrated)
    await revision.check(migrated)
    async with migrated.reading() as connection:
        assert await connection.scalar(select(bots.c.id)) == 1


def test_the_code_knows_alembics_revisions_without_alembic() -> None:
    scripts = ScriptDirectory.from_config(schema.config())
    known = revision.revisions()
    assert scripts.get_heads() == [known[-1]]
    assert [each.revision for each in scripts.walk_revisions()][::-1] == known


async def test_several_processes_may_migrate_at_once(database_url: str) -> None:
    command = [sys.executable, "-c", MIGRATE, database_url]
    environment = {"PYTHONPATH": str(tree.ROOT)}
    migrating = [
        subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(2)
    ]
    assert [process.communicate()[1] for process in migrating] == [b"", b""]
    assert [process.returncode for process in migrating] == [0, 0]


async def test_a_ledger_newer_than_the_code_is_left_alone(migrated: Database) -> None:
    await set_version(migrated, "9999")
    for refused in (revision.check(migrated), schema.migrate(migrated)):
        with pytest.raises(LedgerUnavailable, match=r"schema 9999\) is newer than this code"):
            await refused


async def test_a_ledger_older_than_the_code_says_what_to_do(
    migrated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = revision.revisions()
    monkeypatch.setattr(revision, "revisions", lambda: [*present, "9999"])
    with pytest.raises(LedgerUnavailable, match=r"older .* 9999; run `analyticbot db upgrade`"):
        await revision.check(migrated)


async def test_where_there_is_no_ledger_yet_it_says_what_to_do(empty: Database) -> None:
    with pytest.raises(LedgerUnavailable, match="no ledger yet; run `analyticbot db upgrade`"):
        await revision.check(empty)


async def test_where_there_is_no_database_it_does_not_speak_of_upgrades() -> None:
    database = Database("postgresql://nowhere.invalid/d")
    with pytest.raises(LedgerUnavailable) as caught:
        await revision.check(database)
    assert "upgrade" not in str(caught.value)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 12, 1, 9, 0, 0, 123456, tzinfo=UTC),
        datetime(2026, 12, 1, 9, 0, 0, 1, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
async def test_times_keep_their_microseconds_and_come_back_in_utc(
    migrated: Database, moment: datetime
) -> None:
    async with migrated.writing() as connection:
        await connection.execute(insert(bots).values(id=1, held_until=moment))
        kept = await connection.scalar(select(bots.c.held_until))
        later = await connection.scalar(select(plus(bots.c.held_until, 0.000007)))
    assert kept == moment
    assert kept is not None
    assert kept.utcoffset() == timedelta(0)
    assert later == moment + timedelta(microseconds=7)


async def test_the_ledgers_clock_is_the_moment_and_not_the_transactions_start(
    migrated: Database,
) -> None:
    async with migrated.reading() as connection:
        first, second = [await connection.scalar(select(utc_now())) for _ in range(2)]
    assert first is not None
    assert second is not None
    assert first < second
    assert abs(second - datetime.now(UTC)) < timedelta(seconds=5)
