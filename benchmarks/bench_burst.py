"""A thousand messages due at the same moment: how long until Telegram has accepted the last.

Each message goes to a chat of its own; limits are off, in the governor and in the sandbox. Ours:
posts in the ledger, one worker of four children. Baseline, in the same run: a plain Celery
application with one task a message, all with this moment as their ETA, sent by
http.client over one open connection in each of four children. Medians of three.

Run: python -m benchmarks.bench_burst
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from benchmarks import bare
from benchmarks.report import Column, Report
from benchmarks.stage import (
    BASELINE_FROM,
    CHILDREN,
    DATABASES,
    OTHER_TOKEN,
    OURS_FROM,
    TEXT,
    Databases,
    options,
    schedule_posts,
    until_accepted,
    warm,
)
from tests.servers.program import Program
from tests.servers.stack import UNLIMITED, Stack, ready

FULL, QUICK = (1000, 3), (200, 1)
"""Messages, and how often."""

END_WITHIN_S = 60.0
PAUSE_S = 1.0
PUBLISH_S = 0.006
"""More than it takes to publish one task: the last must be there before the first is due."""
BROKER_DB = 1
COLUMNS = (
    Column("median s", 2, at_most=0.6),
    Column("best s", 2),
    Column("worst s", 2),
    Column("early", at_most=0),
)

Burst = tuple[float, int]
"""Seconds from due to the last one accepted; how many were received before."""


async def measure(report: Report, name: str, url: str, messages: int, repetitions: int) -> None:
    async with Stack(concurrency=CHILDREN, database_url=url, rates=UNLIMITED) as stack:
        await warm(stack)
        ours = [await _ours(stack, messages, n) for n in range(repetitions)]
        stack.running_workers[0].kill()  # the baseline shall have the machine for itself
        async with bare_worker(stack):
            theirs = [await _theirs(stack, messages, n) for n in range(repetitions)]
    report.ours(f"ours, {DATABASES[name]}", *figures(ours))
    report.baseline(f"a Celery task each, beside {DATABASES[name]}", *figures(theirs))


async def _ours(stack: Stack, messages: int, repetition: int) -> Burst:
    chats = _chats(OURS_FROM, messages, repetition)
    return await _burst(stack, await schedule_posts(stack, dict.fromkeys(chats, 0.0)))


async def _theirs(stack: Stack, messages: int, repetition: int) -> Burst:
    due_at = time.time() + PAUSE_S + messages * PUBLISH_S
    wanted = dict.fromkeys(_chats(BASELINE_FROM, messages, repetition), due_at)
    await asyncio.to_thread(_publish, stack.valkey.url(db=BROKER_DB), wanted)
    return await _burst(stack, wanted)


def _chats(first: int, messages: int, repetition: int) -> range:
    return range(first + repetition * messages, first + (repetition + 1) * messages)


def _publish(broker: str, wanted: Mapping[int, float]) -> None:
    with bare.app.connection_for_write(broker) as line, bare.app.amqp.Producer(line) as producer:
        for chat_id, at in wanted.items():
            eta = datetime.fromtimestamp(at, UTC)
            bare.send.apply_async((chat_id, TEXT), eta=eta, producer=producer)


async def _burst(stack: Stack, wanted: Mapping[int, float]) -> Burst:
    due_at, before = max(wanted.values()), (await stack.sandbox.stats())["accepted"]
    await asyncio.sleep(max(0.0, due_at + PAUSE_S - time.time()))  # nobody asks meanwhile
    await until_accepted(stack, before + len(wanted), END_WITHIN_S)
    all_of_them = await stack.sandbox.receipts()
    mine = [each for each in all_of_them if int(each.chat_id) in wanted]
    early = sum(each.received_at < due_at for each in mine)
    return max(each.accepted_at for each in mine) - due_at, early


@asynccontextmanager
async def bare_worker(stack: Stack) -> AsyncIterator[Program]:
    """The baseline's worker, on a database of its own in the same Valkey."""
    broker, api = stack.valkey.url(db=BROKER_DB), stack.sandbox.url
    told = {"BARE_BROKER": broker, "BARE_API_URL": api, "BARE_TOKEN": OTHER_TOKEN}
    command = ("celery", "-A", "benchmarks.bare", "worker", "--loglevel=info")
    children = f"--concurrency={CHILDREN}"
    worker = Program("bare", (*command, children), stack.folder, {**told, "C_FORCE_ROOT": "1"})
    worker.start()
    try:
        await ready(worker)
        yield worker
    finally:
        worker.kill()


def figures(bursts: Sequence[Burst]) -> list[float]:
    """As in COLUMNS."""
    took_s = [burst[0] for burst in bursts]
    early = sum(burst[1] for burst in bursts)
    return [statistics.median(took_s), min(took_s), max(took_s), early]


def main() -> None:
    asked = options(__doc__)
    messages, repetitions = QUICK if asked.quick else FULL
    report = Report(f"{messages:,} messages due at once, limits off", COLUMNS)
    with Databases() as databases:
        for name in asked.databases:
            url = databases.url(name)
            asyncio.run(measure(report, name, url, messages, repetitions))
    report.show()


if __name__ == "__main__":
    main()
