"""Tasks: what the workers do, what waits for them, and what Beat brings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from infra.celery import activity
from infra.db import failures

AT = "2026-03-01T09:00:00+00:00"
TASK = "infra.celery.tasks.send_message_task"
ID = "5c6f1a7e-0d2b-4a59-9a53-3f9e2c1b7d10"
RUNNING: Mapping[str, Any] = {
    "worker": "worker@host",
    "task": TASK,
    "id": ID,
    "args": "-1001234567890, 'Good morning!'",
    "age_s": 0.4,
}
QUEUE = {"name": "messages", "waiting": 0, "workers": ["worker@host"]}
TROUBLE = "Why the broker could not be asked; then all else is empty."


def _example(value: Mapping[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [dict(value)]}, from_attributes=True)


class Running(BaseModel):
    """A task in a worker's hands; `args` is the beginning of its arguments."""

    model_config = _example(RUNNING)

    worker: str
    task: str
    id: str
    args: str
    age_s: float | None


class Planned(BaseModel):
    """A task that a worker keeps until its time."""

    model_config = ConfigDict(from_attributes=True)

    worker: str
    task: str
    id: str
    args: str
    eta: datetime | None


class Tick(BaseModel):
    """One of Beat's entries: when it was last published; null for never yet."""

    entry: str
    task: str
    queue: str
    every_s: float
    last_at: datetime | None


class Failure(BaseModel):
    """A task that failed for good."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    task: str
    task_id: str
    error: str

    @classmethod
    def of(cls, found: failures.Failure) -> "Failure":
        return cls.model_validate(found)


class Tasks(BaseModel):
    """`reserved`: taken by a worker and not begun, how many; `scheduled`: kept by workers until
    their time, of which `planned` are the next.
    """

    model_config = _example(
        {
            "running": [RUNNING],
            "reserved": 0,
            "scheduled": 1,
            "planned": [
                {
                    "worker": "worker@host",
                    "task": "infra.celery.tasks.deliver",
                    "id": ID,
                    "args": "[[7, 12]]",
                    "eta": AT,
                }
            ],
            "ticks": [
                {
                    "entry": "send-scheduled-messages",
                    "task": "apps.bot.tasks.send_scheduled_messages",
                    "queue": "messages",
                    "every_s": 60.0,
                    "last_at": AT,
                }
            ],
            "failures": [{"at": AT, "task": TASK, "task_id": ID, "error": "MessageRejected: …"}],
            "trouble": "",
        }
    )

    running: list[Running]
    reserved: int
    scheduled: int
    planned: list[Planned]
    ticks: list[Tick]
    failures: list[Failure]
    trouble: str = Field(description=TROUBLE)


class Queue(BaseModel):
    """`waiting` is what no worker has taken yet; `workers` are those that serve it."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    waiting: int
    workers: list[str]


class Queues(BaseModel):
    model_config = _example({"items": [QUEUE], "trouble": ""})

    items: list[Queue]
    trouble: str = Field(description=TROUBLE)

    @classmethod
    def of(cls, found: activity.Activity) -> "Queues":
        items = list(map(Queue.model_validate, found.queues))
        return cls(items=items, trouble=found.trouble)


class Worker(BaseModel):
    """A worker, the queues that it serves, and what it does now."""

    name: str
    queues: list[str]
    running: list[Running]


class Workers(BaseModel):
    model_config = _example(
        {
            "items": [{"name": "worker@host", "queues": ["messages"], "running": [RUNNING]}],
            "trouble": "",
        }
    )

    items: list[Worker]
    trouble: str = Field(description=TROUBLE)

    @classmethod
    def of(cls, found: activity.Activity) -> "Workers":
        names = {name for queue in found.queues for name in queue.workers}
        names |= {task.worker for task in found.running}
        items = [_worker(name, found) for name in sorted(names)]
        return cls(items=items, trouble=found.trouble)


def _worker(name: str, found: activity.Activity) -> Worker:
    serves = [queue.name for queue in found.queues if name in queue.workers]
    does = [Running.model_validate(task) for task in found.running if task.worker == name]
    return Worker(name=name, queues=serves, running=does)
