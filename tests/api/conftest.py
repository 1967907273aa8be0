"""The web over a ledger of its own: SQLite, unless a test asks for both databases."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.scope import Scope
from infra.db import schema
from infra.db.engine import Database
from tests.api.web import Asker, Web, serving, settings_for
from tests.servers.valkey import ValkeyServer


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ledger") / "ledger.db"
    asyncio.run(_migrated(f"sqlite:///{file}"))
    return file


@pytest.fixture
async def web(
    tmp_path: Path, empty_ledger: Path, valkey_server: ValkeyServer
) -> AsyncIterator[Web]:
    file = Path(shutil.copy(empty_ledger, tmp_path / "ledger.db"))
    settings = settings_for(f"sqlite:///{file}", valkey_server.url(), data_dir=tmp_path)
    async with serving(settings) as running:
        yield running


@pytest.fixture
async def web_on_either(
    database_url: str, tmp_path: Path, valkey_server: ValkeyServer
) -> AsyncIterator[Web]:
    """The test runs twice, once on each database."""
    await _migrated(database_url)
    settings = settings_for(database_url, valkey_server.url(), data_dir=tmp_path)
    async with serving(settings) as running:
        yield running


@pytest.fixture
async def api(web: Web) -> AsyncIterator[Asker]:
    """A program whose key may do everything."""
    async with web.with_key(Scope.ADMIN) as asker:
        yield asker


async def _migrated(url: str) -> None:
    database = Database(url)
    await schema.migrate(database)
    await database.close()
