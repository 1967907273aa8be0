"""How near to Telegram's limit we send, and how fast where there is none.

Ours is one worker with four children: four sending processes. The limit is set in the governor
and enforced by the sandbox; each message goes to a chat of its own. The rate is that between the
first and the last acceptance. At 30 a second both databases are tried side by side: such a
trickle leaves the machine idle.

Baselines: for a limit, a loop that sleeps 1/rate between sends; without one, aiogram's
Bot.send_message with 64 in flight in one process, no ledger and nobody to ask.

Run: python -m benchmarks.bench_throughput
"""

import asyncio
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks import bare_loop
from benchmarks.machine import cpu_s, family
from benchmarks.report import Column, Report
from benchmarks.stage import (
    CHILDREN,
    DATABASES,
    OURS_FROM,
    TEXT,
    Databases,
    options,
    until_accepted,
    warm,
)
from core.message import Content, OnUncertain, Request
from core.telegram_limits import BOT_MESSAGES_PER_SECOND as SLOW
from core.telegram_limits import PAID_BROADCAST_MESSAGES_PER_SECOND as FAST
from tests.servers.book import POLICY
from tests.servers.sandbox import SandboxClient
from tests.servers.stack import UNLIMITED, Rates, Stack

BEGIN_IN_S = 1.0
ROWS_A_SECOND = 8_000
END_WITHIN_S = 60.0
SLOWEST = 200
"""Sends a second that are waited for, however high the limit: others may use this machine."""

COLUMNS = (
    Column("sends"),
    Column("a second", 1),
    Column("% of limit", 1, at_least=98),
    Column("429s", at_most=0),
    Column("sender CPU µs/send"),
    Column("sandbox CPU µs/send"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many sends at 30 a second, at 1,000 a second, and without a limit."""

    trickle: int
    flood: int
    unlimited: int


FULL, QUICK = Plan(3000, 20_000, 10_000), Plan(30, 2000, 2000)
THEIRS = 5
"""A loop that sleeps keeps its rate from its first send on: a fifth of our sends shows it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How things stand at a moment."""

    seq: int
    over_limit: int
    sandbox_s: float
    worker_s: float


async def trickle(report: Report, name: str, url: str, plan: Plan) -> None:
    """Posts, then a broadcast, at what Telegram lets a bot send."""
    rates = Rates(bot=SLOW)
    async with Stack(concurrency=CHILDREN, database_url=url, rates=rates) as stack:
        await warm(stack)
        what = f"{rates.bot}/s, {DATABASES[name]}"
        await posts(report, stack, f"ours, posts at {what}", plan.trickle)
        await broadcast(report, stack, f"ours, broadcast at {what}", plan.trickle)


async def flood(report: Report, name: str, url: str, rate: float, sends: int) -> None:
    """A broadcast as fast as the rate lets it; 0 for no limit."""
    rates = Rates(bot=rate) if rate else UNLIMITED
    async with Stack(concurrency=CHILDREN, database_url=url, rates=rates) as stack:
        await warm(stack)
        what = f"at {rate:,.0f}/s" if rate else "without a limit"
        await broadcast(report, stack, f"ours, broadcast {what}, {DATABASES[name]}", sends)


async def posts(report: Report, stack: Stack, name: str, sends: int) -> None:
    """Due at once, written one by one: they come in faster than they may leave."""
    before = await mark(stack)
    for chat_id in range(OURS_FROM, OURS_FROM + sends):
        await stack.book.schedule(f"{TEXT} {chat_id}", chat_id)
    await finish(report, stack, name, sends, before)


async def broadcast(report: Report, stack: Stack, name: str, sends: int) -> None:
    due_at = datetime.now(UTC) + timedelta(seconds=BEGIN_IN_S + sends / ROWS_A_SECOND)
    content = Content("sendMessage", {"text": TEXT})
    request = Request("", content, due_at, name, OnUncertain.RESEND, POLICY.max_attempts)
    chats = [str(OURS_FROM + sends + n) for n in range(sends)]
    before = await mark(stack)
    await stack.book.ledger.intake.schedule_broadcast(request, chats)
    await finish(report, stack, name, sends, before)


async def finish(report: Report, stack: Stack, name: str, sends: int, before: Mark) -> None:
    """Wait for the end of it, and report."""
    rate = stack.rates.bot
    within_s = END_WITHIN_S + 2 * sends / min(rate or SLOWEST, SLOWEST)
    await until_accepted(stack, before.seq + sends, within_s)
    after = await mark(stack)
    a_second = await achieved(stack.sandbox, before.seq)
    report.ours(
        name,
        sends,
        a_second,
        100 * a_second / rate if rate else None,
        after.over_limit - before.over_limit,
        (after.worker_s - before.worker_s) / sends * 1e6,
        (after.sandbox_s - before.sandbox_s) / sends * 1e6,
    )


async def mark(stack: Stack) -> Mark:
    stats = await stack.sandbox.stats()
    worker_s = sum(cpu_s(family(worker.pid)) for worker in stack.running_workers)
    return Mark(stats["last"], stats["over_limit"], stats["cpu_s"], worker_s)


async def achieved(sandbox: SandboxClient, since: int) -> float:
    """Acceptances a second since this receipt: so many intervals, one fewer than messages."""
    answer = await sandbox.get("receipts", since=since, compact=1)
    accepted_at: Sequence[float] = answer["columns"]["accepted_at"]
    return (len(accepted_at) - 1) / (max(accepted_at) - min(accepted_at))


async def baselines(report: Report, plan: Plan) -> None:
    """One after the other, in this process, in a sandbox of their own."""
    async with Stack(workers=0, limits=UNLIMITED) as stack, bare_loop.bot(stack.sandbox.url) as bot:
        for rate, sends in ((SLOW, plan.trickle), (FAST, plan.flood)):
            await stack.sandbox.post("limits", rate=rate)
            sending = bare_loop.paced(bot, sends // THEIRS, rate)
            await baseline(report, stack.sandbox, f"sleeps 1/{rate:,} s", rate, sending)
        await stack.sandbox.post("limits", rate=0)
        sending = bare_loop.crowded(bot, plan.unlimited)
        await baseline(report, stack.sandbox, "aiogram, 64 in flight", 0, sending)


async def baseline(
    report: Report, sandbox: SandboxClient, name: str, rate: float, sending: Awaitable[None]
) -> None:
    before, began_s = await sandbox.stats(), time.process_time()
    await sending
    after, took_s = await sandbox.stats(), time.process_time() - began_s
    sends, a_second = after["last"] - before["last"], await achieved(sandbox, before["last"])
    report.baseline(
        name,
        sends,
        a_second,
        100 * a_second / rate if rate else None,
        after["over_limit"] - before["over_limit"],
        took_s / sends * 1e6,
        (after["cpu_s"] - before["cpu_s"]) / sends * 1e6,
    )


async def measure(report: Report, plan: Plan, names: Sequence[str], databases: Databases) -> None:
    await asyncio.gather(*(trickle(report, name, databases.url(name), plan) for name in names))
    for rate, sends in ((FAST, plan.flood), (0, plan.unlimited)):
        for name in names:
            await flood(report, name, databases.url(name), rate, sends)
    await baselines(report, plan)


def main() -> None:
    asked = options(__doc__)
    plan = QUICK if asked.quick else FULL
    report = Report("Throughput: one worker with four children", COLUMNS)
    with Databases() as databases:
        asyncio.run(measure(report, plan, asked.databases, databases))
    report.show()


if __name__ == "__main__":
    main()
