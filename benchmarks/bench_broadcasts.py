"""What it takes to write the rows of a broadcast's audience, and to ask how it went.

The baseline is the obvious way: read the subscribers page by page, and hand their rows to one
INSERT after the other (executemany); it keeps no place from which it could go on. A slice is the
time for which other writers wait on SQLite. The report is looked at once every hundredth
recipient has failed, for three reasons: status, the counts by reason, and the first page of
everybody and of those who failed, as the CSV has them. Run: python -m benchmarks.bench_broadcasts
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable

from sqlalchemy import case, insert, select, update

from benchmarks.bench_plans import urls, written_out
from benchmarks.report import Column, Report
from core.message import OnUncertain, State
from infra.db import schema
from infra.db.bot_tables import subscribers
from infra.db.broadcast_build import SLICE
from infra.db.broadcast_report import BroadcastReport
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.new_rows import new_row
from infra.db.tables import broadcast_tallies, messages
from tests.integration.broadcast_bench import EVERYBODY, BroadcastBench, subscribe_many
from tests.integration.conftest import BOT

ROWS = 1_000_000
QUICK = 50_000
LOOKS = 50
FAILS = 100
"""Every so many-th recipient."""

REASONS = ("blocked", "chat_not_found", "deactivated")

COLUMNS = (
    Column("seconds", 1, at_most=60),
    Column("rows/s"),
    Column("slice ms", 1),
    Column("worst ms", 1),
    Column("status ms", 1, at_most=100),
    Column("reasons ms", 1, at_most=100),
    Column("CSV's first page ms", 1),
    Column("failed alone ms", 1),
)

Write = Callable[[BroadcastBench, int], AsyncGenerator[int, None]]
Measured = list[float]


async def ours(bench: BroadcastBench, broadcast_id: int) -> AsyncGenerator[int, None]:
    async for each in bench.ledger.broadcast_build.audience(broadcast_id):
        yield each.created


async def executemany(bench: BroadcastBench, broadcast_id: int) -> AsyncGenerator[int, None]:
    """One statement for each page of subscribers, with a set of values for each row."""
    last, now, size = 0, await bench.database.now(), SLICE[bench.database.dialect]
    s = subscribers.c
    shared = new_row(
        BOT,
        broadcast_id,
        cost=1,
        when=now,
        on_uncertain=OnUncertain.PARK,
        max_attempts=6,
        expires_at=None,
    ) | {"created_at": now}
    while True:
        page = select(s.user_id).where(s.bot_id == BOT, s.user_id > last).order_by(s.user_id)
        async with bench.database.writing() as connection:
            ids = (await connection.scalars(page.limit(size))).all()
            rows = [{**shared, "chat_id": str(id_)} for id_ in ids]
            if rows:
                await connection.execute(insert(messages), rows)
        if not ids:
            return
        last = ids[-1]
        yield len(ids)


async def measure(url: str, rows: int, write: Write) -> Measured:
    """As in COLUMNS."""
    database = Database(url)
    await schema.migrate(database)
    await subscribe_many(database, rows)
    await written_out(database)
    bench = BroadcastBench(database)
    broadcast_id = await bench.draft(audience=EVERYBODY)
    slices, written, began = [], 0, time.perf_counter()
    at = began
    async for created in write(bench, broadcast_id):
        now = time.perf_counter()
        slices.append((now - at) * 1000)
        at, written = now, written + created
    took_s = time.perf_counter() - began
    assert written == rows
    await bench.put(broadcast_id, total=rows)
    failed = await fail_some(bench, broadcast_id)
    looks = await looks_ms(bench, broadcast_id, failed)
    await database.close()
    return [took_s, rows / took_s, statistics.median(slices), max(slices), *looks]


async def fail_some(bench: BroadcastBench, broadcast_id: int) -> int:
    """How many."""
    m = messages.c
    ends = {"state": State.FAILED.value, "ended_at": utc_now(), "attempts": 1}
    which = dict(enumerate(REASONS))
    reason = case(which, value=m.id // FAILS % len(REASONS))
    these = update(messages).where(m.broadcast_id == broadcast_id, m.id % FAILS == 0)
    async with bench.database.writing() as connection:
        failed = (await connection.execute(these.values(**ends, reason=reason))).rowcount
        tally = dict.fromkeys(("sent", "uncertain", "skipped", "streak"), 0)
        row = {"broadcast_id": broadcast_id, "shard": 0, "failed": failed, **tally}
        await connection.execute(insert(broadcast_tallies), row)
    await written_out(bench.database)
    return failed


async def looks_ms(bench: BroadcastBench, broadcast_id: int, failed: int) -> Measured:
    """Medians of status, reasons, the first page of all, and of those who failed."""
    report = BroadcastReport(bench.database, BOT)

    async def status() -> bool:
        tally = (await bench.get(broadcast_id)).tally
        return tally.failed == failed == tally.total - tally.pending

    async def reasons() -> bool:
        return sum(each.recipients for each in await report.reasons(broadcast_id)) == failed

    async def everybody() -> bool:
        return bool(await anext(report.pages(broadcast_id)))

    async def those_who_failed() -> bool:
        return bool(await anext(report.pages(broadcast_id, [State.FAILED])))

    return [await look_ms(each) for each in (status, reasons, everybody, those_who_failed)]


async def look_ms(look: Callable[[], Awaitable[bool]]) -> float:
    """The median of many; the look tells whether it has found what is there."""
    took_ms = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        assert await look()
        took_ms.append((time.perf_counter() - began) * 1000)
    return statistics.median(took_ms)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="how many recipients")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} recipients")
    asked = parser.parse_args()
    rows = QUICK if asked.quick else asked.rows
    report = Report(f"A broadcast to {rows:,} subscribers", COLUMNS)
    with urls() as found:
        for place, (name, url) in enumerate(found.items()):
            plain = asyncio.run(measure(url(2 * place + 1), rows, executemany))
            report.baseline(f"{name}, executemany", *plain[:4], *[None] * (len(COLUMNS) - 4))
            report.ours(name, *asyncio.run(measure(url(2 * place + 2), rows, ours)))
    report.show()


if __name__ == "__main__":
    main()
