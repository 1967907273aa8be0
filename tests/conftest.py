"""The servers that tests run against: real ones, started here, gone afterwards."""

import gc
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.ledgers import OnPostgres, OnSqlite
from tests.servers.nursery import Nursery
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer

_numbers = itertools.count(1)

# What is imported stays: to look for garbage among it costs a fifth of the time that aiogram takes.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _nursery() -> Iterator[None]:
    """Our own programs need not import again what all of them import."""
    with Nursery() as Nursery.of_all:
        yield
    Nursery.of_all = None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One for the whole run: do not stop it, take `fresh_postgres` for that."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def fresh_postgres() -> Iterator[PostgresServer]:
    """One that the test may stop, kill and restart; takes half a second to make."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database of the test's own."""
    name = f"test_{next(_numbers)}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice, once on each database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def sqlite_ledgers(tmp_path_factory: pytest.TempPathFactory) -> OnSqlite:
    return OnSqlite(tmp_path_factory.mktemp("ledger"))


@pytest.fixture(scope="session")
def postgres_ledgers(postgres_server: PostgresServer) -> OnPostgres:
    return OnPostgres(postgres_server)


@pytest.fixture
def sqlite_ledger_url(sqlite_ledgers: OnSqlite, tmp_path: Path) -> str:
    """A ledger of the test's own, with nothing in it."""
    return sqlite_ledgers.copy(tmp_path)


@pytest.fixture
def postgres_ledger_url(postgres_ledgers: OnPostgres) -> Iterator[str]:
    """A ledger of the test's own, with nothing in it."""
    name = f"ledger_{next(_numbers)}"
    yield postgres_ledgers.copy(name)
    postgres_ledgers.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice, once on each database, with a ledger that nothing is in."""
    url: str = request.getfixturevalue(f"{request.param}_ledger_url")
    return url


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[ValkeyServer]:
    """One for the whole run: do not stop it, take `fresh_valkey` for that."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def fresh_valkey() -> Iterator[ValkeyServer]:
    """One that the test may stop, pause, kill and restart; starts in milliseconds."""
    with ValkeyServer() as server:
        yield server


@pytest.fixture
def redis_url(valkey_server: ValkeyServer) -> str:
    """The shared server, emptied."""
    valkey_server.flush()
    return valkey_server.url()
