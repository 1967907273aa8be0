"""The web over a ledger of its own: SQLite, unless a test asks for both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.scope import Scope
from tests.api.web import Asker, Web, serving, settings_for
from tests.servers.ledgers import OnSqlite
from tests.servers.valkey import ValkeyServer


@pytest.fixture(scope="session")
def empty_ledger(sqlite_ledgers: OnSqlite) -> Path:
    """To be copied."""
    return sqlite_ledgers.file


@pytest.fixture
async def web(
    tmp_path: Path, sqlite_ledger_url: str, valkey_server: ValkeyServer
) -> AsyncIterator[Web]:
    settings = settings_for(sqlite_ledger_url, valkey_server.url(), data_dir=tmp_path)
    async with serving(settings) as running:
        yield running


@pytest.fixture
async def web_on_either(
    ledger_url: str, tmp_path: Path, valkey_server: ValkeyServer
) -> AsyncIterator[Web]:
    """The test runs twice, once on each database."""
    settings = settings_for(ledger_url, valkey_server.url(), data_dir=tmp_path)
    async with serving(settings) as running:
        yield running


@pytest.fixture
async def api(web: Web) -> AsyncIterator[Asker]:
    """A program whose key may do everything."""
    async with web.with_key(Scope.ADMIN) as asker:
        yield asker
