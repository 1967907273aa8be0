"""Beat's ticks while its ledger is locked: Beat goes on, and nothing is forgotten."""

import asyncio
import logging
import sqlite3
import time
from pathlib import Path

import pytest

from infra.celery.beat import Ticker
from infra.db import schema
from infra.db.engine import Database
from infra.db.ticks import Ticks
from tests.integration.health_scenes import settings

BOT = 42
PATIENCE_S = 0.2


async def test_a_tick_that_could_not_be_written_comes_with_the_next_as_old_as_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "ledger.db"
    database = Database(f"sqlite:///{file}", patience_s=PATIENCE_S)
    await schema.migrate(database)
    ticks, left = Ticks(database, BOT), list[asyncio.Task[None]]()
    ticker = Ticker(
        settings(tmp_path),
        ticks,
        time.monotonic,
        lambda work: left.append(asyncio.create_task(work)),
    )
    stranger = sqlite3.connect(file, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with caplog.at_level(logging.WARNING):
        ticker.note("first")
        ticker.note("second")
        await asyncio.gather(*left)
    [record] = caplog.records
    assert "written with the next one" in record.getMessage()
    assert "locked" in record.getMessage()
    assert "\n" not in record.getMessage()
    stranger.execute("ROLLBACK")
    stranger.close()
    ticker.note("third")
    await asyncio.gather(*left)
    ago_s = await ticks.ago_s()
    await database.close()
    assert ago_s.keys() == {"first", "second", "third"}
    assert ago_s["first"] - ago_s["third"] >= PATIENCE_S
