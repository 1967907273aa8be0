"""What the workers do now, what waits for them, and what Beat will bring."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.errors import BrokerUnavailable
from infra.celery.blocking import in_thread
from infra.celery.health_workers import Replies, asked
from infra.celery.queues import queue_depths
from infra.celery.schedule import QUEUES
from infra.redaction import one_line
from infra.settings import Settings

COMMANDS = ("active_queues", "active", "reserved", "scheduled")
HEAD_CHARACTERS = 80
NEXT = 5


@dataclass(frozen=True, slots=True)
class QueueNow:
    """`waiting` is what no worker has taken yet; `workers` are those that serve it."""

    name: str
    waiting: int
    workers: list[str]


@dataclass(frozen=True, slots=True)
class Running:
    """A task in the hands of a worker's child; `args` is the head of its arguments."""

    worker: str
    task: str
    id: str
    args: str
    age_s: float | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A task that a worker keeps until its time."""

    worker: str
    task: str
    id: str
    args: str
    eta: datetime | None


@dataclass(frozen=True, slots=True)
class Activity:
    """`reserved`: taken by a worker and not begun; `planned`: the next few of the `scheduled`.

    `trouble` says why the broker could not be asked; then all else is empty.
    """

    queues: list[QueueNow] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)
    reserved: int = 0
    scheduled: int = 0
    planned: list[Planned] = field(default_factory=list)
    trouble: str = ""


async def activity(settings: Settings) -> Activity:
    """All of it, asked at the same time, in about a second; raises nothing."""
    url = settings.broker_url
    try:
        depths, *replies = await asyncio.gather(
            in_thread(queue_depths, url),
            *(in_thread(asked, url, command) for command in COMMANDS),
        )
    except BrokerUnavailable as error:
        return Activity(trouble=one_line(error, settings))
    queues, active, reserved, scheduled = (dict(_lists(each)) for each in replies)
    planned = sorted(_planned(scheduled), key=lambda each: str(each.eta))
    return Activity(
        _queues(depths, queues),
        list(_running(active, time.time())),
        sum(map(len, reserved.values())),
        len(planned),
        planned[:NEXT],
    )


def _lists(replies: Replies) -> Any:
    """Of workers that could tell; others say {"error": …}."""
    return ((worker, told) for worker, told in replies.items() if isinstance(told, list))


def _queues(depths: Mapping[str, int], served: Mapping[str, Any]) -> list[QueueNow]:
    def workers(name: str) -> list[str]:
        return sorted(w for w, queues in served.items() if name in {q["name"] for q in queues})

    return [QueueNow(name, depths[name], workers(name)) for name in QUEUES]


def _running(active: Mapping[str, Any], now_s: float) -> Any:
    for worker, tasks in active.items():
        for task in tasks:
            began_s = task.get("time_start")
            age_s = None if began_s is None else round(max(0.0, now_s - began_s), 1)
            yield Running(worker, task["name"], task["id"], _head(task), age_s)


def _planned(scheduled: Mapping[str, Any]) -> Any:
    for worker, tasks in scheduled.items():
        for task in tasks:
            asked_for = task["request"]
            eta = datetime.fromisoformat(task["eta"]) if task["eta"] else None
            yield Planned(worker, asked_for["name"], asked_for["id"], _head(asked_for), eta)


def _head(task: Mapping[str, Any]) -> str:
    """The beginning of its arguments, on one line."""
    given = [repr(arg) for arg in task.get("args") or ()]
    given += [f"{name}={value!r}" for name, value in (task.get("kwargs") or {}).items()]
    text = " ".join(", ".join(given).split())
    return text if len(text) <= HEAD_CHARACTERS else f"{text[: HEAD_CHARACTERS - 1]}…"
