"""A bot to talk to; the ledger is migrated once, and copied for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.db import schema
from infra.db.engine import Database
from tests.bot.conversation import Conversation, conversing
from tests.servers.valkey import ValkeyServer


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ledger") / "ledger.db"
    asyncio.run(_migrated(f"sqlite:///{file}"))
    return file


@pytest.fixture
def folder(tmp_path: Path, empty_ledger: Path) -> Path:
    """DATA_DIR, with a ledger that nothing is in."""
    shutil.copy(empty_ledger, tmp_path / "ledger.db")
    return tmp_path


@pytest.fixture
async def asleep(folder: Path, valkey_server: ValkeyServer) -> AsyncIterator[Conversation]:
    """The bot does not run yet."""
    async with conversing(folder, valkey_server.url()) as conversation:
        yield conversation


@pytest.fixture
async def talk(asleep: Conversation) -> Conversation:
    await asleep.start()
    return asleep


async def _migrated(url: str) -> None:
    database = Database(url)
    await schema.migrate(database)
    await database.close()
