"""How long after a pause the last message still leaves, and how soon the first after a resume.

A broadcast runs with four sending processes; it is paused at a random moment, watched, and
resumed, again and again. Times are from the moment at which the deed was done (its commit) to
the sandbox's acceptance; 0 where nothing came after it. Pause takes the deed itself: a
compare-and-set on the broadcast's row.

The baseline is a flag in each row, as one statement: nobody is stopped before it has ended.

Run: python -m benchmarks.bench_broadcast_pause
"""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from benchmarks.report import Column, Report
from benchmarks.stage import (
    CHILDREN,
    DATABASES,
    OURS_FROM,
    Databases,
    options,
    start_broadcast,
    until_accepted,
    warm,
)
from infra.db.tables import messages
from tests.servers.stack import UNLIMITED, Rates, Stack

SEED = 20
WATCHED_S = 2.5
"""Longer than a pause may take to hold."""

RUNS_S = (0.5, 1.5)
RATES = (300, 0)
FASTEST = 5_000
"""Sends a second without a limit: so many recipients are needed to have some left."""

FIRST_WITHIN_S = 60.0
FAR = timedelta(days=30)
COLUMNS = (
    Column("pause ms", 1),
    Column("worst ms", 1),
    Column("last left ms", 1),
    Column("worst ms", 1, at_most=2000),
    Column("left after it"),
    Column("goes on ms"),
    Column("worst ms"),
)


@dataclass(frozen=True, slots=True)
class Stop:
    """Times in seconds: what the deed took, the last message after it, the first after resume."""

    took_s: float
    last_s: float
    left: int
    goes_on_s: float


async def measure(url: str, rate: float, pauses: int) -> tuple[list[Stop], float]:
    """Each pause, and what the baseline takes for as many recipients."""
    rates, chance = Rates(bot=rate) if rate else UNLIMITED, random.Random(SEED)
    recipients = round((rate or FASTEST) * (pauses + 1) * (sum(RUNS_S) / 2 + 1))
    async with Stack(concurrency=CHILDREN, database_url=url, rates=rates) as stack:
        await warm(stack)
        chats = range(OURS_FROM, OURS_FROM + recipients)
        broadcast_id = await start_broadcast(stack, "pause", chats)
        await until_accepted(stack, 1, FIRST_WITHIN_S)
        stops: list[Stop] = []
        for _ in range(pauses):
            await asyncio.sleep(chance.uniform(*RUNS_S))
            stops.append(await stop(stack, broadcast_id))
        left = (await stack.book.ledger.broadcasts.get(broadcast_id)).tally.pending
        assert left, "all sent: too few recipients for so many pauses"
        await stack.book.ledger.broadcasts.pause(broadcast_id)
        await asyncio.sleep(WATCHED_S)
        return stops, await flag_each_row(stack, broadcast_id)


async def stop(stack: Stack, broadcast_id: int) -> Stop:
    """Pause it, watch, resume it, and wait until it goes on."""
    broadcasts = stack.book.ledger.broadcasts
    before, began_at = (await stack.sandbox.stats())["last"], time.time()
    await broadcasts.pause(broadcast_id)
    paused_at = time.time()
    await asyncio.sleep(WATCHED_S)
    late = [at for at in await accepted(stack, before) if at > paused_at]
    seen = (await stack.sandbox.stats())["last"]
    await broadcasts.resume(broadcast_id)
    resumed_at = time.time()
    await stack.sandbox.get("receipts", since=seen, count=1, wait_s=FIRST_WITHIN_S, limit=1)
    goes_on_s = (await accepted(stack, seen))[0] - resumed_at
    last_s = max(late, default=paused_at) - paused_at
    return Stop(paused_at - began_at, last_s, len(late), goes_on_s)


async def accepted(stack: Stack, since: int) -> Sequence[float]:
    answer = await stack.sandbox.get("receipts", since=since, count=0, compact=1)
    times: Sequence[float] = answer["columns"]["accepted_at"]
    return times


async def flag_each_row(stack: Stack, broadcast_id: int) -> float:
    """Seconds of one statement over all of its rows."""
    later = {"due_at": datetime.now(UTC) + FAR}
    these = update(messages).where(messages.c.broadcast_id == broadcast_id).values(later)
    began_s = time.perf_counter()
    async with stack.book.ledger.database.writing() as connection:
        await connection.execute(these)
    return time.perf_counter() - began_s


def figures(stops: Sequence[Stop]) -> list[float]:
    """As in COLUMNS."""
    took, last, on = (
        [1000 * value for value in values]
        for values in zip(
            *((each.took_s, each.last_s, each.goes_on_s) for each in stops), strict=True
        )
    )
    left = statistics.median(each.left for each in stops)
    median = statistics.median
    return [median(took), max(took), median(last), max(last), left, median(on), max(on)]


def main() -> None:
    asked = options(__doc__, 20)
    pauses = 2 if asked.quick else asked.rows
    report = Report(f"{pauses} pauses of a broadcast: medians, and the worst", COLUMNS)
    with Databases() as databases:
        for rate in RATES:
            for name in asked.databases:
                told = f"{f'{rate}/s' if rate else 'no limit'}, {DATABASES[name]}"
                stops, each_s = asyncio.run(measure(databases.url(name), rate, pauses))
                report.ours(f"ours, {told}", *figures(stops))
                nothing = [None] * (len(COLUMNS) - 1)
                report.baseline(f"a flag in each row, {told}", each_s * 1000, *nothing)
    report.show()


if __name__ == "__main__":
    main()
