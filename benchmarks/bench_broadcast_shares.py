"""How two broadcasts share the rate, and what one has of it alone.

Four sending processes. In the first trial both may leave from the same moment; in the second one
runs already when the other begins, as a long one does to a short one. Counted is what the sandbox
accepted of each within a time in which both could be sent. The baseline is one alone.

Run: python -m benchmarks.bench_broadcast_shares
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.report import Column, Report
from benchmarks.stage import (
    CHILDREN,
    DATABASES,
    OURS_FROM,
    Databases,
    options,
    start_broadcast,
    warm,
)
from tests.servers.stack import Rates, Stack

RATE = 300
BEGIN_IN_S = 2.0
HEAD_START_S = 3.0
CHATS_APART = 1_000_000
COLUMNS = (
    Column("sent of one"),
    Column("of the other"),
    Column("lesser share %", 1, at_least=45),
    Column("% of limit", 1, at_least=97),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """How many broadcasts, and seconds by which the others are later than the first."""

    told: str
    broadcasts: int
    later_s: float


ALONE = Trial("alone", 1, 0)
TRIALS = (Trial("two at once", 2, 0), Trial("one runs already", 2, HEAD_START_S))


async def measure(url: str, trial: Trial, counted_s: float) -> list[int]:
    """What was sent of each."""
    recipients = round(RATE * (counted_s + 2 * HEAD_START_S))
    async with Stack(concurrency=CHILDREN, database_url=url, rates=Rates(bot=RATE)) as stack:
        await warm(stack)
        everybody = [
            range(first, first + recipients)
            for first in range(OURS_FROM, OURS_FROM + trial.broadcasts * CHATS_APART, CHATS_APART)
        ]
        for number, chats in enumerate(everybody):
            in_s = BEGIN_IN_S + (trial.later_s if number else 0)
            await start_broadcast(stack, f"share {number}", chats, in_s)
        await asyncio.sleep(BEGIN_IN_S + trial.later_s + counted_s + 1)
        answer = await stack.sandbox.get("receipts", count=0, compact=1)
    columns = answer["columns"]
    receipts = list(zip(columns["chat_id"], columns["accepted_at"], strict=True))
    # From when the last of them has begun.
    begin_at = max(min(at for chat, at in receipts if chat in chats) for chats in everybody)
    within = [chat for chat, at in receipts if begin_at <= at < begin_at + counted_s]
    return [sum(chat in chats for chat in within) for chats in everybody]


def figures(sent: Sequence[int], counted_s: float) -> list[float | None]:
    """As in COLUMNS."""
    of_limit = 100 * sum(sent) / (RATE * counted_s)
    if len(sent) == 1:
        return [sent[0], None, None, of_limit]
    return [*sent, 100 * min(sent) / sum(sent), of_limit]


def main() -> None:
    asked = options(__doc__)
    counted_s = 4.0 if asked.quick else 20.0
    report = Report(f"Two broadcasts at {RATE}/s, over {counted_s:.0f} s", COLUMNS)
    with Databases() as databases:
        for name in asked.databases:
            for trial in (ALONE, *TRIALS):
                sent = asyncio.run(measure(databases.url(name), trial, counted_s))
                add = report.baseline if trial is ALONE else report.ours
                add(f"{trial.told}, {DATABASES[name]}", *figures(sent, counted_s))
    report.show()


if __name__ == "__main__":
    main()
