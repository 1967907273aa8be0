"""A ledger on either database, and the moves that its tests are made of."""

import contextlib
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.message import Claim, Content, OnUncertain, Request
from core.outcome import Outcome
from core.partners import Report, Sending
from core.retry import RetryPolicy
from core.verdict import decide
from infra.db.engine import Database
from infra.db.ledger import Ledger
from infra.db.moments import plus
from infra.db.tables import (
    attempts,
    bots,
    broadcast_lanes,
    broadcasts,
    chats,
    messages,
    metadata,
)
from sandbox.client import TOKEN, Client
from sandbox.server import Sandbox
from sandbox.updates import KINDS
from tests.servers.ledgers import OnPostgres, OnSqlite

BOT = 7
LOCKED_FOR_S = 10.0
POLICY = RetryPolicy(10, 2, 5)
TEXT = Content("sendMessage", {"text": "hello"})


def request(key: str = "k", chat_id: str = "1", **changes: Any) -> Request:
    values: dict[str, Any] = {
        "chat_id": chat_id,
        "content": TEXT,
        "due_at": None,
        "key": key,
        "on_uncertain": OnUncertain.RESEND,
        "max_attempts": POLICY.max_attempts,
    }
    return Request(**(values | changes))


class Bench:
    """A ledger with time in the tester's hands: `pass_s` moves every moment in it back."""

    def __init__(self, database: Database, bot_id: int = BOT) -> None:
        self.database = database
        self.ledger = Ledger(
            database, bot_id, "fingerprint", POLICY, random.Random(1).random, time.monotonic
        )

    async def schedule(self, key: str = "k", chat_id: str = "1", **changes: Any) -> int:
        scheduled = await self.ledger.intake.schedule(request(key, chat_id, **changes))
        return scheduled.message.id

    async def claim(self, capacity: int = 100, ahead_s: float = 0.0) -> list[Claim]:
        return await self.ledger.claims.claim(ahead_s, capacity)

    async def mark(self, claim: Claim) -> Sending:
        sending = await self.ledger.mark_sending(claim)
        assert sending is not None
        return sending

    async def end(self, sending: Sending, outcome: Outcome) -> None:
        verdict = decide(outcome, sending.standing, POLICY, lambda: 0.5)
        now = datetime.now(UTC)
        await self.ledger.record(Report(sending, outcome, verdict, now, now))

    async def state(self, message_id: int) -> str:
        return (await self.ledger.reading.get(message_id)).state.value

    async def pause_broadcasts(self) -> None:
        async with self.database.writing() as connection:
            await connection.execute(update(broadcasts).values(state="paused"))

    async def pass_s(self, seconds: float) -> None:
        columns = {
            messages: [
                *("wanted_at", "turn_at", "due_at", "lease_until", "sent_at", "created_at"),
                *("ended_at", "expires_at", "occurrence_at"),
            ],
            bots: ["held_until"],
            chats: ["held_until"],
            broadcasts: ["wanted_at", "opens_at", "builder_until"],
            broadcast_lanes: ["opens_at"],
            attempts: ["started_at", "ended_at"],
        }
        async with self.database.writing() as connection:
            for table, names in columns.items():
                moved = {name: plus(table.c[name], -seconds) for name in names}
                await connection.execute(update(table).values(**moved))


def beside(database: Database) -> Database:
    """The same ledger, as another process opens it."""
    return Database(database.url.render_as_string(hide_password=False))


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


@pytest.fixture
async def fresh_database(ledger_url: str) -> AsyncIterator[Database]:
    """The ledger's tables, made for one test."""
    made = Database(ledger_url)
    yield made
    await made.close()


@pytest.fixture
async def bench(database: Database) -> Bench:
    return Bench(database)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "postgres":
        on_postgres: OnPostgres = request.getfixturevalue("postgres_ledgers")
        return on_postgres.copy(request.module.__name__.rpartition(".")[2])
    on_sqlite: OnSqlite = request.getfixturevalue("sqlite_ledgers")
    return on_sqlite.copy(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
async def shared_database(shared_url: str) -> AsyncIterator[Database]:
    """One for all tests of a file; take `database`."""
    made = Database(shared_url)
    yield made
    await made.close()


@pytest.fixture
async def database(shared_database: Database) -> Database:
    """The ledger's tables, empty. Made once a file: to empty them takes a tenth of making them."""
    deletions = "".join(f'DELETE FROM "{name}";' for name in metadata.tables)
    if shared_database.dialect == "sqlite":
        file = sqlite3.connect(str(shared_database.url.database), timeout=LOCKED_FOR_S)
        with contextlib.closing(file):
            file.executescript(f"BEGIN IMMEDIATE;{deletions}COMMIT;")
        return shared_database
    async with shared_database.writing() as connection:
        line: Any = (await connection.get_raw_connection()).driver_connection
        await line.execute(deletions)
    return shared_database


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Without limits, for any bot."""
    async with Sandbox(rate=0, chat_rate=0, group_rate=0) as running:
        yield running


@pytest.fixture
async def sandbox_of_one_bot() -> AsyncIterator[Sandbox]:
    """Without limits; it takes no token but the client's."""
    async with Sandbox(rate=0, chat_rate=0, group_rate=0, token=TOKEN) as running:
        yield running


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    async with Client(sandbox.url) as connected:
        yield connected


@pytest.fixture
async def client_told_of_all(sandbox: Sandbox) -> AsyncIterator[Client]:
    """Its bot asked for updates of all kinds."""
    async with Client(sandbox.url) as connected:
        await connected.call("getUpdates", allowed_updates=sorted(KINDS))
        yield connected
