"""The whole group as `analyticbot up` starts it: how soon it sends, and what it costs idle.

In an empty folder, on free ports, with the sandbox for Telegram. Start: from the launch of the
process until the sandbox received a message that was written into the ledger, due at once, as
soon as another shell could find the group. Idle: CPU of all its processes over a minute in which
nothing is due, and their memory (PSS). Baseline: Valkey, a Celery worker with four children and
Beat, all bare, with no ledger and nothing to send; its start is until the worker is ready.

Run: python -m benchmarks.bench_idle
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from benchmarks.machine import cpu_s, family, pss_mb
from benchmarks.report import Column, Report
from benchmarks.stage import CHILDREN, options
from infra.db.engine import Database
from infra.settings import STACK_FILE
from tests.servers.book import Book
from tests.servers.process import ServerFailed
from tests.servers.program import Program
from tests.servers.sandbox import SandboxClient
from tests.servers.stack import ready
from tests.servers.valkey import ValkeyServer

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 20.0
LOOK_EVERY_S = 0.01
COLUMNS = (
    Column("start s", 2, at_most=5),
    Column("idle CPU, % of a core", 2, at_most=2),
    Column("memory MB (PSS)", at_most=350),
    Column("processes"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    starts: int
    settle_s: float
    idle_s: float


FULL, QUICK = Plan(3, 5.0, 60.0), Plan(1, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class Cost:
    """Of all processes of a group."""

    cpu_percent: float
    memory_mb: float
    processes: int


async def ours(plan: Plan) -> tuple[list[float], Cost]:
    starts_s: list[float] = []
    for _ in range(plan.starts):
        async with up() as (group, began_at):
            starts_s.append(await first_delivery(group.folder) - began_at)
            if len(starts_s) == plan.starts:
                cost = await idle(plan, [group.pid])
    return starts_s, cost


@asynccontextmanager
async def up() -> AsyncIterator[tuple[Program, float]]:
    """`python -m apps.cli up` in a folder of its own, and when it was launched."""
    with tempfile.TemporaryDirectory(prefix="idle-") as folder:
        told = {
            "DATA_DIR": folder,
            "VALKEY_PORT": "0",
            "SANDBOX_PORT": "0",
            # What people talk to has a budget of its own.
            "BOT_ENABLED": "false",
            "API_ENABLED": "false",
        }
        group = Program("up", ("apps.cli", "up"), Path(folder), told)
        began_at = time.time()
        group.start()
        try:
            yield group, began_at
        finally:
            group.terminate()
            await group.ended(STOP_WITHIN_S)


async def first_delivery(folder: Path) -> float:
    """When the sandbox received the first message, in Unix time."""
    found = await until_found(folder / STACK_FILE)
    token = found["BOT_TOKEN"]
    database = Database(f"sqlite:///{folder / 'ledger.db'}")
    try:
        await Book(database, token).schedule("first")
    finally:
        await database.close()
    async with SandboxClient(found["TELEGRAM_API_URL"], token) as sandbox:
        [receipt] = await sandbox.receipts(1, READY_WITHIN_S)
    return receipt.received_at


async def until_found(file: Path) -> dict[str, str]:
    """What a running group tells other shells; by then its ledger stands."""
    give_up_at = time.monotonic() + READY_WITHIN_S
    while not (found := dotenv_values(file)):  # empty for a file that is not there
        if time.monotonic() > give_up_at:
            raise ServerFailed(f"no {file} within {READY_WITHIN_S:.0f} s")
        await asyncio.sleep(LOOK_EVERY_S)
    return {name: value or "" for name, value in found.items()}


async def bare(plan: Plan) -> tuple[list[float], Cost]:
    starts_s: list[float] = []
    for _ in range(plan.starts):
        async with bare_group() as (pids, start_s):
            starts_s.append(start_s)
            if len(starts_s) == plan.starts:
                cost = await idle(plan, pids)
    return starts_s, cost


@asynccontextmanager
async def bare_group() -> AsyncIterator[tuple[list[int], float]]:
    """Valkey, a worker and Beat of a Celery application with nothing to do; until it is ready."""
    began_s = time.monotonic()
    with ValkeyServer() as valkey, tempfile.TemporaryDirectory(prefix="bare-") as folder:
        environment = {"BARE_BROKER": valkey.url(), "C_FORCE_ROOT": "1"}
        celery = ("celery", "-A", "benchmarks.bare")
        worker_options = ("--loglevel=info", f"--concurrency={CHILDREN}")
        worker = Program("worker", (*celery, "worker", *worker_options), Path(folder), environment)
        beat = Program("beat", (*celery, "beat"), Path(folder), environment)
        programs = (worker, beat)
        for program in programs:
            program.start()
        try:
            await ready(worker)
            pids = [valkey.pid, *(program.pid for program in programs)]
            yield pids, time.monotonic() - began_s
        finally:
            for program in programs:
                program.kill()


async def idle(plan: Plan, pids: list[int]) -> Cost:
    """Let them come to rest, and watch them."""
    await asyncio.sleep(plan.settle_s)
    group = [process for pid in pids for process in family(pid)]
    before, began_s = cpu_s(group), time.monotonic()
    await asyncio.sleep(plan.idle_s)
    used, took_s = cpu_s(group) - before, time.monotonic() - began_s
    return Cost(100 * used / took_s, pss_mb(group), len(group))


def row(starts_s: list[float], cost: Cost) -> tuple[float, float, float, float]:
    return statistics.median(starts_s), cost.cpu_percent, cost.memory_mb, cost.processes


def main() -> None:
    plan = QUICK if options(__doc__).quick else FULL
    report = Report(
        f"The group at its start (median of {plan.starts}) and idle over {plan.idle_s:.0f} s",
        COLUMNS,
    )
    report.ours("ours, start to first delivery", *row(*asyncio.run(ours(plan))))
    report.baseline("bare Celery, start to ready", *row(*asyncio.run(bare(plan))))
    report.show()


if __name__ == "__main__":
    main()
