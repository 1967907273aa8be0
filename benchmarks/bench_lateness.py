"""How late messages leave, by the sandbox's clock, beside a plain sweep once a minute.

600 messages at random times within a minute, each to a chat of its own, wait in the ledger of
a stack with one worker of four children and one Beat, under Telegram's own limits. At the
same time, against the same sandbox as another bot, a loop wakes every 60 s and posts what is
due of the same times, at no more than 30 a second. Late: from the wanted time until Telegram
accepted it. Early: received before the wanted time.

Run: python -m benchmarks.bench_lateness
"""

import asyncio
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from benchmarks.report import Column, Report
from benchmarks.stage import (
    BASELINE_FROM,
    CHILDREN,
    DATABASES,
    OTHER_TOKEN,
    OURS_FROM,
    TEXT,
    Databases,
    options,
    percentile,
    schedule_posts,
    until_accepted,
    warm,
)
from core.telegram_limits import BOT_MESSAGES_PER_SECOND
from tests.servers.stack import Stack

SEED = 20
END_WITHIN_S = 60.0
COLUMNS = (
    Column("p50 ms", 1, at_most=10),
    Column("p95 ms", 1),
    Column("p99 ms", 1, at_most=50),
    Column("max ms", 1),
    Column("early", at_most=0),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """So many messages over so many seconds; the baseline sweeps as often."""

    messages: int
    over_s: float


FULL, QUICK = Plan(600, 60.0), Plan(40, 3.0)

Wanted = Mapping[int, float]
"""When each chat's message is to leave, in Unix time."""


def offsets(plan: Plan) -> dict[int, float]:
    """For each chat so many seconds: distinct milliseconds, the same in each run."""
    moments = random.Random(SEED).sample(range(round(plan.over_s * 1000)), plan.messages)
    return {OURS_FROM + n: ms / 1000 for n, ms in enumerate(sorted(moments))}


async def sweep(url: str, wanted: Wanted, first_at: float, every_s: float) -> None:
    """The baseline: wake up every so often, post what is due."""
    waiting = sorted(wanted, key=wanted.__getitem__)
    async with aiohttp.ClientSession() as session:
        while waiting:
            await asyncio.sleep(first_at - time.time())
            due = [chat_id for chat_id in waiting if wanted[chat_id] <= time.time()]
            for chat_id in due:
                next_at = time.monotonic() + 1 / BOT_MESSAGES_PER_SECOND
                await _post(session, url, chat_id)
                await asyncio.sleep(next_at - time.monotonic())
            waiting = waiting[len(due) :]
            first_at += every_s


async def _post(session: aiohttp.ClientSession, url: str, chat_id: int) -> None:
    body = {"chat_id": chat_id, "text": TEXT}
    async with session.post(f"{url}/bot{OTHER_TOKEN}/sendMessage", json=body) as answer:
        await answer.read()


async def measure(report: Report, plan: Plan, name: str, url: str) -> None:
    async with Stack(beats=1, concurrency=CHILDREN, database_url=url) as stack:
        await warm(stack)
        wanted = await schedule_posts(stack, offsets(plan))
        theirs = {chat + BASELINE_FROM: at for chat, at in wanted.items()}
        # Half a period into it: the mean of all the phases that a sweep may have.
        first_at = min(wanted.values()) + plan.over_s / 2
        await sweep(stack.sandbox.url, theirs, first_at, plan.over_s)
        await until_accepted(stack, 2 * plan.messages, END_WITHIN_S)
        receipts = await stack.sandbox.receipts()
    times = {int(each.chat_id): (each.received_at, each.accepted_at) for each in receipts}
    report.ours(f"ours, {DATABASES[name]}", *figures(times, wanted))
    every = f"a sweep each {plan.over_s:.0f} s, beside {DATABASES[name]}"
    report.baseline(every, *figures(times, theirs))


def figures(times: Mapping[int, tuple[float, float]], wanted: Wanted) -> list[float]:
    """As in COLUMNS."""
    late_ms = [(times[chat][1] - at) * 1000 for chat, at in wanted.items()]
    early = sum(times[chat][0] < at for chat, at in wanted.items())
    return [*(percentile(late_ms, each) for each in (50, 95, 99, 100)), early]


def main() -> None:
    asked = options(__doc__)
    plan = QUICK if asked.quick else FULL
    report = Report(
        f"Lateness of {plan.messages} messages at random times over {plan.over_s:.0f} s", COLUMNS
    )
    with Databases() as databases:
        for name in asked.databases:
            asyncio.run(measure(report, plan, name, databases.url(name)))
    report.show()


if __name__ == "__main__":
    main()
