"""Health as workers and Beat make it: real processes, some of them missing."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import pytest
import pytest_asyncio
from sqlalchemy import update

from core.health import HealthState, Part
from infra.celery.celery_app import celery_app
from infra.celery.health_workers import asked
from infra.celery.queues import broker
from infra.celery.schedule import TASKS
from infra.db.failures import Failures
from infra.db.health import HealthBook
from infra.db.moments import from_now
from infra.db.ticks import START, Ticks
from infra.db.watch_tables import ticks
from infra.settings import Settings
from tests.integration.health_scenes import look, settings
from tests.servers.command_line import Commands, Ended
from tests.servers.program import Program
from tests.servers.stack import APP, Stack, ready

T = TypeVar("T")
in_module = pytest.mark.asyncio(loop_scope="module")
HEALTHY, DEGRADED, UNHEALTHY = HealthState
SERVED = "default,messages,analytics,monitoring"
MISSING = "start a worker with -Q maintenance"
SWEEP = "send-scheduled-messages"
BOT = 42
EACH_S = 0.5
SWEEP_LATE_S = 32.0


@dataclass
class System:
    """A stack whose one worker leaves a queue alone, and what was found in it.

    `ticked` are Beat's ticks before there was any worker; `check_id` is the task's. `parts` and
    `health` are what the check and the command told beside it, `tasks` what `analyticbot tasks`
    told while a message was on the wire.
    """

    stack: Stack
    worker: Program
    ticked: dict[str, float]
    check_id: str
    parts: dict[str, Part]
    health: Ended
    tasks: list[Ended]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system() -> AsyncIterator[System]:
    often = {"BEAT_SEND_SCHEDULED_MESSAGES": str(EACH_S)}
    async with Stack(workers=0, beats=1, settings=often) as stack:
        with Commands(stack.folder, **stack.environment) as call:
            ticked = await _until(_ticks(stack).ago_s, lambda ago_s: SWEEP in ago_s)
            worker = _worker(stack)
            await ready(worker)
            check_id = send(stack, "health_check_task")
            # Again where the machine was so busy that a part did not answer in time.
            parts = await _until(
                partial(look, settings_of(stack)), lambda found: found["workers"].state is DEGRADED
            )
            health = await _until(
                partial(asyncio.to_thread, call, "health", "--strict"),
                lambda ended: "degraded" in ended.out,
            )
            await stack.sandbox.post("faults", kind="hold")
            send(stack, "send_message_task", 31, "on the wire")
            await stack.sandbox.held(1)
            tasks = [call("tasks", "--json"), call("tasks")]
            await stack.sandbox.post("release")
        yield System(stack, worker, ticked, check_id, parts, health, tasks)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stopped(system: System) -> dict[str, Part]:
    """The same with Beat ended in good order, the worker frozen, and a post that is due."""
    stack = system.stack
    [beat] = [each for each in stack.programs if each.name.startswith("beat")]
    beat.terminate()
    assert await beat.ended(5) == 0
    assert "Traceback" not in beat.log()
    async with stack.book.ledger.database.writing() as connection:
        await connection.execute(update(ticks).values(at=from_now(-SWEEP_LATE_S)))
    system.worker.freeze()
    await stack.book.schedule("late", 41, in_s=-61)
    found = await look(settings_of(stack))
    system.worker.thaw()
    return found


def settings_of(stack: Stack) -> Settings:
    names = ("REDIS_URL", "DATABASE_URL", "TELEGRAM_API_URL", "BOT_TOKEN")
    given = {name.lower(): stack.environment[name] for name in names}
    return settings(stack.folder, **given, beat_send_scheduled_messages=EACH_S)


def send(stack: Stack, task: str, *args: Any) -> str:
    """By its name, as a program that does not have our code; the task's id."""
    with broker(stack.valkey.url()) as connection:
        return str(celery_app.send_task(f"{TASKS}.{task}", args, connection=connection).id)


def _ticks(stack: Stack) -> Ticks:
    return Ticks(stack.book.ledger.database, BOT)


def _worker(stack: Stack) -> Program:
    options = ("--loglevel=info", "--concurrency=2", "--without-mingle", "--without-gossip")
    return stack._spawn("worker-some", *APP, "worker", *options, "-Q", SERVED, "-n", "some@%h")


async def _until(ask: Callable[[], Awaitable[T]], wanted: Callable[[T], object]) -> T:
    async with asyncio.timeout(20):
        while not wanted(told := await ask()):
            await asyncio.sleep(0.05)
    return told


def test_beat_writes_its_ticks_though_no_worker_runs(system: System) -> None:
    assert {START, SWEEP} <= system.ticked.keys()
    beat = system.parts["beat"]
    assert (beat.state, "published something" in beat.reason) == (HEALTHY, True), beat


def test_a_queue_that_no_worker_serves_is_named(system: System) -> None:
    workers = system.parts["workers"]
    assert (workers.state, workers.remedy) == (DEGRADED, MISSING)
    assert "no worker on maintenance; there are some@" in workers.reason


@in_module
async def test_the_task_succeeds_keeps_what_is_wrong_and_tells_it_once(system: System) -> None:
    await system.worker.logged(f"health_check_task[{system.check_id}] succeeded", 20)
    book = HealthBook(system.stack.book.ledger.database, BOT)
    kept = await book.current()
    assert kept["workers"].part.remedy == MISSING
    assert kept["telegram"].part.reason.startswith("@")
    told = [change for change in await book.changes() if change.part.name == "workers"]
    states = [change.part.state for change in told]
    # Newest first. The first look may have come before the worker answered anybody.
    assert (states[0], states.count(DEGRADED)) == (DEGRADED, 1)
    # Whoever saw it first has logged it: the worker, or the command.
    assert system.worker.log().count("health: workers is degraded: no worker on maint") <= 1


def test_the_command_tells_each_part_and_by_its_exit_code_how_bad_it_is(system: System) -> None:
    assert system.health.code == 1
    [line] = [line for line in system.health.out.splitlines() if line.startswith("workers")]
    assert "degraded" in line
    assert MISSING in line


def test_the_command_tells_who_serves_what_and_what_runs(system: System) -> None:
    as_json, as_text = system.tasks
    told = json.loads(as_json.out)
    queues = {queue["name"]: queue["workers"] for queue in told["broker"]["queues"]}
    assert [name for name, workers in queues.items() if not workers] == ["maintenance"]
    [running] = [each for each in told["broker"]["running"] if "on the wire" in each["args"]]
    assert running["task"] == f"{TASKS}.send_message_task"
    assert 0 <= running["age_s"] < 10
    [sweep] = [entry for entry in told["ledger"]["beat"] if entry["name"] == SWEEP]
    assert sweep["last_ago_s"] < 10
    assert (as_text.code, "nobody" in as_text.out, "on the wire" in as_text.out) == (0, True, True)


@in_module
async def test_a_task_that_fails_is_noted_and_one_whose_message_does_is_not(
    system: System,
) -> None:
    send(system.stack, "send_message_task", 1, "x" * 5000)  # too long: Telegram would refuse it
    await system.worker.logged("InvalidContent", 20)
    task_id = send(system.stack, "deliver", ["no tokens"])
    failures = Failures(system.stack.book.ledger.database, BOT)
    [failure] = await _until(failures.newest, bool)
    assert (failure.task, failure.task_id) == (f"{TASKS}.deliver", task_id)
    assert failure.error.startswith("ValueError: ")


@in_module
async def test_a_task_whose_process_is_killed_is_noted_by_another(system: System) -> None:
    stack = system.stack
    await stack.sandbox.post("faults", kind="hold")
    task_id = send(stack, "send_message_task", 32, "to be killed")
    await stack.sandbox.held(1)
    replies = asked(stack.valkey.url(), "active")
    [child] = [
        task["worker_pid"] for told in replies.values() for task in told if task["id"] == task_id
    ]
    os.kill(child, signal.SIGKILL)
    failures = Failures(stack.book.ledger.database, BOT)
    found = await _until(failures.newest, lambda noted: noted[:1] and noted[0].task_id == task_id)
    await stack.sandbox.post("release")
    assert "WorkerLostError" in found[0].error


def test_a_dead_beat_is_told_by_its_last_tick(stopped: dict[str, Part]) -> None:
    found = stopped["beat"]
    assert (found.state, found.remedy) == (DEGRADED, "see whether Beat runs"), found
    assert f"{SWEEP} 3" in found.reason
    assert "health-check" not in found.reason


def test_a_post_that_nobody_sends_is_told_by_its_age(stopped: dict[str, Part]) -> None:
    assert stopped["due"].state is UNHEALTHY
    assert "post has been due for 6" in stopped["due"].reason


def test_a_frozen_worker_is_none(stopped: dict[str, Part]) -> None:
    assert (stopped["workers"].state, stopped["workers"].remedy) == (UNHEALTHY, "start a worker")
