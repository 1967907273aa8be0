"""Whether chats that flood or answer slowly hold up the others of a broadcast.

Four sending processes at 300 a second, the same number of recipients each time: none of them in
trouble, which is the baseline; every tenth answers after two seconds; one asks to wait a second
(429); every tenth does. The others' rate is that between the first and the last acceptance of
those who are not in trouble. Where a second chat floods while the first is held, it is the bot
that Telegram means, and all of it waits as long: so the last trial has no target.

Run: python -m benchmarks.bench_broadcast_trouble
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.pace import END_WITHIN_S
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
from sandbox.faults import CODES, FLOODED_ONCE, MAGIC_FIRST, SLOW_CHAT
from tests.servers.stack import Rates, Stack

RATE = 300
EVERY = 10
RECIPIENTS, QUICK = 3000, 300
COLUMNS = (
    Column("in trouble"),
    Column("others"),
    Column("others a second", 1),
    Column("% of limit", 1, at_least=90),
    Column("all sent, s", 1),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """Which chat stands at this place of the broadcast."""

    told: str
    chat: Callable[[int], int]
    holds_bot: bool = False


def calm(place: int) -> int:
    return OURS_FROM + place


def _every_tenth(magic: int) -> Callable[[int], int]:
    return lambda place: (
        magic + place // EVERY * CODES if place % EVERY == EVERY // 2 else calm(place)
    )


def _the_tenth(magic: int) -> Callable[[int], int]:
    return lambda place: magic if place == EVERY else calm(place)


NONE = Trial("none", calm)
TRIALS = (
    Trial("every tenth is slow", _every_tenth(SLOW_CHAT)),
    Trial("one floods", _the_tenth(FLOODED_ONCE)),
    Trial("every tenth floods", _every_tenth(FLOODED_ONCE), holds_bot=True),
)


async def measure(url: str, trial: Trial, recipients: int) -> list[float | None]:
    """As in COLUMNS."""
    chats = [trial.chat(place) for place in range(recipients)]
    async with Stack(concurrency=CHILDREN, database_url=url, rates=Rates(bot=RATE)) as stack:
        await warm(stack)
        await start_broadcast(stack, "trouble", chats)
        await until_accepted(stack, recipients, END_WITHIN_S + recipients)
        answer = await stack.sandbox.get("receipts", count=0, compact=1)
    columns = answer["columns"]
    times = dict(zip(columns["chat_id"], columns["accepted_at"], strict=True))
    others = [at for chat, at in times.items() if chat < MAGIC_FIRST]
    a_second = (len(others) - 1) / (max(others) - min(others))
    # Those in trouble take their slots as well.
    of_limit = 100 * a_second * recipients / len(others) / RATE
    took_s = max(times.values()) - min(times.values())
    held_against = None if trial.holds_bot else of_limit
    return [recipients - len(others), len(others), a_second, held_against, took_s]


def main() -> None:
    asked = options(__doc__, RECIPIENTS)
    recipients = QUICK if asked.quick else asked.rows
    report = Report(f"A broadcast of {recipients:,} at {RATE}/s, some in trouble", COLUMNS)
    with Databases() as databases:
        for name in asked.databases:
            for trial in (NONE, *TRIALS):
                figures = asyncio.run(measure(databases.url(name), trial, recipients))
                add = report.baseline if trial is NONE else report.ours
                add(f"{trial.told}, {DATABASES[name]}", *figures)
    report.show()


if __name__ == "__main__":
    main()
