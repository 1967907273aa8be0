"""How late posts leave while a broadcast takes all that the limit gives, beside none running.

Posts fall due at random times, each in a chat of its own. First there are posts alone, which is
the baseline; then as many while a broadcast runs at the limit, with four sending processes. Late:
from the wanted time until the sandbox accepted it. The rate is that of all messages in the time
of the posts.

Run: python -m benchmarks.bench_broadcast_posts
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.report import Column, Report
from benchmarks.stage import (
    CHILDREN,
    DATABASES,
    LEAD_S,
    OURS_FROM,
    Databases,
    options,
    percentile,
    schedule_posts,
    start_broadcast,
    warm,
)
from core.telegram_limits import BOT_MESSAGES_PER_SECOND
from tests.servers.stack import Rates, Stack

SEED = 20
RATES = (BOT_MESSAGES_PER_SECOND, 300)
RECIPIENTS_FROM = 2 * OURS_FROM
SETTLE_S = 2.0
END_WITHIN_S = 30.0
COLUMNS = (
    Column("p50 ms", 1),
    Column("p95 ms", 1),
    Column("max ms", 1, at_most=1000),
    Column("early", at_most=0),
    Column("all, a second", 1),
    Column("% of limit", 1, at_least=97),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """So many posts over so many seconds."""

    posts: int
    over_s: float


FULL, QUICK = Plan(100, 20.0), Plan(10, 4.0)

Wanted = Mapping[int, float]
"""When each chat's post is to leave, in Unix time."""

Accepted = Sequence[tuple[int, float, float]]
"""Of each message its chat, and when it was received and accepted."""


def offsets(plan: Plan, first: int) -> dict[int, float]:
    """For each chat so many seconds, the same in each run."""
    moments = random.Random(SEED).sample(range(round(plan.over_s * 1000)), plan.posts)
    return {first + n: ms / 1000 for n, ms in enumerate(sorted(moments))}


async def measure(report: Report, plan: Plan, rate: float, name: str, url: str) -> None:
    told = f"{rate}/s, {DATABASES[name]}"
    async with Stack(concurrency=CHILDREN, database_url=url, rates=Rates(bot=rate)) as stack:
        await warm(stack)
        alone = await posts(stack, plan, OURS_FROM)
        # It runs from well before the first post until well after the last.
        span_s = plan.over_s + 2 * LEAD_S + 2 * SETTLE_S
        chats = range(RECIPIENTS_FROM, RECIPIENTS_FROM + round(rate * span_s))
        await start_broadcast(stack, "beside", chats)
        await asyncio.sleep(SETTLE_S)
        beside = await posts(stack, plan, OURS_FROM + plan.posts)
        accepted = await receipts(stack)
    report.baseline(f"no broadcast, {told}", *lateness(accepted, alone), None, None)
    a_second = rate_within(accepted, min(beside.values()), max(beside.values()))
    of_limit = 100 * a_second / rate
    report.ours(f"during one, {told}", *lateness(accepted, beside), a_second, of_limit)


async def posts(stack: Stack, plan: Plan, first: int) -> Wanted:
    """Write them, and wait until they are gone."""
    wanted = await schedule_posts(stack, offsets(plan, first))
    await asyncio.sleep(LEAD_S + plan.over_s)
    ours = set(wanted)
    for _ in range(round(END_WITHIN_S)):
        if ours <= {chat for chat, _, _ in await receipts(stack)}:
            return wanted
        await asyncio.sleep(1)
    raise AssertionError(f"not all posts left within {END_WITHIN_S:.0f} s of the last")


async def receipts(stack: Stack) -> Accepted:
    answer = await stack.sandbox.get("receipts", count=0, compact=1)
    columns = answer["columns"]
    names = ("chat_id", "received_at", "accepted_at")
    return list(zip(*(columns[name] for name in names), strict=True))


def lateness(accepted: Accepted, wanted: Wanted) -> list[float]:
    """As in COLUMNS."""
    times = {chat: (received, at) for chat, received, at in accepted if chat in wanted}
    late_ms = [(times[chat][1] - at) * 1000 for chat, at in wanted.items()]
    early = sum(times[chat][0] < at for chat, at in wanted.items())
    return [*(percentile(late_ms, each) for each in (50, 95, 100)), early]


def rate_within(accepted: Accepted, begin_at: float, end_at: float) -> float:
    return sum(begin_at <= at < end_at for _, _, at in accepted) / (end_at - begin_at)


def main() -> None:
    asked = options(__doc__)
    plan = QUICK if asked.quick else FULL
    report = Report(f"Lateness of {plan.posts} posts over {plan.over_s:.0f} s", COLUMNS)
    with Databases() as databases:
        for rate in RATES:
            for name in asked.databases:
                asyncio.run(measure(report, plan, rate, name, databases.url(name)))
    report.show()


if __name__ == "__main__":
    main()
