"""What a claim and a list cost beside how much is kept, and while a cleanup removes the half of it.

Messages that ended in the last 60 days, and posts that are due; a cleanup to 30 days. On SQLite at
most a million are kept. Ten million on Postgres need some 10 GB and a quarter of an hour; a figure
is the median, unless it says worst. Run: python -m benchmarks.bench_cleanup
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from benchmarks.bench_plans import CLAIMS, FEW, claim_ms, urls, written_out
from benchmarks.report import Column, Report
from infra.celery.housekeeping import PAUSE_S
from infra.db import schema
from infra.db.cleanup import Cleanup
from infra.db.engine import Database
from tests.integration.conftest import BOT, Bench, beside
from tests.integration.query_plans import Rows, fill
from tests.integration.test_plans import a_table

ROWS = 10_000_000
QUICK = 300_000
ON_SQLITE = 1_000_000
FILLED_TOGETHER = 1_000_000
DUE = 2_000
DAYS = 30
SPREAD_S = 60 * 86_400
BESIDE_S = 5.0
ATTEMPTS = (
    "INSERT INTO attempts (message_id, number, started_at, ended_at, outcome) "
    "SELECT id, 1, sent_at, ended_at, 'sent' FROM messages"
)
COLUMNS = (
    Column("claim ms", 1, at_most=20),
    Column("times the first", 2, at_most=2),
    Column("list ms", 1),
    Column("claim beside ms", 1),
    Column("worst ms", 1, at_most=200),
    Column("removed/s"),
)


@dataclass(frozen=True, slots=True)
class Cost:
    claim_ms: float
    list_ms: float
    beside_ms: float
    worst_ms: float
    removed_a_second: float


async def measure(url: Callable[[int], str], sizes: Sequence[int]) -> list[Cost]:
    """For each size; claims of all sizes in turn, so that what else the machine does hits all."""
    databases = [Database(url(size)) for size in sizes]
    benches = [await kept(*each) for each in zip(databases, sizes, strict=True)]
    rounds = [[await claim_ms(bench) for bench in benches] for _ in range(CLAIMS)]
    claims = [statistics.median(each) for each in zip(*rounds, strict=True)]
    costs = [await cost(bench, ms) for bench, ms in zip(benches, claims, strict=True)]
    for database in databases:
        await database.close()
    return costs


async def cost(bench: Bench, alone_ms: float) -> Cost:
    lists = statistics.median([await list_ms(bench) for _ in range(CLAIMS)])
    other = beside(bench.database)
    claims, removed_a_second = await claims_beside_a_cleanup(bench, other)
    await other.close()
    return Cost(alone_ms, lists, statistics.median(claims), max(claims), removed_a_second)


async def kept(database: Database, size: int) -> Bench:
    await schema.migrate(database)
    ended_s = f"-(n * {SPREAD_S / size})"
    for start in range(0, size, FILLED_TOGETHER):
        count, later = min(FILLED_TOGETHER, size - start), f"{ended_s} - {start * SPREAD_S / size}"
        await fill(database, Rows(count, "sent", "'' || (n % 1000)", later, ended_s=later))
    async with database.writing() as connection:
        await connection.exec_driver_sql(ATTEMPTS)
    bench = await a_table(database, [Rows(DUE, "scheduled", "'due ' || n", "-n / 10.0")])
    await written_out(database)
    return bench


async def list_ms(bench: Bench) -> float:
    began = time.perf_counter()
    await bench.ledger.reading.newest(limit=50)
    return (time.perf_counter() - began) * 1000


async def claims_beside_a_cleanup(bench: Bench, other: Database) -> tuple[list[float], float]:
    """Claims one after the other for as long as a cleanup runs; what it removes a second."""
    cleaning = asyncio.create_task(clean(other))
    await asyncio.sleep(0)
    claims: list[float] = []
    while not cleaning.done():
        claims.append(await claim_ms(bench))
    return claims, await cleaning


async def clean(database: Database) -> float:
    """As the task does it, for BESIDE_S at most; rows of messages a second."""
    began, removed = time.perf_counter(), 0
    async with aclosing(Cleanup(database, BOT).slices(DAYS)) as slices:
        async for table, count in slices:
            removed += count if table == "messages" else 0
            if time.perf_counter() - began > BESIDE_S:
                break
            await asyncio.sleep(PAUSE_S)
    return removed / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="how many are kept")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} rows")
    asked = parser.parse_args()
    rows = QUICK if asked.quick else asked.rows
    report = Report("Claims beside what is kept, and beside a cleanup", COLUMNS)
    with urls() as found:
        for name, url in found.items():
            sizes = (FEW, min(rows, ON_SQLITE) if name == "SQLite" else rows)
            costs = asyncio.run(measure(url, sizes))
            report.baseline(f"{name}, {FEW:,} kept", *figures(costs[0]))
            report.ours(f"{name}, {sizes[1]:,} kept", *figures(costs[1], costs[0].claim_ms))
    report.show()


def figures(cost: Cost, first_ms: float | None = None) -> list[float | None]:
    ratio = cost.claim_ms / first_ms if first_ms else None
    rest = (cost.list_ms, cost.beside_ms, cost.worst_ms, cost.removed_a_second)
    return [cost.claim_ms, ratio, *rest]


if __name__ == "__main__":
    main()
