"""What it takes to write the rows of a broadcast's audience, and to ask how far it is.

The baseline is the obvious way: read the subscribers page by page, and hand their rows to one
INSERT after the other (executemany); it keeps no place from which it could go on. A slice is the
time for which other writers wait on SQLite. Run: python -m benchmarks.bench_broadcasts
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Callable

from sqlalchemy import insert, select

from benchmarks.bench_plans import urls, written_out
from benchmarks.report import Column, Report
from core.message import OnUncertain
from infra.db import schema
from infra.db.bot_tables import subscribers
from infra.db.broadcast_build import SLICE
from infra.db.engine import Database
from infra.db.new_rows import new_row
from infra.db.tables import messages
from tests.integration.broadcast_bench import EVERYBODY, BroadcastBench, subscribe_many
from tests.integration.conftest import BOT

ROWS = 1_000_000
QUICK = 50_000
LOOKS = 50
COLUMNS = (
    Column("seconds", 1, at_most=60),
    Column("rows/s"),
    Column("slice ms", 1),
    Column("worst ms", 1),
    Column("status ms", 1, at_most=100),
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
    """Seconds, rows a second, a slice's median and worst in ms, and a look's median in ms."""
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
    looks = [await look_ms(bench, broadcast_id) for _ in range(LOOKS)]
    await database.close()
    figures = (statistics.median(slices), max(slices), statistics.median(looks))
    return [took_s, rows / took_s, *figures]


async def look_ms(bench: BroadcastBench, broadcast_id: int) -> float:
    began = time.perf_counter()
    found = await bench.get(broadcast_id)
    assert found.tally.pending == found.tally.total
    return (time.perf_counter() - began) * 1000


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
            report.baseline(f"{name}, executemany", *plain[:4], None)
            report.ours(name, *asyncio.run(measure(url(2 * place + 2), rows, ours)))
    report.show()


if __name__ == "__main__":
    main()
