"""What is configured is in force: asked of a process of its own, with an environment of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.architecture import tree

ASK = """
import json, sys
from infra.celery import celery_app as app
early = sorted(name for name in ("aiogram", "alembic", "fastapi") if name in sys.modules)
app.loader.import_default_modules()
own = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
limits = ("max_retries", "default_retry_delay", "time_limit", "soft_time_limit", "acks_late",
          "ignore_result", "retry_backoff", "retry_jitter", "reject_on_worker_lost", "serializer")
names = json.loads(sys.argv[1])
print(json.dumps({
    "early": early,
    "late": sorted(name for name in ("aiogram", "alembic", "fastapi") if name in sys.modules),
    "conf": {name: getattr(app.conf, name) for name in names},
    "queues": [queue.name for queue in app.conf.task_queues],
    "beat": app.conf.beat_schedule,
    "tasks": {name: {each: getattr(task, each) for each in limits} for name, task in own.items()},
    "caught": {name: [each.__name__ for each in task.autoretry_for] for name, task in own.items()},
    "routes": {name: app.amqp.router.route({}, name)["queue"].name for name in own},
}))
"""
CONFIGURED: dict[str, Any] = {
    "task_default_retry_delay": 30,
    "task_default_max_retries": 5,
    "task_time_limit": 600,
    "task_soft_time_limit": 540,
    "task_serializer": "json",
    "result_serializer": "json",
    "accept_content": ["json"],
    "timezone": "UTC",
    "enable_utc": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": False,
    "worker_prefetch_multiplier": 1,
    "worker_send_task_events": True,
    "task_send_sent_event": True,
    "worker_soft_shutdown_timeout": 3,
    "worker_enable_soft_shutdown_on_idle": True,
    "worker_max_tasks_per_child": 10_000,
    "worker_max_memory_per_child": 400_000,
    "worker_concurrency": 4,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
    "task_ignore_result": True,
    "task_default_queue": "default",
    "broker_connection_max_retries": None,
    "broker_connection_retry_on_startup": True,
}
OVERRIDDEN = {
    "CELERY_TASK_DEFAULT_RETRY_DELAY": ("task_default_retry_delay", 7),
    "CELERY_TASK_DEFAULT_MAX_RETRIES": ("task_default_max_retries", 2),
    "CELERY_TASK_TIME_LIMIT": ("task_time_limit", 60),
    "CELERY_TASK_SOFT_TIME_LIMIT": ("task_soft_time_limit", 50),
    "CELERY_WORKER_MAX_TASKS_PER_CHILD": ("worker_max_tasks_per_child", 9),
    "CELERY_WORKER_MAX_MEMORY_PER_CHILD": ("worker_max_memory_per_child", 123_456),
    "WORKER_CONCURRENCY": ("worker_concurrency", 2),
    "CELERY_BROKER_URL": ("broker_url", "amqp://h//"),
    "CELERY_RESULT_BACKEND": ("result_backend", "redis://h/9"),
}
SEND = "infra.celery.tasks.send_message_task"
BROADCAST = "infra.celery.tasks.scheduled_broadcast"
DELIVER = "infra.celery.tasks.deliver"
TOLD = ("update_post_views", "update_prometheus_metrics", "cleanup_metrics", "maintenance_cleanup")
WAITED_FOR = (
    "send_message_task",
    "scheduled_broadcast",
    "process_analytics",
    "health_check_task",
    "cleanup_old_data",
)
SWEEP = "apps.bot.tasks.send_scheduled_messages"


def python(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run it with nothing in its environment but these, in a folder without .env."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree.ROOT)} | variables
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def asked(folder: Path, **variables: str) -> dict[str, Any]:
    names = json.dumps([*CONFIGURED, *(name for name, _ in OVERRIDDEN.values())])
    done = python(folder, "-c", ASK, names, **variables)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return asked(tmp_path_factory.mktemp("default"))


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    variables = {name: str(value) for name, (_, value) in OVERRIDDEN.items()}
    own = {"SEND_RETRY_DELAY": "1", "BEAT_SEND_SCHEDULED_MESSAGES": "5"}
    return asked(tmp_path_factory.mktemp("changed"), **variables, **own)


@pytest.mark.parametrize("name", CONFIGURED)
def test_the_application_is_configured_so(app: dict[str, Any], name: str) -> None:
    assert app["conf"][name] == CONFIGURED[name]


@pytest.mark.parametrize("variable", OVERRIDDEN)
def test_the_environment_overrides_it(changed: dict[str, Any], variable: str) -> None:
    name, value = OVERRIDDEN[variable]
    assert changed["conf"][name] == value


def test_these_and_no_other_tasks_are_ours(app: dict[str, Any]) -> None:
    assert {SEND, BROADCAST, DELIVER, SWEEP} <= set(app["tasks"])
    assert all(name.startswith(("infra.celery.tasks.", "apps.bot.tasks.")) for name in app["tasks"])


def test_default_delay_and_retries_are_in_force_in_every_task(
    app: dict[str, Any], changed: dict[str, Any]
) -> None:
    for told, by_default in ((app, (5, 30)), (changed, (2, 7))):
        for name, task in told["tasks"].items():
            if name != SEND:
                assert (task["max_retries"], task["default_retry_delay"]) == by_default, name


def test_send_message_task_has_retries_of_its_own(
    app: dict[str, Any], changed: dict[str, Any]
) -> None:
    for told, delay_s in ((app, 10), (changed, 1)):
        task = told["tasks"][SEND]
        assert (task["max_retries"], task["default_retry_delay"]) == (5, delay_s)
        assert (task["retry_backoff"], task["retry_jitter"]) == (2, True)
        assert told["caught"][SEND] == ["Exception"]


def test_no_task_sets_the_applications_limits_aside(app: dict[str, Any]) -> None:
    for name, task in app["tasks"].items():
        limits = (task["time_limit"], task["soft_time_limit"])
        assert limits == (None, None), name
        kept = (task["acks_late"], task["reject_on_worker_lost"], task["serializer"])
        assert kept == (True, False, "json"), name


def test_only_what_callers_wait_for_keeps_its_result(app: dict[str, Any]) -> None:
    keeps = {name for name, task in app["tasks"].items() if not task["ignore_result"]}
    told = {f"apps.bot.tasks.{name}" for name in TOLD}
    assert keeps == {f"infra.celery.tasks.{name}" for name in WAITED_FOR} | told


def test_a_delivery_has_no_retry_but_the_ledgers(app: dict[str, Any]) -> None:
    assert app["caught"][DELIVER] == []


def test_there_are_five_queues_and_every_task_has_its_own(app: dict[str, Any]) -> None:
    assert app["queues"] == ["default", "messages", "analytics", "monitoring", "maintenance"]
    assert set(app["routes"].values()) <= set(app["queues"])
    assert {app["routes"][name] for name in (SEND, BROADCAST, DELIVER, SWEEP)} == {"messages"}


def test_every_task_of_ours_has_a_route_of_its_own(app: dict[str, Any]) -> None:
    assert [name for name, queue in app["routes"].items() if queue == "default"] == []


@pytest.mark.parametrize(("fixture", "every_s"), [("app", 60), ("changed", 5)])
def test_beat_sweeps_once_a_minute_and_a_tick_expires_with_the_next(
    request: pytest.FixtureRequest, fixture: str, every_s: int
) -> None:
    entry = request.getfixturevalue(fixture)["beat"]["send-scheduled-messages"]
    assert entry == {
        "task": SWEEP,
        "schedule": every_s,
        "options": {"queue": "messages", "expires": every_s},
    }


def test_whatever_beat_starts_is_a_task_in_a_queue_that_is_there(app: dict[str, Any]) -> None:
    for entry in app["beat"].values():
        assert entry["task"] in app["tasks"]
        assert entry["options"]["queue"] in app["queues"]


def test_a_worker_does_not_load_aiogram_nor_alembic(app: dict[str, Any]) -> None:
    assert (app["early"], app["late"]) == ([], [])


@pytest.mark.parametrize(
    ("name", "value"),
    [("BOT_TOKEN", "secret"), ("CELERY_TASK_TIME_LIMIT", "soon")],
)
def test_a_bad_variable_ends_celery_with_one_line(tmp_path: Path, name: str, value: str) -> None:
    command = ("-m", "celery", "-A", "infra.celery.celery_app", "report")
    done = python(tmp_path, *command, **{name: value})
    assert done.returncode != 0
    [line] = (done.stdout + done.stderr).strip().splitlines()
    assert line.startswith(f"analyticbot: {name}: ")
    assert "secret" not in line
