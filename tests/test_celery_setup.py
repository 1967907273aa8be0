"""The contract of the Celery setup, held against the live application.

First what is declared; then a worker and a Beat that run, each task called by its name, and each
of Beat's entries seen through to its success.
"""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.celery import (
    celery_app,
    check_celery_health,
    critical_message_task,
    enhanced_retry_task,
    tasks,
)
from infra.celery.schedule import beat_schedule
from infra.settings import Settings
from tests.servers.caller import Caller, CallFailed
from tests.servers.command_line import ran
from tests.servers.stack import APP, UNLIMITED, Stack

NAMED = "infra.celery.tasks"
PERIODIC = "apps.bot.tasks"

BEAT = {
    "send-scheduled-messages": (f"{PERIODIC}.send_scheduled_messages", 60, "messages"),
    "update-post-views": (f"{PERIODIC}.update_post_views", 300, "analytics"),
    "health-check": (f"{NAMED}.health_check_task", 300, "monitoring"),
    "update-prometheus-metrics": (f"{PERIODIC}.update_prometheus_metrics", 300, "monitoring"),
    "cleanup-metrics": (f"{PERIODIC}.cleanup_metrics", 3600, "maintenance"),
    "maintenance-cleanup": (f"{PERIODIC}.maintenance_cleanup", 3600, "maintenance"),
    "cleanup-old-data": (f"{NAMED}.cleanup_old_data", 86_400, "maintenance"),
}
FIVE = {
    f"{NAMED}.send_message_task": "messages",
    f"{NAMED}.scheduled_broadcast": "messages",
    f"{NAMED}.process_analytics": "analytics",
    f"{NAMED}.health_check_task": "monitoring",
    f"{NAMED}.cleanup_old_data": "maintenance",
}
EACH_SECOND = {f"BEAT_{entry.replace('-', '_').upper()}": "1" for entry in BEAT}


def declared() -> dict[str, Any]:
    celery_app.loader.import_default_modules()
    return dict(celery_app.tasks)


def queue_of(name: str) -> str:
    return str(celery_app.amqp.router.route({}, name)["queue"].name)


def test_beat_has_these_entries_and_no_other() -> None:
    schedule = beat_schedule(Settings())
    told = {
        entry: (each["task"], each["schedule"], each["options"]["queue"])
        for entry, each in schedule.items()
    }
    assert told == BEAT


def test_an_entry_that_no_worker_took_expires_when_the_next_is_due() -> None:
    for each in beat_schedule(Settings()).values():
        assert each["options"]["expires"] == each["schedule"]


@pytest.mark.parametrize("entry", BEAT)
def test_its_interval_comes_from_the_environment(entry: str) -> None:
    name = f"beat_{entry.replace('-', '_')}"
    [changed] = [
        each["schedule"]
        for key, each in beat_schedule(Settings.model_validate({name: 7})).items()
        if key == entry
    ]
    assert changed == 7


def test_the_five_tasks_are_known_by_their_names() -> None:
    assert set(tasks.AVAILABLE_TASKS) == set(FIVE)
    for name, task in tasks.AVAILABLE_TASKS.items():
        assert declared()[name] is task or declared()[name].name == task.name


def test_each_task_goes_to_its_queue() -> None:
    periodic = {task: queue for task, _, queue in BEAT.values()}
    for name, queue in (FIVE | periodic).items():
        assert (name in declared(), queue_of(name)) == (True, queue), name


def test_there_are_two_ways_to_declare_a_task_and_one_to_ask_for_health() -> None:
    assert all(map(callable, (enhanced_retry_task, critical_message_task, check_celery_health)))


@pytest.fixture(scope="module")
def loop_of_the_module() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


class Live:
    """A stack whose Beat fires every entry each second, and a user's program beside it."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.stack = Stack(beats=1, rates=UNLIMITED, settings=EACH_SECOND)

    def start(self) -> None:
        self.runner.run(self._start())

    async def _start(self) -> None:
        await self.stack.__aenter__()
        self.caller: Caller = await self.stack.start_caller()

    def stop(self) -> None:
        self.runner.run(self.stack.__aexit__(None, None, None))

    def result(self, task: str, *args: Any, **kwargs: Any) -> Any:
        return self.runner.run(self._result(task, *args, **kwargs))

    async def _result(self, task: str, *args: Any, **kwargs: Any) -> Any:
        return await self.caller.get(await self.caller.apply(list(args), kwargs, task))

    def ends(self, task: str) -> set[str]:
        """How the runs of a task have ended so far, once one has succeeded."""
        [worker] = self.stack.running_workers
        said = re.compile(rf"Task {re.escape(task)}\[\S+\] (succeeded|raised unexpected|retry)")
        self.until(lambda: self.succeeded(task) > 0)
        return set(said.findall(worker.log()))

    def succeeded(self, task: str) -> int:
        """How often a task has succeeded so far."""
        [worker] = self.stack.running_workers
        return len(re.findall(rf"Task {re.escape(task)}\[\S+\] succeeded", worker.log()))

    def until(self, holds: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < give_up_at, self.stack.logs()
            time.sleep(0.1)


@pytest.fixture(scope="module")
def live(loop_of_the_module: asyncio.Runner) -> Iterator[Live]:
    made = Live(loop_of_the_module)
    made.start()
    yield made
    made.stop()


def test_a_message_is_delivered(live: Live) -> None:
    ended = live.result("send_message_task", chat_id=1, message="hello")
    assert (ended["state"], ended["chat_id"], ended["attempts"]) == ("sent", 1, 1)


def test_a_broadcast_has_a_row_for_each_chat(live: Live) -> None:
    made = live.result("scheduled_broadcast", "hello", [11, 12, 12, 13])
    assert (made["total"], made["created"]) == (3, 3)


def test_a_channel_is_read(live: Live) -> None:
    live.result("send_message_task", chat_id="@contract_news", message="a post")
    told = live.result("process_analytics", "@contract_news")
    assert (told["username"], told["preview"]) == ("contract_news", "open")
    assert told["sampled"] == 1


def test_the_health_check_tells_of_each_part(live: Live) -> None:
    told = live.result("health_check_task")
    assert told["state"] in {"healthy", "degraded"}
    assert {"database", "broker", "workers", "telegram"} <= set(told["parts"])


def test_a_cleanup_tells_what_it_removed(live: Live) -> None:
    assert live.result("cleanup_old_data", days=30)["messages"] == 0


def test_a_cleanup_of_everything_is_refused_by_name(live: Live) -> None:
    with pytest.raises(CallFailed, match="days: "):
        live.result("cleanup_old_data", days=0)


@pytest.mark.parametrize("entry", BEAT)
def test_what_beat_fires_succeeds(live: Live, entry: str) -> None:
    assert live.ends(BEAT[entry][0]) == {"succeeded"}


def test_beat_and_workers_go_on_once_their_broker_is_back(live: Live) -> None:
    sweep = BEAT["send-scheduled-messages"][0]
    live.stack.valkey.kill()
    time.sleep(1.5)  # so that Beat meets its absence
    live.stack.valkey.start()
    before = live.succeeded(sweep)
    live.until(lambda: live.succeeded(sweep) > before + 1)


def test_a_worker_without_a_token_ends_in_one_line(tmp_path: Path) -> None:
    more = {"REDIS_URL": "redis://127.0.0.1:1/0", "C_FORCE_ROOT": "1"}
    done = ran([*APP, "worker", "--concurrency=1"], tmp_path, **more)
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith("analyticbot: BOT_TOKEN: not set")
    assert "Traceback" not in done.err
