"""What docker-compose.yml starts, by its own commands, environments and health checks."""

import base64
import json
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import psutil
import pytest
import pytest_asyncio
import redis.asyncio
import redis.exceptions

from core.message import State
from tests.servers.caller import Caller
from tests.servers.compose import TOKEN, Compose
from tests.servers.compose_file import BASE, RABBITMQ, SECRETS
from tests.servers.container import Container
from tests.servers.process import HOST

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

END_WITHIN_S = 20.0
SENT = re.compile(r'^analyticbot_attempts_total\{outcome="sent"\} (\S+)$', re.MULTILINE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[Compose]:
    """Two workers, as `worker` and `worker-messages`; each test leaves them running."""
    async with Compose() as running:
        await running.up("worker", "worker-messages", "beat")
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def caller(house: Compose) -> AsyncIterator[Caller]:
    """A program of a user's, told what a worker is told."""
    caller = Caller("caller", house.folder, house["worker-1"].environment)
    await caller.ready()
    yield caller
    caller.close()


def get(url: str, **headers: str) -> str:
    asked = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return str(answer.read().decode())


def post(url: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    asked = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        told: dict[str, Any] = json.load(answer)
        return told


async def check_each_sent_once(house: Compose, within_s: float = 30) -> None:
    await house.book.all_ended(within_s)
    verdict = await house.judgement()
    assert (verdict.lost, verdict.doubled, verdict.astray) == ([], {}, [])
    assert verdict.states.keys() == {State.SENT}


async def test_a_post_scheduled_through_the_api_arrives_once(house: Compose) -> None:
    [api] = await house.up("api")
    told = await api.run("python", "-m", "apps.cli", "web", "key", "shop", "--scope", "write")
    key = told.split()[-1]
    post(api.url(8000, "/api/v1/messages"), {"chat_id": 11, "text": "by the api"}, key)
    [receipt] = await house.sandbox.receipts(1, 20, chat_id=11)
    assert receipt.text == "by the api"
    await check_each_sent_once(house)


async def test_tasks_are_shared_by_two_workers_and_arrive_once(
    house: Compose, caller: Caller
) -> None:
    workers = [house["worker-1"], house["worker-messages-1"]]
    rounds = 0
    while not all(sent_by(worker) for worker in workers):
        rounds += 1
        assert rounds <= 10, "one of them has sent nothing"
        tasks = [await caller.delay(100 * rounds + n, f"{rounds}, {n}") for n in range(20)]
        assert {(await caller.get(task))["state"] for task in tasks} == {"sent"}
    await check_each_sent_once(house)


def sent_by(worker: Container) -> float:
    """How many messages, by what it shows to Prometheus."""
    found = SENT.search(get(worker.url(9808, "/metrics")))
    return float(found[1]) if found else 0


async def test_ledger_and_broker_ask_for_their_passwords(house: Compose) -> None:
    address = house.places["redis:6379"]
    async with redis.asyncio.Redis.from_url(f"redis://{address}/0") as stranger:
        with pytest.raises(redis.exceptions.AuthenticationError):
            await stranger.ping()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(host=HOST, port=house.db.port, user="analyticbot", password="guess")


async def test_redis_keeps_what_it_has_been_given_and_drops_nothing(house: Compose) -> None:
    async with redis.asyncio.Redis.from_url(house.redis_url, decode_responses=True) as broker:
        found = {**await broker.config_get("append*"), **await broker.config_get("maxmemory*")}
    assert (found["appendonly"], found["appendfsync"]) == ("yes", "everysec")
    assert (found["maxmemory-policy"], found["maxmemory"]) == ("noeviction", str(256 * 2**20))


async def test_no_password_stands_in_a_list_of_processes(house: Compose) -> None:
    running = [psutil.Process(each.pid) for each in house.containers if each.runs]
    family = [each for one in running for each in (one, *one.children(recursive=True))]
    shown = "\n".join(" ".join(each.cmdline()) for each in family)
    assert "redis-server" in shown
    assert not any(password in shown for password in house.passwords.values())


async def test_a_worker_killed_with_messages_under_way_loses_none(
    house: Compose, caller: Caller
) -> None:
    await house.sandbox.post("faults", kind="hold")
    for n in range(30):
        await caller.delay(3000 + n, f"under way {n}")
    await house.sandbox.held(20)
    house["worker-1"].kill()
    before = {row.content.params["text"] for row in await house.book.rows() if is_sending(row)}
    await house.sandbox.post("release")
    house["worker-1"].start()
    await house.book.all_ended(45)
    verdict = await house.judgement()
    assert (verdict.lost, verdict.astray) == ([], [])
    # Telegram's answers to these were hidden: they may be sent again.
    assert {text for _, text in verdict.doubled} <= before
    await house["worker-1"].healthy()


def is_sending(row: Any) -> bool:
    return bool(row.state is State.SENDING)


async def test_beat_starts_again_after_a_kill(house: Compose) -> None:
    beat = house["beat-1"]
    beat.kill()
    beat.start()
    await beat.healthy()
    assert any(file.name.startswith("celerybeat-schedule") for file in beat.folder.iterdir())


async def test_redis_killed_and_started_again_costs_nothing(house: Compose, caller: Caller) -> None:
    tasks = [await caller.apply([4000 + n, f"across {n}"], countdown=1) for n in range(10)]
    house.redis.kill()
    house.redis.start()
    await house.redis.healthy()
    assert {(await caller.get(task, 30))["state"] for task in tasks} == {"sent"}


async def test_flower_asks_for_its_password_and_the_bot_runs(house: Compose) -> None:
    flower, bot = await house.up("flower", "bot")
    check_flower(house, flower)
    for each in (flower, bot):
        each.terminate()
        assert await each.ended(END_WITHIN_S) == 0


def check_flower(house: Compose, flower: Container) -> None:
    """It shows its workers to who knows the password, and to nobody else."""
    workers, password = flower.url(5555, "/workers"), house.passwords["FLOWER_PASSWORD"]
    for word in ("", "admin:", "admin:opens-nothing"):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            get(workers, Authorization=basic(word))
    assert "celery@worker" in get(workers, Authorization=basic(f"admin:{password}"))


def basic(word: str) -> str:
    return f"Basic {base64.b64encode(word.encode()).decode()}"


async def test_each_ends_with_0_when_it_is_told_to(house: Compose) -> None:
    """The last of them: nothing runs afterwards."""
    running = [each for each in reversed(house.containers) if each.runs]
    assert {each.name for each in running} >= {"redis-1", "worker-1", "worker-messages-1"}
    for each in running:
        each.terminate()
    for each in running:
        assert await each.ended(END_WITHIN_S) == 0, each.tail()


@pytest.mark.skipif(shutil.which("epmd") is None, reason="no RabbitMQ: apt install rabbitmq-server")
async def test_with_rabbitmq_as_the_broker_messages_arrive_once() -> None:
    async with Compose(BASE, RABBITMQ) as house:
        worker, *_ = await house.up("worker", "worker-messages", "beat")
        assert worker.environment["CELERY_BROKER_URL"].startswith("amqp://")
        caller = Caller("caller", house.folder, worker.environment)
        try:
            await caller.ready()
            tasks = [await caller.delay(100 + n, f"rabbit {n}") for n in range(20)]
            assert {(await caller.get(task))["state"] for task in tasks} == {"sent"}
        finally:
            caller.close()
        await check_each_sent_once(house)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a process a /run of its own")
async def test_with_secrets_in_files_the_environment_holds_none_and_messages_arrive() -> None:
    async with Compose(BASE, SECRETS) as house:
        worker, flower = await house.up("worker", "flower")
        await house.book.schedule("by a secret", 11)
        [receipt] = await house.sandbox.receipts(1, 20, chat_id=11)
        assert receipt.text == "by a secret"
        check_flower(house, flower)
        for each in (house.redis, worker):
            told = "\n".join(psutil.Process(each.pid).environ().values())
            assert not any(password in told for password in house.passwords.values())
            assert TOKEN not in told
