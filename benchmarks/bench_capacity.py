"""What one machine does with one, two and four workers of four children, on Postgres and Redis.

Speed: a broadcast without any limit, to a server that answers at once and keeps nothing; CPU of
the workers, of Postgres and of Redis for each message; the workers' memory (PSS), at most; what
a message adds to Postgres's tables with their indexes, and writes into its log.
Lateness: posts at random times within a minute under Telegram's own limits, by the sandbox's
clock, from the wanted time until they were accepted. Each number of workers has a ledger and a
Redis of its own.

Baseline: aiogram's Bot.send_message to the same server, 64 in flight in one process, with no
ledger and nobody to ask, before and after. Run: python -m benchmarks.bench_capacity
"""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

from benchmarks import bare_loop, bench_lateness
from benchmarks.bench_broadcast_memory import instant
from benchmarks.machine import cpu_s, family, pss_mb
from benchmarks.report import Column, Report
from benchmarks.stage import (
    CHILDREN,
    OURS_FROM,
    options,
    schedule_posts,
    start_broadcast,
    until_accepted,
    warm,
)
from core.broadcast import BroadcastState
from tests.servers.postgres import PostgresServer
from tests.servers.process import ServerFailed
from tests.servers.stack import UNLIMITED, Stack

WORKERS = (1, 2, 4)
FULL, QUICK = 40_000, 2_000
THEIRS = 4
"""A quarter of our sends shows the baseline's rate: it has nothing that grows."""
LOOK_EVERY_S = 0.25
STUCK_S = 60.0
ASK_STORED = "SELECT pg_database_size('{}'), pg_current_wal_insert_lsn() - '0/0'"
COLUMNS = (
    Column("sends/s"),
    Column("worker µs"),
    Column("db µs"),
    Column("Redis µs"),
    Column("MB"),
    Column("disk B"),
    Column("WAL B"),
    Column("p50 ms", 1, at_most=10),
    Column("p99 ms", 1, at_most=50),
    Column("early", at_most=0),
)


@dataclass
class Costs:
    """CPU seconds of each part's processes since this was made; the workers' most memory, in MB."""

    parts: Mapping[str, Iterable[int]]
    before: dict[str, float] = field(default_factory=dict)
    peak_mb: float = 0.0

    def __post_init__(self) -> None:
        self.before = {name: self._used_s(name) for name in self.parts}

    def look(self) -> None:
        self.peak_mb = max(self.peak_mb, pss_mb(self._processes("workers")))

    def us(self, name: str, sends: int) -> float:
        """Microseconds for each message."""
        return (self._used_s(name) - self.before[name]) / sends * 1e6

    def _used_s(self, name: str) -> float:
        return cpu_s(self._processes(name))

    def _processes(self, name: str) -> list[psutil.Process]:
        return [process for pid in self.parts[name] for process in family(pid)]


async def speed(workers: int, server: PostgresServer, sends: int) -> list[float]:
    """The first seven of COLUMNS."""
    async with instant() as api, _stack(workers, server, "speed", api) as stack:
        await warm(stack)
        pids = [worker.pid for worker in stack.running_workers]
        parts = {"workers": pids, "Postgres": [server.pid], "Redis": [stack.valkey.pid]}
        costs, stored = Costs(parts), _stored(server, stack)
        began_s = time.monotonic()
        chats = range(OURS_FROM, OURS_FROM + sends)
        broadcast_id = await start_broadcast(stack, "capacity", chats)
        await _completed(stack, broadcast_id, costs)
        took_s = time.monotonic() - began_s
        used_us = [costs.us(name, sends) for name in parts]
        added = [
            (after - before) / sends
            for before, after in zip(stored, _stored(server, stack), strict=True)
        ]
        return [sends / took_s, *used_us, costs.peak_mb, *added]


def _stored(server: PostgresServer, stack: Stack) -> list[int]:
    """Bytes of the ledger's tables and indexes, and of all that was ever logged."""
    database = stack.database_url.rpartition("/")[2]
    told = server.execute(ASK_STORED.format(database))
    return [int(each) for each in told.split("|")]


async def _completed(stack: Stack, broadcast_id: int, costs: Costs) -> None:
    give_up_s = time.monotonic() + STUCK_S
    while (await stack.book.ledger.broadcasts.get(broadcast_id)).state is BroadcastState.RUNNING:
        if time.monotonic() > give_up_s:
            raise ServerFailed(f"not completed within {STUCK_S:.0f} s:\n{stack.logs()}")
        costs.look()
        await asyncio.sleep(LOOK_EVERY_S)


async def lateness(workers: int, server: PostgresServer, plan: bench_lateness.Plan) -> list[float]:
    """The last three of COLUMNS."""
    async with _stack(workers, server, "late") as stack:
        await warm(stack)
        wanted = await schedule_posts(stack, bench_lateness.offsets(plan))
        await until_accepted(stack, plan.messages, plan.over_s + bench_lateness.END_WITHIN_S)
        receipts = await stack.sandbox.receipts()
    times = {int(each.chat_id): (each.received_at, each.accepted_at) for each in receipts}
    p50, _, p99, _, early = bench_lateness.figures(times, wanted)
    return [p50, p99, early]


def _stack(workers: int, server: PostgresServer, what: str, api: str = "") -> Stack:
    """Without limits where it sends to `api`, else to a sandbox with Telegram's."""
    url = server.create_database(f"{what}_{workers}")
    told: dict[str, Any] = {"concurrency": CHILDREN, "database_url": url}
    if api:
        told |= {"rates": UNLIMITED, "settings": {"TELEGRAM_API_URL": api}}
    return Stack(workers=workers, beats=1, **told)


async def aiogram(sends: int) -> float:
    """Messages a second."""
    async with instant() as api, bare_loop.bot(api) as bot:
        began_s = time.monotonic()
        await bare_loop.crowded(bot, sends)
        return sends / (time.monotonic() - began_s)


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.start()
    try:
        yield server
    finally:
        server.remove()


async def measure(report: Report, quick: bool, server: PostgresServer) -> None:
    sends = QUICK if quick else FULL
    plan = bench_lateness.QUICK if quick else bench_lateness.FULL
    loops = [await aiogram(sends // THEIRS)]
    for workers in WORKERS:
        figures = await speed(workers, server, sends)
        figures += await lateness(workers, server, plan)
        report.ours(f"{workers} worker{'s' if workers > 1 else ''}", *figures)
    loops.append(await aiogram(sends // THEIRS))
    for a_second in loops:
        report.baseline("aiogram, 1 process", a_second, *[None] * (len(COLUMNS) - 1))


def main() -> None:
    asked = options(__doc__)
    report = Report(f"Capacity of one machine of {os.cpu_count()} cores", COLUMNS)
    with postgres() as server:
        asyncio.run(measure(report, asked.quick, server))
    report.show()


if __name__ == "__main__":
    main()
