"""A worker's and Beat's /metrics and /health, with children that work, die and are replaced."""

import asyncio
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from infra.celery.celery_app import celery_app
from infra.celery.queues import broker
from infra.celery.schedule import TASKS
from infra.db.tables import messages
from tests.servers.process import ServerFailed, free_port
from tests.servers.program import Program
from tests.servers.stack import UNLIMITED, Stack, ready

SHOWN_WITHIN_S = 30.0
POLL_S = 0.1
CHILDREN = 2
ENDED = "messages_ended_total{reason=blocked,state=failed}"
SENT = "attempts_total{outcome=sent}"
OFTEN = {"BEAT_UPDATE_PROMETHEUS_METRICS": "0.5"}

Figures = Mapping[str, float]


class Role:
    """A process that shows its figures, at a port of its own."""

    def __init__(self, stack: Stack, name: str) -> None:
        self.port, self.folder = free_port(), stack.folder / f"metrics of {name}"
        self.settings = {
            "METRICS_PORT": str(self.port),
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder),
        }
        self.program: Program | None = None

    async def figures(self, wanted: Figures) -> Figures:
        """All that is shown, once these have their values."""
        give_up_at = time.monotonic() + SHOWN_WITHIN_S
        found: Figures = {}
        while time.monotonic() < give_up_at:
            status, told = await asyncio.to_thread(self.ask, "/metrics")
            found = figures_of(told) if status == 200 else {}
            if wanted.items() <= found.items():
                return found
            await asyncio.sleep(POLL_S)
        differ = {name: found.get(name) for name, value in wanted.items()}
        raise ServerFailed(f"not {wanted} within {SHOWN_WITHIN_S:.0f} s: {differ}")

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status), str(answer.read().decode())
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError:  # it does not listen yet
            return 0, ""

    async def says(self, status: int, word: str) -> None:
        """Until its /health is this; what is found is kept for some seconds."""
        async with asyncio.timeout(SHOWN_WITHIN_S):
            told = (0, "")
            while told[0] != status or word not in told[1]:
                told = await asyncio.to_thread(self.ask, "/health")
                await asyncio.sleep(POLL_S)


def figures_of(told: str) -> Figures:
    """As Prometheus itself reads them, by name and labels, without the house's prefix."""
    found = {}
    for family in text_string_to_metric_families(told):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            name = sample.name.removeprefix("analyticbot_")
            found[name + (f"{{{labels}}}" if labels else "")] = sample.value
    return found


class System:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.workers = [Role(stack, "first"), Role(stack, "second")]
        self.beat = Role(stack, "beat")

    async def start(self) -> None:
        self.workers[0].program = self.stack.spawn_worker(**self.workers[0].settings)
        self.beat.program = self.stack.spawn_beat(**self.beat.settings)
        await ready(self.workers[0].program)

    async def send(self, *chats: int) -> None:
        for chat in chats:
            await self.stack.book.schedule(f"to {chat}", chat)

    def call(self, task: str, *args: Any, **options: Any) -> None:
        """By its name, as a program that does not have our code."""
        with broker(self.stack.valkey.url()) as connection:
            celery_app.send_task(f"{TASKS}.{task}", args, connection=connection, **options)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system() -> AsyncIterator[System]:
    stack = Stack(workers=0, concurrency=CHILDREN, rates=UNLIMITED, settings=OFTEN)
    async with stack:
        await one_that_ended(stack)
        system = System(stack)
        await system.start()
        yield system


async def one_that_ended(stack: Stack) -> None:
    """Two minutes ago: what ended just now is counted a minute later."""
    ended = await stack.book.schedule("ended", in_s=3600)
    ended_at = datetime.now(UTC) - timedelta(minutes=2)
    values = {"state": "failed", "reason": "blocked", "ended_at": ended_at}
    async with stack.book.ledger.database.writing() as connection:
        await connection.execute(update(messages).where(messages.c.id == ended.id).values(values))


@pytest.mark.asyncio(loop_scope="module")
async def test_what_children_do_is_served_by_their_parent_and_outlives_them(
    system: System,
) -> None:
    worker = system.workers[0]
    assert worker.program is not None
    await system.send(1, 2, 3)
    found = await worker.figures({SENT: 3, ENDED: 1, "lateness_seconds_count": 3})
    assert found["telegram_request_duration_seconds_count{method=sendMessage}"] == 3
    assert found["governor_wait_seconds_count"] == 3
    assert found["tasks_total{outcome=failed,task=deliver}"] == 0
    assert found["tasks_total{outcome=succeeded,task=update_prometheus_metrics}"] >= 1
    assert found["task_runtime_seconds_count{task=update_prometheus_metrics}"] >= 1
    assert not any("queue_depth" in name or "oldest_due" in name for name in found)
    # Others take their places, forked beside the thread that serves.
    children = psutil.Process(worker.program.pid).children()
    assert len(children) == CHILDREN
    for child in children:
        child.send_signal(signal.SIGKILL)
    await system.send(4, 5)
    await worker.figures({SENT: 5, ENDED: 1})
    kinds = ("gauge_mostrecent", "counter", "histogram")
    names = [f"{worker.program.pid}-{place}" for place in (*range(CHILDREN), "parent")]
    left = {file.name for file in worker.folder.iterdir()}
    places = {f"{kind}_{name}.db" for kind in kinds for name in names}
    assert left == places, "who took their places left their files behind"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_task_that_was_killed_or_came_too_late_is_counted_by_the_parent(
    system: System,
) -> None:
    worker = system.workers[0]
    assert worker.program is not None
    await system.stack.sandbox.post("faults", kind="hold")
    system.call("send_message_task", 31, "on the wire")
    await system.stack.sandbox.held(1)
    for child in psutil.Process(worker.program.pid).children():
        child.send_signal(signal.SIGKILL)
    await system.stack.sandbox.post("release")
    system.call("import_subscribers", expires=0.001)
    found = await worker.figures(
        {
            "tasks_total{outcome=failed,task=send_message_task}": 1,
            "tasks_total{outcome=revoked,task=import_subscribers}": 1,
            "attempts_total{outcome=uncertain}": 0,
        }
    )
    assert "task_runtime_seconds_count{task=send_message_task}" not in found


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="module")
async def test_two_workers_count_apart_and_add_up(system: System) -> None:
    first, second = system.workers
    before = (await first.figures({}))[SENT]
    second.program = system.stack.spawn_worker(**second.settings)
    await ready(second.program)
    chats = range(100, 160)
    await system.send(*chats)
    give_up_at = time.monotonic() + SHOWN_WITHIN_S
    while True:
        counts = [(await each.figures({}))[SENT] for each in (first, second)]
        if sum(counts) == before + len(chats) or time.monotonic() > give_up_at:
            break
    assert sum(counts) == before + len(chats)
    assert first.folder != second.folder
    await asyncio.to_thread(second.program.kill)


@pytest.mark.asyncio(loop_scope="module")
async def test_beat_shows_what_it_has_published(system: System) -> None:
    found = await system.beat.figures({})
    while not found.get("beat_published_total{entry=update-prometheus-metrics}"):
        found = await system.beat.figures({})
    assert abs(time.time() - found["beat_last_publish_timestamp_seconds"]) < SHOWN_WITHIN_S
    assert found["beat_published_total{entry=cleanup-old-data}"] == 0
    await system.beat.says(200, "ok")


@pytest.mark.asyncio(loop_scope="module")
async def test_prometheus_own_linter_finds_nothing(system: System) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    for role in (system.workers[0], system.beat):
        _, told = await asyncio.to_thread(role.ask, "/metrics")
        linted = subprocess.run(
            [promtool, "check", "metrics"], input=told, capture_output=True, text=True, check=False
        )
        assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_worker_is_well_as_long_as_it_answers_through_the_broker(system: System) -> None:
    worker = system.workers[0]
    assert worker.program is not None
    await worker.says(200, "ok")
    system.stack.valkey.pause()
    await worker.says(503, "the broker cannot be reached")
    system.stack.valkey.resume()
    await worker.says(200, "ok")
