"""What our Task class adds to a task that does nothing, beside a bare Celery of the same settings.

First within one process, by Celery's own trace function alone, with no broker's noise. Then
through real workers of two children each, ours and a bare one, which take turns; the
tasks are published while the worker is stopped, and the time is that until its queue is empty
and nothing is left unacknowledged. Both take turns by the round; a ratio is the median of the
rounds' ratios.

Run: python -m benchmarks.bench_task
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import redis
from celery import Celery
from celery.app.trace import build_tracer

from benchmarks import noops
from benchmarks.report import Column, Report
from benchmarks.stage import options
from tests.servers.process import ServerFailed
from tests.servers.program import Program
from tests.servers.stack import Stack, ready

CHILDREN = 2
QUEUE, UNACKED = "default", "unacked"
DRAINED_WITHIN_S = 120.0
LOOK_EVERY_S = 0.005
BARE_DB = 1
WITHIN = 1.05
COLUMNS = (
    Column("traced, CPU µs a task", 1),
    Column("× bare, traced", 3, at_most=WITHIN),
    Column("through a worker, tasks/s"),
    Column("× bare, through a worker", 3, at_most=WITHIN),
)


@dataclass(frozen=True, slots=True)
class Plan:
    traced: int
    trace_rounds: int
    sent: int
    send_rounds: int


FULL, QUICK = Plan(2000, 40, 3000, 7), Plan(300, 10, 300, 2)

Seconds = list[float]
"""What each round took."""


def trace(task: Any, app: Any, count: int) -> float:
    """As a worker's child runs a task that it was handed; seconds of this process's CPU."""
    tracer = build_tracer(task.name, task, app=app)
    request = {"id": str(uuid4()), "delivery_info": {}, "hostname": "bench", "is_eager": False}
    request |= {"task": task.name, "args": [], "kwargs": {}, "retries": 0, "root_id": None}
    began_s = time.process_time()  # others on this machine do not count
    for _ in range(count):
        tracer(request["id"], (), {}, request)
    return time.process_time() - began_s


def traced(plan: Plan) -> tuple[Seconds, Seconds, Seconds]:
    """The rounds of our plain task, of our enhanced one, and of the bare one, in turns."""
    tasks = ((noops.plain_task, noops.ours), (noops.enhanced_task, noops.ours))
    all_three = (*tasks, (noops.bare_task, noops.bare))
    rounds = [
        [trace(task, app, plan.traced) for task, app in all_three] for _ in range(plan.trace_rounds)
    ]
    plain, enhanced, bare = (list(each) for each in zip(*rounds, strict=True))
    return plain, enhanced, bare


class Line:
    """A worker that is stopped, given its tasks, and let go."""

    def __init__(self, worker: Program, broker: str, task: str) -> None:
        self._worker, self._task = worker, task
        self._app = Celery(broker=broker, set_as_current=False)
        self._redis = redis.Redis.from_url(broker)

    async def run(self, count: int) -> float:
        """Seconds from letting it go until it has done them all."""
        self._worker.freeze()
        try:
            await asyncio.to_thread(self._publish, count)
        finally:
            self._worker.thaw()
        began_s = time.perf_counter()
        # Twice empty: between the queue and the unacked a message is for a moment in neither.
        while not (self._is_empty() and self._is_empty()):
            if time.perf_counter() - began_s > DRAINED_WITHIN_S:
                raise ServerFailed(f"not done\n{self._worker.tail()}")
            await asyncio.sleep(LOOK_EVERY_S)
        return time.perf_counter() - began_s

    def close(self) -> None:
        self._app.close()
        self._redis.close()

    def _publish(self, count: int) -> None:
        with self._app.connection_for_write() as line, self._app.amqp.Producer(line) as producer:
            for _ in range(count):
                self._app.send_task(self._task, queue=QUEUE, ignore_result=True, producer=producer)

    def _is_empty(self) -> bool:
        return not self._redis.llen(QUEUE) and not self._redis.hlen(UNACKED)


async def sent(plan: Plan) -> tuple[Seconds, Seconds]:
    """The rounds of ours and of the bare one. The worker whose turn it is not has no tasks."""
    async with Stack(workers=0) as stack:
        bare_broker = stack.valkey.url(db=BARE_DB)
        async with (
            line(stack, "ours", stack.valkey.url(), noops.enhanced_task.name) as ours,
            line(stack, "bare", bare_broker, noops.bare_task.name) as bare,
        ):
            for each in (ours, bare):
                await each.run(plan.sent // 2)  # the first tasks warm it up
            rounds = [await _round(n, ours, bare, plan.sent) for n in range(plan.send_rounds)]
    return [each[0] for each in rounds], [each[1] for each in rounds]


async def _round(number: int, ours: Line, bare: Line, count: int) -> tuple[float, float]:
    """Who goes first changes by the round."""
    if number % 2:
        return await ours.run(count), await bare.run(count)
    theirs = await bare.run(count)
    return await ours.run(count), theirs


@asynccontextmanager
async def line(stack: Stack, app: str, broker: str, task: str) -> AsyncIterator[Line]:
    command = ("celery", "-A", f"benchmarks.noops:{app}", "worker", "--loglevel=info", "-E")
    options = (f"--concurrency={CHILDREN}", "--without-mingle", "--without-gossip")
    environment = {**stack.environment, "BARE_BROKER": broker}
    name = ("-n", f"{app}@%h")
    worker = Program(app, (*command, *options, *name), stack.folder, environment)
    worker.start()
    made = Line(worker, broker, task)
    try:
        await ready(worker)
        yield made
    finally:
        made.close()
        worker.kill()


def ratio(ours: Sequence[float], bare: Sequence[float]) -> float:
    return statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))


def show(
    report: Report, plan: Plan, of_trace: Sequence[Seconds], of_workers: Sequence[Seconds]
) -> None:
    (plain, enhanced, bare), (ours, theirs) = of_trace, of_workers
    plain_us, enhanced_us, bare_us = (
        statistics.median(each) / plan.traced * 1e6 for each in of_trace
    )
    our_rate, their_rate = (plan.sent / statistics.median(each) for each in of_workers)
    report.ours("ours, celery_app.task", plain_us, ratio(plain, bare), None, None)
    through = (our_rate, ratio(ours, theirs))
    report.ours("ours, enhanced_retry_task", enhanced_us, ratio(enhanced, bare), *through)
    report.baseline("bare Celery", bare_us, None, their_rate, None)


def main() -> None:
    plan = QUICK if options(__doc__).quick else FULL
    report = Report("A task that does nothing, of our Task class and of Celery's", COLUMNS)
    show(report, plan, traced(plan), asyncio.run(sent(plan)))
    report.show()


if __name__ == "__main__":
    main()
