"""A bot to talk to, with a ledger that nothing is in."""

import ssl
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.bot.conversation import Conversation, conversing
from tests.servers.ledgers import OnSqlite
from tests.servers.valkey import ValkeyServer

read_once = cache(ssl.create_default_context)


@pytest.fixture(scope="module", autouse=True)
def _authorities_read_once() -> Iterator[None]:
    """aiogram reads their certificates for each bot: 30 ms, for nothing where it is a sandbox."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", read_once)
        yield


@pytest.fixture(scope="session")
def empty_ledger(sqlite_ledgers: OnSqlite) -> Path:
    """To be copied."""
    return sqlite_ledgers.file


@pytest.fixture
def folder(tmp_path: Path, sqlite_ledger_url: str) -> Path:
    """DATA_DIR, with a ledger that nothing is in."""
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
