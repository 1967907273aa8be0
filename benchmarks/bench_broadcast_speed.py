"""A broadcast as fast as a limit lets it, and as fast as it goes where there is none.

The limit is set in the governor and enforced by the sandbox; each recipient is a chat of its own.
The rate is that between the first and the last acceptance. 300 a second is ten times what a bot
has, with four sending processes; 1,000 is what it can pay for, with one.

Baselines without a limit: aiogram's Bot.send_message, 64 in flight in one process, with no ledger
and nobody to ask; and a plain Celery task for each recipient, with one open connection in each
of four children. Their tasks are published before the time runs.

Run: python -m benchmarks.bench_broadcast_speed
"""

import asyncio
import time
from dataclasses import dataclass
from functools import partial
from statistics import mean

from benchmarks import bare, bare_loop
from benchmarks.bench_burst import BROKER_DB, bare_worker
from benchmarks.machine import cpu_s, family
from benchmarks.pace import Pace, columns, pace_of, workers_s
from benchmarks.report import Column, Report
from benchmarks.stage import (
    BASELINE_FROM,
    CHILDREN,
    DATABASES,
    OURS_FROM,
    TEXT,
    Databases,
    Options,
    options,
    start_broadcast,
    warm,
)
from core.telegram_limits import PAID_BROADCAST_MESSAGES_PER_SECOND as PAID
from tests.servers.program import Program
from tests.servers.stack import UNLIMITED, Rates, Stack

OF_LIMIT = 97
TEN_TIMES = 300
BEGIN_IN_S = 1.0
ROWS_A_SECOND = 8_000
"""At least: every row is to be there when the first may leave."""

COLUMNS = (*columns(OF_LIMIT), Column("× aiogram", 2, at_least=1), Column("× a task each", 1))


@dataclass(frozen=True, slots=True)
class Trial:
    """Messages a second (0 for no limit), recipients, and sending processes."""

    rate: float
    sends: int
    processes: int

    @property
    def told(self) -> str:
        what = f"{self.rate:,.0f}/s" if self.rate else "no limit"
        return f"{what}, {self.processes} process{'es' if self.processes > 1 else ''}"


LIMITED = (Trial(TEN_TIMES, 10_000, CHILDREN), Trial(PAID, 20_000, 1))
FREE = Trial(0, 50_000, CHILDREN)
THEIRS = 5
"""A fifth of our sends shows the baselines' rates: neither has anything that grows."""
SHORTER = 20


async def ours(name: str, url: str, trial: Trial) -> Pace:
    rates = Rates(bot=trial.rate) if trial.rate else UNLIMITED
    async with Stack(concurrency=trial.processes, database_url=url, rates=rates) as stack:
        await warm(stack)
        chats = range(OURS_FROM, OURS_FROM + trial.sends)
        in_s = BEGIN_IN_S + trial.sends / ROWS_A_SECOND
        sending = start_broadcast(stack, name, chats, in_s)
        return await pace_of(stack, trial.rate, trial.sends, partial(workers_s, stack), sending)


async def aiogram(sends: int) -> Pace:
    async with (
        Stack(workers=0, rates=UNLIMITED) as stack,
        bare_loop.bot(stack.sandbox.url) as bot,
    ):
        return await pace_of(stack, 0, sends, time.process_time, bare_loop.crowded(bot, sends))


async def tasks(sends: int) -> Pace:
    async with Stack(workers=0, rates=UNLIMITED) as stack, bare_worker(stack) as worker:
        worker.freeze()
        await asyncio.to_thread(_publish, stack.valkey.url(db=BROKER_DB), sends)
        return await pace_of(stack, 0, sends, lambda: cpu_s(family(worker.pid)), _thaw(worker))


async def _thaw(worker: Program) -> None:
    worker.thaw()


def _publish(broker: str, sends: int) -> None:
    with bare.app.connection_for_write(broker) as line, bare.app.amqp.Producer(line) as producer:
        for number in range(sends):
            bare.send.apply_async((BASELINE_FROM + number, TEXT), producer=producer)


async def measure(report: Report, asked: Options, databases: Databases) -> None:
    for trial in map(_short, LIMITED) if asked.quick else LIMITED:
        for name in asked.databases:
            pace = await ours(name, databases.url(name), trial)
            report.ours(_told(trial, name), *pace.figures, None, None)
    await unlimited(report, asked, databases, _short(FREE) if asked.quick else FREE)


async def unlimited(report: Report, asked: Options, databases: Databases, free: Trial) -> None:
    """The machine's own speed drifts within minutes: aiogram's loop runs before and after each of
    ours, which is compared with the two.
    """
    each = await tasks(free.sends // THEIRS)
    loops = [await aiogram(free.sends // THEIRS)]
    for name in asked.databases:
        pace = await ours(name, databases.url(name), free)
        loops.append(await aiogram(free.sends // THEIRS))
        times = pace.a_second / mean(loop.a_second for loop in loops[-2:])
        report.ours(_told(free, name), *pace.figures, times, pace.a_second / each.a_second)
    for loop in loops:
        report.baseline("aiogram, 64 in flight", *loop.figures, None, None)
    report.baseline("a Celery task each", *each.figures, None, None)


def _told(trial: Trial, name: str) -> str:
    return f"ours, {trial.told}, {DATABASES[name]}"


def _short(trial: Trial) -> Trial:
    return Trial(trial.rate, trial.sends // SHORTER, trial.processes)


def main() -> None:
    asked = options(__doc__)
    report = Report("A broadcast's speed", COLUMNS)
    with Databases() as databases:
        asyncio.run(measure(report, asked, databases))
    report.show()


if __name__ == "__main__":
    main()
