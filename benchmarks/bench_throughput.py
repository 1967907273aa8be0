"""How near we come to what Telegram lets a bot send: 30 messages a second.

Ours is one worker with four children: four sending processes. The limit is set in the governor
and enforced by the sandbox; each message goes to a chat of its own. The rate is that between the
first and the last acceptance. Both databases are tried side by side: such a trickle leaves the
machine idle. Higher limits, and none, are in bench_broadcast_speed.

Baseline: a loop that sleeps 1/rate between sends. Run: python -m benchmarks.bench_throughput
"""

import asyncio
import time
from collections.abc import Sequence
from functools import partial

from benchmarks import bare_loop
from benchmarks.pace import Pace, columns, pace_of, workers_s
from benchmarks.report import Report
from benchmarks.stage import (
    CHILDREN,
    DATABASES,
    OURS_FROM,
    TEXT,
    Databases,
    options,
    start_broadcast,
    warm,
)
from core.telegram_limits import BOT_MESSAGES_PER_SECOND as LIMIT
from tests.servers.stack import UNLIMITED, Rates, Stack

OF_LIMIT = 98
FULL, QUICK = 3000, 30
THEIRS = 5
"""A loop that sleeps keeps its rate from its first send on: a fifth of our sends shows it."""


async def ours(report: Report, name: str, url: str, sends: int) -> None:
    """Posts, then a broadcast."""
    async with Stack(concurrency=CHILDREN, database_url=url, rates=Rates(bot=LIMIT)) as stack:
        await warm(stack)
        pace = partial(pace_of, stack, LIMIT, sends, partial(workers_s, stack))
        what = f"{LIMIT}/s, {DATABASES[name]}"
        report.ours(f"ours, posts at {what}", *(await pace(posts(stack, sends))).figures)
        chats = range(OURS_FROM + sends, OURS_FROM + 2 * sends)
        broadcast = await pace(start_broadcast(stack, "trickle", chats))
        report.ours(f"ours, broadcast at {what}", *broadcast.figures)


async def posts(stack: Stack, sends: int) -> None:
    """Due at once, written one by one: they come in faster than they may leave."""
    for chat_id in range(OURS_FROM, OURS_FROM + sends):
        await stack.book.schedule(f"{TEXT} {chat_id}", chat_id)


async def baseline(sends: int) -> Pace:
    """In this process, in a sandbox of its own."""
    limits = Rates(bot=LIMIT)
    async with (
        Stack(workers=0, rates=UNLIMITED, limits=limits) as stack,
        bare_loop.bot(stack.sandbox.url) as bot,
    ):
        sending = bare_loop.paced(bot, sends, LIMIT)
        return await pace_of(stack, LIMIT, sends, time.process_time, sending)


async def measure(report: Report, sends: int, names: Sequence[str], databases: Databases) -> None:
    await asyncio.gather(*(ours(report, name, databases.url(name), sends) for name in names))
    theirs = await baseline(max(sends // THEIRS, 2))
    report.baseline(f"sleeps 1/{LIMIT} s", *theirs.figures)


def main() -> None:
    asked = options(__doc__)
    sends = QUICK if asked.quick else FULL
    report = Report("Throughput: one worker with four children", columns(OF_LIMIT))
    with Databases() as databases:
        asyncio.run(measure(report, sends, asked.databases, databases))
    report.show()


if __name__ == "__main__":
    main()
