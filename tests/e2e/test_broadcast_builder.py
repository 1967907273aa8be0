"""Who writes a broadcast's rows is killed in the middle; called again, it goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.db import schema
from infra.db.engine import Database
from tests.integration.broadcast_bench import EVERYBODY, BroadcastBench, subscribe_many
from tests.integration.conftest import BOT
from tests.servers.program import Program

PEOPLE, SLICE = 8_000, 100


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[BroadcastBench]:
    database = Database(database_url)
    await schema.migrate(database)
    await subscribe_many(database, PEOPLE)
    yield BroadcastBench(database)
    await database.close()


def builder(bench: BroadcastBench, broadcast_id: int, folder: Path, name: str) -> Program:
    url = bench.database.url.render_as_string(hide_password=False)
    options = (url, str(BOT), str(broadcast_id), str(SLICE))
    program = Program(name, ("tests.servers.builder", *options), folder, {})
    program.start()
    return program


async def test_killed_in_the_middle_and_called_again_it_writes_each_row_once(
    bench: BroadcastBench, tmp_path: Path
) -> None:
    broadcast_id = await bench.draft(audience=EVERYBODY)
    killed = builder(bench, broadcast_id, tmp_path, "killed")
    await killed.logged("Slice", 20, times=10)
    killed.kill()
    found = await bench.get(broadcast_id)
    assert 10 * SLICE <= found.tally.total < PEOPLE
    assert not found.built
    again = builder(bench, broadcast_id, tmp_path, "again")
    assert await again.ended(30) == 0, again.tail()
    found = await bench.get(broadcast_id)
    assert (found.built, found.tally.total) == (True, PEOPLE)
    chats = [int(row.chat_id) for row in await bench.rows(broadcast_id)]
    assert sorted(chats) == [100_000_000 + n for n in range(1, PEOPLE + 1)]
