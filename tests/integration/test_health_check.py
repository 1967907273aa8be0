"""Each thing that can be wrong, made wrong for real: what the check says of it."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import redis
from sqlalchemy import update

from core.diagnosis_servers import broker
from core.health import HealthState, Part
from infra.celery.health_broker import broker_facts, governor_facts
from infra.celery.queues import queue_depths
from infra.celery.schedule import QUEUES
from infra.db import schema
from infra.db.engine import Database
from infra.db.health import HealthBook
from infra.db.moments import from_now
from infra.db.watch_tables import health
from infra.settings import Settings
from sandbox.faults import Kind
from sandbox.server import Sandbox
from tests.integration.health_scenes import (
    PASSWORD,
    TOKEN,
    checked,
    look,
    settings,
    silent_server,
    small_disk,
)
from tests.servers.postgres import PostgresServer
from tests.servers.process import free_port
from tests.servers.valkey import ValkeyServer

HEALTHY, DEGRADED, UNHEALTHY = HealthState
BOT = 42


@dataclass
class Scenes:
    """What was found, by scene; seconds that each took; and whether there were small disks."""

    found: dict[str, dict[str, Part]]
    took_s: dict[str, float]
    disks: bool

    async def play(self, name: str, given: Settings) -> None:
        began_s = time.monotonic()
        self.found[name] = await look(given)
        self.took_s[name] = time.monotonic() - began_s


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scenes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scenes]:
    """All at the same time: most of it is waiting for what does not answer."""
    folder = tmp_path_factory.mktemp("scenes")
    with ExitStack() as closing:
        full = closing.enter_context(small_disk(folder / "full", 64))
        tight = closing.enter_context(small_disk(folder / "tight", 150))
        await _ledgers(folder, "tight", "odd")
        closing.enter_context(contextlib.closing(_locked(folder / "tight" / "ledger.db")))
        async with Sandbox(rate=0, chat_rate=0, group_rate=0) as sandbox:
            sandbox.telegram.faults.add(Kind.BAD_TOKEN)
            scenes = Scenes({}, {}, full and tight)
            given = _settings(folder, closing, sandbox)
            await asyncio.gather(*(scenes.play(name, each) for name, each in given.items()))
        yield scenes


def _settings(folder: Path, closing: ExitStack, sandbox: Sandbox) -> dict[str, Settings]:
    """By scene, with the servers that it takes."""
    frozen, odd = (closing.enter_context(ValkeyServer()) for _ in range(2))
    silent = closing.enter_context(silent_server())
    frozen.pause()
    _make_odd(odd)
    redis_away = f"redis://:{PASSWORD}@127.0.0.1:{free_port()}/0"
    postgres_away = f"postgresql://me:{PASSWORD}@127.0.0.1:{free_port()}/name"
    return {
        "down": settings(folder / "full", redis_url=redis_away, database_url=postgres_away),
        "frozen": settings(folder / "tight", redis_url=frozen.url(), telegram_api_url=sandbox.url),
        "odd": settings(
            folder / "odd",
            redis_url=redis_away,
            celery_broker_url=odd.url(),
            telegram_api_url=silent,
        ),
        "nothing": settings(folder / "nothing", bot_token=None),
    }


async def _ledgers(folder: Path, *names: str) -> None:
    for name in names:
        database = Database(f"sqlite:///{folder / name / 'ledger.db'}")
        await schema.migrate(database)
        await database.close()


def _locked(file: Path) -> sqlite3.Connection:
    """A stranger's writer that does not come to its end."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def _make_odd(server: ValkeyServer) -> None:
    with redis.Redis.from_url(server.url()) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.config_set("appendonly", "no")
        client.lpush("maintenance", *(["x"] * 101))


def test_whatever_is_down_or_frozen_the_check_is_done_within_three_seconds(scenes: Scenes) -> None:
    assert max(scenes.took_s.values()) < 3, scenes.took_s


def test_no_reason_shows_a_password_or_a_token(scenes: Scenes) -> None:
    told = str(scenes.found)
    assert PASSWORD not in told
    assert TOKEN.partition(":")[2] not in told


def test_a_broker_that_is_down(scenes: Scenes) -> None:
    found = scenes.found["down"]["broker"]
    assert (found.state, "refused" in found.reason) == (UNHEALTHY, True), found
    assert "REDIS_URL" in found.remedy


def test_a_broker_that_is_frozen(scenes: Scenes) -> None:
    found = scenes.found["frozen"]["broker"]
    assert (found.state, "Timeout" in found.reason) == (UNHEALTHY, True), found


@pytest.mark.parametrize("scene", ["down", "frozen"])
@pytest.mark.parametrize("part", ["workers", "queues"])
def test_what_only_the_broker_knows_is_not_blamed(scenes: Scenes, scene: str, part: str) -> None:
    found = scenes.found[scene][part]
    assert (found.state, found.remedy) == (DEGRADED, "see broker"), found


def test_a_broker_that_may_evict_and_keeps_nothing_on_disk(scenes: Scenes) -> None:
    found = scenes.found["odd"]["broker"]
    assert found.state is DEGRADED
    assert "allkeys-lru" in found.reason
    assert "in flight are only in memory" in found.reason
    assert "noeviction" in found.remedy


def test_a_governor_of_its_own_that_is_down(scenes: Scenes) -> None:
    found = scenes.found["odd"]["governor"]
    assert (found.state, "refused" in found.reason) == (UNHEALTHY, True), found
    assert "governor" not in scenes.found["down"]


def test_no_worker_at_all(scenes: Scenes) -> None:
    found = scenes.found["odd"]["workers"]
    assert (found.state, found.reason) == (UNHEALTHY, "no worker answers")


def test_a_queue_that_is_too_long(scenes: Scenes) -> None:
    found = scenes.found["odd"]["queues"]
    assert (found.state, "maintenance 101" in found.reason) == (DEGRADED, True), found


def test_a_database_that_is_down(scenes: Scenes) -> None:
    found = scenes.found["down"]
    assert (found["database"].state, "Connect call failed" in found["database"].reason) == (
        UNHEALTHY,
        True,
    )
    for part in ("due", "beat"):
        assert (found[part].state, found[part].remedy) == (DEGRADED, "see database")


def test_a_database_that_a_strangers_writer_locks(scenes: Scenes) -> None:
    found = scenes.found["frozen"]
    assert found["database"].state is UNHEALTHY
    assert "another writer holds the lock" in found["database"].reason
    assert found["due"].state is HEALTHY  # it can still be read


def test_a_database_that_is_well(scenes: Scenes) -> None:
    assert scenes.found["odd"]["database"].state is HEALTHY


def test_beat_that_never_ran(scenes: Scenes) -> None:
    found = scenes.found["odd"]["beat"]
    assert (found.state, found.reason) == (DEGRADED, "Beat has never run here")


def test_a_telegram_that_is_unreachable(scenes: Scenes) -> None:
    found = scenes.found["down"]["telegram"]
    assert (found.state, "cannot be reached" in found.reason) == (DEGRADED, True), found


def test_a_telegram_that_never_answers(scenes: Scenes) -> None:
    found = scenes.found["odd"]["telegram"]
    assert (found.state, "no answer within 2 s" in found.reason) == (DEGRADED, True), found


def test_a_telegram_that_refuses_the_token(scenes: Scenes) -> None:
    found = scenes.found["frozen"]["telegram"]
    assert (found.state, "Unauthorized" in found.reason) == (UNHEALTHY, True), found
    assert "BotFather" in found.remedy


@pytest.mark.parametrize(("scene", "state"), [("down", UNHEALTHY), ("frozen", DEGRADED)])
def test_a_disk_that_is_nearly_full(scenes: Scenes, scene: str, state: HealthState) -> None:
    if not scenes.disks:
        pytest.skip("a small disk can be mounted only by root")
    found = scenes.found[scene]["disk"]
    assert (found.state, "full" in found.reason) == (state, True), found


def test_without_bot_and_ledger_each_says_so_and_no_file_is_made(scenes: Scenes) -> None:
    found = scenes.found["nothing"]
    assert (found["telegram"].state, "BOT_TOKEN" in found["telegram"].remedy) == (UNHEALTHY, True)
    assert "no ledger yet" in found["database"].reason
    assert "db upgrade" in found["database"].remedy


async def test_a_postgres_that_takes_no_writes_and_one_that_was_stopped(
    fresh_postgres: PostgresServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = fresh_postgres.create_database("health")
    database = Database(url)
    await schema.migrate(database)
    await database.close()
    given = settings(tmp_path, database_url=url)
    assert (await look(given))["database"].state is HEALTHY
    fresh_postgres.execute("ALTER DATABASE health SET default_transaction_read_only = on")
    read_only = (await look(given))["database"]
    assert (read_only.state, "takes no writes" in read_only.reason) == (UNHEALTHY, True), read_only
    fresh_postgres.stop()
    with caplog.at_level(logging.WARNING):
        found = {part.name: part for part in (await checked(given)).parts}
    assert found["database"].state is UNHEALTHY
    [line] = [r.getMessage() for r in caplog.records if "not kept" in r.getMessage()]
    assert "database" in line


async def test_a_change_is_logged_and_kept_once_under_two_checks_at_the_same_moment(
    tmp_path: Path, fresh_valkey: ValkeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    await _ledgers(tmp_path, ".")
    given = settings(tmp_path, redis_url=fresh_valkey.url())
    fresh_valkey.stop()
    database = Database(given.ledger_url)
    with caplog.at_level(logging.INFO, logger="infra.celery.health"):
        await asyncio.gather(checked(given), checked(given))
        async with database.writing() as connection:
            await connection.execute(update(health).values(since=from_now(-301)))
        fresh_valkey.start()
        await asyncio.gather(checked(given), checked(given))
    told = [(r.levelname, r.getMessage()) for r in caplog.records if "health: broker" in r.message]
    assert [level for level, _ in told] == ["WARNING", "INFO"]
    assert told[0][1].endswith("messages wait in the ledger")
    assert "is healthy, was unhealthy: answers in" in told[1][1]
    changes = await HealthBook(database, BOT).changes()
    await database.close()
    assert [c.part.state for c in changes if c.part.name == "telegram"] == [UNHEALTHY, DEGRADED]
    assert [c.part.state for c in changes if c.part.name == "broker"] == [HEALTHY, UNHEALTHY]


def asked(server: ValkeyServer) -> Part:
    return broker("broker", broker_facts(server.url()))


def test_what_a_broker_is_asked_is_told_as_it_is_now(fresh_valkey: ValkeyServer) -> None:
    with redis.Redis.from_url(fresh_valkey.url()) as client:
        assert asked(fresh_valkey).state is HEALTHY
        client.config_set("appendonly", "no")
        assert "persistence is off" in asked(fresh_valkey).reason
        client.config_set("save", "3600 1")
        assert asked(fresh_valkey).state is HEALTHY
        client.config_set("maxmemory-policy", "volatile-ttl")
        assert "volatile-ttl" in asked(fresh_valkey).reason
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", int(client.info()["used_memory"] * 1.05))
        assert "of its" in asked(fresh_valkey).reason
        client.config_set("maxmemory", 1)
        assert "its memory is full" in asked(fresh_valkey).reason
        client.config_set("maxmemory", 0)
        client.replicaof("127.0.0.1", "1")
        assert "replica" in asked(fresh_valkey).reason


def test_a_broker_that_forbids_the_questions_is_no_fault(fresh_valkey: ValkeyServer) -> None:
    with redis.Redis.from_url(fresh_valkey.url()) as client:
        client.config_set("appendonly", "no")
        rules = ("on", "nopass", "~*", "&*", "+@all", "-config", "-info")
        client.execute_command("ACL", "SETUSER", "managed", *rules)
        url = fresh_valkey.url().replace("redis://", "redis://managed:any@")
        found = broker("broker", broker_facts(url))
    assert found.state is HEALTHY
    assert "persistence, maxmemory-policy cannot be asked" in found.reason


def test_a_governor_is_asked_as_the_broker_is(fresh_valkey: ValkeyServer, tmp_path: Path) -> None:
    facts = governor_facts(settings(tmp_path, redis_url=fresh_valkey.url()))
    assert (facts.persists, facts.eviction) == (True, "noeviction")


def test_depths_count_every_priority_and_make_no_queue(fresh_valkey: ValkeyServer) -> None:
    with redis.Redis.from_url(fresh_valkey.url(), decode_responses=True) as client:
        assert queue_depths(fresh_valkey.url()) == dict.fromkeys(QUEUES, 0)
        assert client.keys() == []
        client.lpush("messages", "a", "b")
        client.lpush("messages\x06\x166", "c")
        assert queue_depths(fresh_valkey.url())["messages"] == 3
