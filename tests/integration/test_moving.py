"""From SQLite to Postgres: every row, once, and never two ledgers that send."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, inspect

from core.errors import ConfigurationError, LedgerUnavailable, TransitionRefused
from infra.db import moving, revision, schema
from infra.db.engine import Database
from infra.db.moving_source import MovingSource
from infra.db.moving_target import MovingTarget
from infra.db.standstill import notes_of
from infra.db.tables import bots, messages
from infra.db.web_tables import accounts
from tests.integration import whole_ledgers
from tests.integration.conftest import Bench, beside
from tests.servers.command_line import called, environment


@pytest.fixture
async def source(sqlite_ledger_url: str) -> AsyncIterator[Database]:
    made = Database(sqlite_ledger_url)
    yield made
    await made.close()


@pytest.fixture
async def target(postgres_ledger_url: str) -> AsyncIterator[Database]:
    """A ledger that is empty."""
    made = Database(postgres_ledger_url)
    yield made
    await made.close()


@pytest.fixture
async def nothing(postgres_url: str) -> AsyncIterator[Database]:
    """No ledger yet."""
    made = Database(postgres_url)
    yield made
    await made.close()


class Killed(BaseException):
    """Stands for a kill where there is but one process."""


def quietly(table: str, rows: int) -> None:
    """Of no interest here."""


async def test_all_rows_arrive_and_the_source_is_no_ledger_any_more(
    source: Database, nothing: Database
) -> None:
    target = nothing
    await whole_ledgers.fill(source)
    async with source.writing() as connection:
        await connection.execute(delete(accounts).where(accounts.c.id == 5))
    before = await whole_ledgers.contents(source)
    moved = await moving.move(source, target, quietly)
    assert await whole_ledgers.contents(target) == before
    assert moved.rows == moved.copied == sum(map(len, before.values()))
    await revision.check(target)
    async with target.writing() as connection:  # 5 was given once
        values = {"bot_id": 1, "name": "new", "created_at": whole_ledgers.AT}
        new = insert(accounts).values(values).returning(accounts.c.id)
        assert await connection.scalar(new) == 6
    other = beside(source)
    for refused in (revision.check(other), schema.migrate(other)):
        with pytest.raises(
            LedgerUnavailable, match=r"has moved to postgresql://.*set DATABASE_URL"
        ):
            await refused
    # Called again, nothing is done: the target has rows of its own by now.
    assert (await moving.move(other, target, quietly)).copied == 0
    await other.close()


async def test_one_that_has_asked_before_and_had_nothing_open_writes_nothing_any_more(
    source: Database, target: Database
) -> None:
    """The api, say, that nobody has asked for anything yet: a post that it took would be lost."""
    await moving.move(source, target, quietly)
    late = Bench(beside(source))
    with pytest.raises(
        LedgerUnavailable, match="has moved to Postgres, or is being moved; set DAT"
    ):
        await late.schedule()
    with pytest.raises(LedgerUnavailable, match="the ledger has moved to Postgres"):
        async with late.database.writing() as connection:
            await connection.execute(insert(bots).values(id=1))
    await late.database.close()


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("taking", marks=pytest.mark.slow),
        "adding",
        pytest.param("ending", marks=pytest.mark.slow),
        "opening",
    ],
    ids="killed while {}".format,
)
async def test_killed_at_any_step_it_goes_on_and_at_no_time_are_there_two_ledgers(
    source: Database, nothing: Database, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = nothing
    await whole_ledgers.fill(source)
    before = await whole_ledgers.contents(source)
    killed = iter((False, False, True) if step == "adding" else (True,))
    steps = {
        "taking": (MovingTarget, "take"),
        "adding": (MovingTarget, "add"),
        "ending": (MovingSource, "end"),
        "opening": (MovingTarget, "open"),
    }
    place, name = steps[step]
    real = getattr(place, name)

    async def until_killed(*words: object) -> object:
        if next(killed):
            raise Killed
        return await real(*words)

    with monkeypatch.context() as patched:
        patched.setattr(place, name, until_killed)
        with pytest.raises(Killed):
            await moving.move(source, target, quietly)
    for each in (source, target):
        with pytest.raises(LedgerUnavailable):
            await revision.check(each)
    moved = await moving.move(source, target, quietly)
    there = {"taking": 0, "adding": 10}.get(step, moved.rows)
    assert moved.copied == moved.rows - there
    assert await whole_ledgers.contents(target) == before
    await revision.check(target)


async def test_a_ledger_that_somebody_has_open_is_left_alone(
    source: Database, target: Database
) -> None:
    worker = beside(source)
    await revision.check(worker)
    with pytest.raises(TransitionRefused, match="is in use; stop what runs on it"):
        await moving.move(source, target, quietly)
    await revision.check(worker)
    async with worker.writing() as connection:
        await connection.execute(insert(bots).values(id=1))
    await worker.close()
    assert (await moving.move(source, target, quietly)).rows == 1


async def test_a_move_can_be_undone_until_its_end(
    source: Database, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = MovingSource(source)
    with pytest.raises(TransitionRefused, match="not being moved; nothing to undo"):
        await leaving.give_up()
    await leaving.take("an id", "postgresql://there/x")
    with pytest.raises(TransitionRefused, match=r"its move to postgresql://there/x has begun"):
        await moving.move(source, target, quietly)
    await leaving.give_up()
    await revision.check(source)
    again = beside(source)
    await Bench(again).schedule()
    await again.close()
    async with source.reading() as connection:
        mode = await connection.exec_driver_sql("PRAGMA journal_mode")
        assert mode.scalar() == "wal"
        assert await notes_of(connection) == {}
    await moving.move(source, target, quietly)
    with pytest.raises(TransitionRefused, match="not being moved"):
        await leaving.give_up()


async def test_a_target_with_rows_is_refused_before_the_source_is_touched(
    source: Database, target: Database
) -> None:
    async with target.writing() as connection:
        await connection.execute(insert(bots).values(id=1))
    with pytest.raises(TransitionRefused, match="not empty, there are rows in bots"):
        await moving.move(source, target, quietly)
    await revision.check(source)
    with pytest.raises(ConfigurationError, match="only SQLite is moved to Postgres"):
        await moving.move(target, source, quietly)


@pytest.mark.slow
async def test_killed_by_the_system_and_called_again_the_command_goes_on(
    tmp_path: Path, source: Database, postgres_ledger_url: str, target: Database
) -> None:
    rows = list(whole_ledgers.rows(messages, 2))
    async with source.writing() as connection:
        for begin in range(0, 4_000, 1_000):
            some = [
                {
                    **rows[0],
                    "id": begin + n + 1,
                    "key": str(begin + n),
                    "occurrence_at": None,
                    "series_id": None,
                    "broadcast_id": 0,
                }
                for n in range(1_000)
            ]
            await connection.execute(insert(messages), some)
    await source.close()
    words = ["move", "--from", str(source.url.database), "--to", postgres_ledger_url]
    moving_on = subprocess.Popen(
        [sys.executable, "-m", "apps.cli", *words], cwd=tmp_path, env=environment(tmp_path)
    )
    await _some_arrived(target)
    os.kill(moving_on.pid, signal.SIGKILL)
    moving_on.wait()
    with pytest.raises(LedgerUnavailable, match="is being filled from"):
        await revision.check(target)
    before = await whole_ledgers.contents(target)
    assert 0 < len(before["messages"]) < 4_000
    done = called(words, tmp_path)
    assert done.code == 0, done
    assert "4,000 rows" in done.out
    assert await whole_ledgers.contents(target) == await whole_ledgers.contents(source)
    again = called(["list"], tmp_path, BOT_TOKEN="7:x", DATABASE_URL=f"sqlite:///{words[2]}")
    assert again.code == 4
    assert "has moved to postgresql://" in again.err


async def _some_arrived(target: Database) -> None:
    deadline_s = time.monotonic() + 30
    while time.monotonic() < deadline_s:
        async with target.reading() as connection:
            made = await connection.run_sync(lambda sync: inspect(sync).has_table("messages"))
        if made and await MovingTarget(target, "").count(messages):
            return
    raise AssertionError("nothing has arrived")
