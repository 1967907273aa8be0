"""`broadcast create` is killed while it writes the recipients down; called again, it goes on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from core.broadcast import BroadcastState
from infra.db.engine import Database
from infra.db.tables import messages
from tests.e2e.broadcasting import killed_while_building
from tests.integration.broadcast_bench import BroadcastBench, subscribe_many
from tests.servers.program import Program

PEOPLE = 30_000
TOKEN = "7:a"


@pytest.fixture
async def bench(ledger_url: str) -> AsyncIterator[BroadcastBench]:
    database = Database(ledger_url)
    await subscribe_many(database, PEOPLE)
    yield BroadcastBench(database)
    await database.close()


def creating(bench: BroadcastBench, folder: Path, name: str) -> Program:
    url = bench.database.url.render_as_string(hide_password=False)
    settings = {"BOT_TOKEN": TOKEN, "DATABASE_URL": url, "DATA_DIR": str(folder)}
    words = ("broadcast", "create", "Hello, {first_name}!", "--key", "spring")
    program = Program(name, ("apps.cli", *words), folder, settings)
    program.start()
    return program


async def test_killed_in_the_middle_and_called_again_it_writes_each_row_once(
    bench: BroadcastBench, tmp_path: Path
) -> None:
    left = await killed_while_building(creating(bench, tmp_path, "killed"), bench.ledger)
    assert 0 < len(await chats(bench)) == left.tally.total < PEOPLE
    again = creating(bench, tmp_path, "again")
    assert await again.ended(30) == 0, again.tail()
    assert "goes on" in again.log()
    found = await bench.get(left.id)
    assert (found.state, found.built, found.tally.total) == (BroadcastState.DRAFT, True, PEOPLE)
    assert await chats(bench) == list(range(100_000_001, 100_000_001 + PEOPLE))


async def chats(bench: BroadcastBench) -> list[int]:
    """Of all rows, in the order in which they were written."""
    query = select(messages.c.chat_id).order_by(messages.c.id)
    async with bench.database.reading() as connection:
        return [int(chat_id) for chat_id in await connection.scalars(query)]
