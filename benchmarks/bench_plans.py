"""What a claim costs beside how many messages there are, and the plan of every statement.

Half of the messages were sent long ago, the other half are overdue posts to one chat: the worst
that a claim can meet. Run: python -m benchmarks.bench_plans
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.markup import escape

from benchmarks.report import Column, Report
from core.partners import Returned
from infra.db import schema
from infra.db.engine import Database
from tests.integration.conftest import Bench
from tests.integration.query_plans import Plans
from tests.integration.test_plans import a_backlog_to_one_chat, a_cycle, a_table
from tests.servers.postgres import PostgresServer

FEW = 10_000
MESSAGES = 1_000_000
CLAIMS = 30
CAPACITY = 60
AHEAD_S = 3.0


Measured = tuple[float, float, Plans]


@contextmanager
def urls() -> Iterator[dict[str, Callable[[int], str]]]:
    """For each database, how a new one is had."""
    with tempfile.TemporaryDirectory() as folder, PostgresServer() as server:
        yield {
            "SQLite": lambda size: f"sqlite:///{folder}/{size}.db",
            "Postgres": lambda size: server.create_database(f"plans_{size}"),
        }


async def measure(url: str, size: int) -> Measured:
    """Medians of a claim that takes CAPACITY messages and of a look for work, in ms; the plans."""
    database = Database(url)
    await schema.migrate(database)
    bench = await a_table(database, a_backlog_to_one_chat(size))
    await written_out(database)
    plans = Plans(database)
    await a_cycle(bench, plans)
    claims = [await claim_ms(bench) for _ in range(CLAIMS)]
    looks = [await _look_ms(bench) for _ in range(CLAIMS)]
    await database.close()
    return statistics.median(claims), statistics.median(looks), plans


async def written_out(database: Database) -> None:
    """The rows that were just made are not to be written to disk while claims are timed."""
    sql = "CHECKPOINT" if database.dialect == "postgresql" else "PRAGMA wal_checkpoint"
    async with database.reading() as connection:
        await connection.exec_driver_sql(sql)


async def claim_ms(bench: Bench) -> float:
    began = time.perf_counter()
    claims = await bench.claim(CAPACITY, AHEAD_S)
    took_s = time.perf_counter() - began
    assert len(claims) == CAPACITY
    await asyncio.gather(*(bench.ledger.give_back(Returned(claim, 0)) for claim in claims))
    return took_s * 1000


async def _look_ms(bench: Bench) -> float:
    began = time.perf_counter()
    await bench.ledger.claims.is_busy(AHEAD_S)
    return (time.perf_counter() - began) * 1000


def show(report: Report, name: str, plans: Plans) -> None:
    for plan in plans.found:
        report.note(f"\n{name}: {plan.name}\n{escape(plan.text)}")
        for fault in plan.faults:
            report.note(f"[red]bad:[/] {escape(fault)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    messages = parser.parse_args().messages
    columns = [Column(f"claim of {CAPACITY}, ms", 1, 20), Column("look for work, ms", 1, 5)]
    report = Report("Claims from a long backlog, beside a short one", columns)
    with urls() as found:
        for name, url in found.items():
            claim_ms, look_ms, _ = asyncio.run(measure(url(FEW), FEW))
            report.baseline(f"{name}, {FEW:,} messages", claim_ms, look_ms)
            claim_ms, look_ms, plans = asyncio.run(measure(url(messages), messages))
            report.ours(f"{name}, {messages:,} messages", claim_ms, look_ms)
            show(report, name, plans)
    report.show()


if __name__ == "__main__":
    main()
