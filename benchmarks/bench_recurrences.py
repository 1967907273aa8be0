"""What a sweep over recurrences costs: all of them due at once, and none of them due.

The baseline is the obvious way: read every rule and ask plain dateutil for its next time, at each
sweep; it writes nothing. Run: python -m benchmarks.bench_recurrences
"""

import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from sqlalchemy import insert, select, update

from benchmarks.bench_plans import urls
from benchmarks.report import Column, Report
from benchmarks.stage import DATABASES, options
from core.recurrence import Recurrence
from core.recurring_message import Missed
from infra.celery.recurring import SLICE
from infra.db import schema
from infra.db.engine import Database
from infra.db.occurrences import SERIES_AHEAD_S
from infra.db.tables import series
from tests.integration.conftest import Bench, request

RECURRENCES = 1_000
FEW = 100
SWEEPS = 15
BASELINE_SWEEPS = 3
FAR = timedelta(days=30)
AGE = timedelta(days=365)
RULES = (
    "FREQ=DAILY;BYHOUR=9;BYMINUTE=0",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=HOURLY;INTERVAL=2",
)
ZONE = "Europe/Berlin"

Sweep = Callable[[Bench], Coroutine[Any, Any, None]]


async def recurrences(database: Database, count: int) -> Bench:
    """So many, of several kinds, that have run for a year."""
    bench = Bench(database)
    starts = (datetime.now(UTC) - AGE).replace(tzinfo=None, second=0, microsecond=0)
    made = await bench.ledger.series.create(
        request(), Recurrence(RULES[0], ZONE, starts), Missed.SEND
    )
    async with database.writing() as connection:
        this = select(series).where(series.c.id == made.series.id)
        row = dict((await connection.execute(this)).mappings().one())
        del row["id"]
        rest = [row | {"key": str(n), "rule": RULES[n % len(RULES)]} for n in range(1, count)]
        await connection.execute(insert(series), rest)
    return bench


async def put_off(bench: Bench, until: datetime) -> None:
    async with bench.database.writing() as connection:
        await connection.execute(update(series).values(next_at=until))


async def sweep(bench: Bench) -> None:
    """As the workers' timer does it: a look, and the slices if there are any."""
    if await bench.ledger.claims.is_busy(0):
        while (await bench.ledger.series.materialise(SERIES_AHEAD_S, SLICE)).looked:
            pass


async def sweep_of_dateutil(bench: Bench) -> None:
    async with bench.database.reading() as connection:
        rows = (await connection.execute(select(series.c.rule, series.c.starts))).all()
    now = datetime.now(UTC).replace(tzinfo=None)
    for rule, starts in rows:
        assert rrulestr(rule, dtstart=datetime.fromisoformat(starts)).after(now)


async def all_due_ms(bench: Bench, work: Sweep, sweeps: int) -> float:
    took_ms = []
    for _ in range(sweeps):
        await put_off(bench, datetime.now(UTC))
        took_ms.append(await _took_ms(bench, work))
    return statistics.median(took_ms)


async def none_due_ms(bench: Bench, work: Sweep, sweeps: int) -> float:
    await put_off(bench, datetime.now(UTC) + FAR)
    return statistics.median([await _took_ms(bench, work) for _ in range(sweeps)])


async def _took_ms(bench: Bench, work: Sweep) -> float:
    began = time.perf_counter()
    await work(bench)
    return (time.perf_counter() - began) * 1000


async def measure(url: str, count: int) -> dict[Sweep, list[float]]:
    """For ours and the baseline's sweep: with all due, with none due."""
    database = Database(url)
    await schema.migrate(database)
    bench = await recurrences(database, count)
    found: dict[Sweep, list[float]] = {
        work: [await all_due_ms(bench, work, sweeps), await none_due_ms(bench, work, sweeps)]
        for work, sweeps in ((sweep_of_dateutil, BASELINE_SWEEPS), (sweep, SWEEPS))
    }
    await database.close()
    return found


def main() -> None:
    asked = options(__doc__)
    count = FEW if asked.quick else RECURRENCES
    columns = [Column("all due, ms", 0, 1_500), Column("none due, ms", 2, 5)]
    report = Report(f"A sweep over {count:,} recurrences", columns)
    with urls() as found:
        for name in (DATABASES[each] for each in asked.databases):
            figures = asyncio.run(measure(found[name](count), count))
            report.baseline(f"{name}, dateutil asked about each", *figures[sweep_of_dateutil])
            report.ours(f"{name}", *figures[sweep])
    report.show()


if __name__ == "__main__":
    main()
