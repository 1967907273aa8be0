"""Broadcasts whose workers are killed or told to end, whose broker is flushed; and fair ones."""

import os
import signal
import time
from collections.abc import Iterable
from typing import Any

from core.broadcast import BroadcastState, Tally
from core.message import Message, OnUncertain, State
from infra.celery.dispatch import AHEAD_S
from tests.e2e.broadcasting import UNTIL_ALL_S, Direction, begin, each_once
from tests.e2e.broker import waiting
from tests.e2e.side_by_side import POSTGRES, SQLITE, scenario
from tests.e2e.tally_watch import tallies_watched
from tests.servers.judge import Name, Receipt, name_of
from tests.servers.program import Program
from tests.servers.stack import UNLIMITED, Rates, Stack

COMPLETED = BroadcastState.COMPLETED
SOON = {"SEND_RETRY_DELAY": "1"}
RATE = 100.0
EACH = 350
PARKED, RESENT = range(40_000, 40_000 + EACH), range(50_000, 50_000 + EACH)
HELD_PARKED, HELD_RESENT = PARKED[100:105], RESENT[100:105]
ENDS_WITHIN_S = 12.0
"""After SIGTERM: what is on the wire has ten seconds, and a worker's own end takes a moment."""

FAIR_RATE = 60.0
SLOW_S, FLOOD_S = 8, 6
# Among the first that are sent to, so that others still wait.
FLOODED, SLOW = 10_001, 10_003
FIRST, SECOND = range(10_000, 10_420), range(20_000, 20_240)


@scenario(POSTGRES, SQLITE, takes_s=40)
async def test_workers_killed_flushed_and_told_to_end_midway_lose_nobody_and_double_nobody_parked(
    url: str,
) -> None:
    rates = Rates(RATE, 0, 0)
    options: dict[str, Any] = {"rates": rates, "limits": UNLIMITED, "settings": SOON}
    async with Stack(**options, database_url=url) as stack:
        await hold(stack, [*HELD_PARKED, *HELD_RESENT])
        parked = await begin(stack, "parked", PARKED)
        resent = await begin(stack, "resent", RESENT, OnUncertain.RESEND)
        async with tallies_watched(stack):
            held, on_the_wire = await kill(stack)
            worker = await stack.start_worker()
            await flush(stack, worker)
            await parked.received(len(await parked.receipts()) + 30)
            await end(stack, worker, on_the_wire)
            assert (await parked.get()).tally.pending > 0
            assert (await resent.get()).tally.pending > 0
            await stack.start_worker()
            await parked.until(COMPLETED, UNTIL_ALL_S)
            await resent.until(COMPLETED, UNTIL_ALL_S)
        await check(parked, resent, held, on_the_wire)


@scenario(SQLITE, POSTGRES, takes_s=20)
async def test_two_broadcasts_share_the_rate_and_a_slow_or_flooded_chat_holds_up_nobody_else(
    url: str,
) -> None:
    rates = Rates(FAIR_RATE, 0, 0)
    # One child, which could not but wait for the slow chat, if it waited for any.
    options: dict[str, Any] = {"workers": 1, "concurrency": 1, "limits": UNLIMITED}
    async with Stack(**options, database_url=url, rates=rates) as stack:
        await stack.sandbox.post("faults", kind="slow", chat=SLOW, delay_s=SLOW_S, after=True)
        flood = {"kind": "flood", "chat": FLOODED, "count": 1, "retry_after": FLOOD_S}
        await stack.sandbox.post("faults", **flood)
        first = await begin(stack, "first", FIRST)
        await first.received(30)
        second, began_at = await begin(stack, "second", SECOND), time.time()
        async with tallies_watched(stack):
            assert (await first.until(COMPLETED, 40)).tally == Tally(len(FIRST), sent=len(FIRST))
            assert (await second.until(COMPLETED, 40)).tally == Tally(len(SECOND), sent=len(SECOND))
        assert each_once(await first.receipts(), FIRST)
        assert each_once(await second.receipts(), SECOND)
        check_shared(await first.receipts(), await second.receipts(), began_at)
        await check_nobody_held_up(stack, first)


async def hold(stack: Stack, chats: Iterable[int]) -> None:
    """Accept what is sent to these chats, and do not answer."""
    for chat in chats:
        await stack.sandbox.post("faults", kind="hold", chat=chat)


async def kill(stack: Stack) -> tuple[set[Name], set[Name]]:
    """SIGKILL to the only worker, with messages of both broadcasts accepted and not answered.

    Returns those that it is sure of, and all that were on the wire at that moment.
    """
    chats: set[int] = set()
    while not (chats & set(HELD_PARKED) and chats & set(HELD_RESENT)):
        chats = {each["chat_id"] for each in await stack.sandbox.held(len(chats) + 1)}
    [worker] = stack.running_workers
    worker.kill()
    held = {
        (str(each["chat_id"]), text_of(each["chat_id"])) for each in await stack.sandbox.held(1)
    }
    await stack.sandbox.post("release")
    held = {(str(chat), text_of(chat)) for chat in chats}
    return held, await in_state(stack, State.SENDING)


def text_of(chat: int) -> str:
    return "parked" if chat in PARKED else "resent"


async def flush(stack: Stack, worker: Program) -> None:
    """FLUSHALL while the broker has messages that no worker has taken."""
    await worker.logged("succeeded", 20)
    # Its parent takes nothing more from the broker; its children go on handing over.
    os.kill(worker.pid, signal.SIGSTOP)
    await waiting(stack, 1, 15)
    stack.valkey.flush()
    os.kill(worker.pid, signal.SIGCONT)


async def end(stack: Stack, worker: Program, of_others: set[Name]) -> None:
    """SIGTERM with requests on its wire: it hears their answers, and is gone in time."""
    await stack.sandbox.post("faults", kind="slow", delay_s=3, after=True)
    await stack.sandbox.get("in_flight", count=10, wait_s=20)
    its_own = await in_state(stack, State.SENDING) - of_others
    assert its_own
    began_s = time.monotonic()
    worker.terminate()
    assert await worker.ended(ENDS_WITHIN_S) == 0
    print(f"ended {time.monotonic() - began_s:.1f} s after SIGTERM")
    await stack.sandbox.delete("faults")
    assert its_own <= await in_state(stack, State.SENT)


async def in_state(stack: Stack, state: State) -> set[Name]:
    return {name_of(row) for row in await stack.book.rows() if row.state is state}


async def check(
    parked: Direction, resent: Direction, held: set[Name], on_the_wire: set[Name]
) -> None:
    """Each has its end; what was on the killed one's wire is parked, or sent once more."""
    verdict = await parked.stack.judgement()
    assert (verdict.lost, verdict.astray) == ([], [])
    uncertain, doubled = await in_state(parked.stack, State.UNCERTAIN), verdict.doubled.keys()
    print(f"{len(on_the_wire)} on the wire, {len(uncertain)} parked, {len(doubled)} doubled")
    assert uncertain == {name for name in on_the_wire if name[1] == parked.text}
    assert doubled <= {name for name in on_the_wire if name[1] == resent.text}
    assert held <= uncertain | doubled
    assert set(verdict.doubled.values()) == {2}
    sure = EACH - len(uncertain)
    assert (await parked.get()).tally == Tally(EACH, sent=sure, uncertain=len(uncertain))
    assert (await resent.get()).tally == Tally(EACH, sent=EACH)


def check_shared(first: list[Receipt], second: list[Receipt], began_at: float) -> None:
    """The second was let in soon; from then on, both went at the same rate."""
    let_in_at = min(each.received_at for each in second)
    assert let_in_at - began_at < AHEAD_S + 2
    # What was claimed before the second began may go first.
    since = let_in_at + AHEAD_S
    until = min(max(plainly(first)), max(plainly(second)))
    counts = [sum(since < at < until for at in plainly(each)) for each in (first, second)]
    share = counts[1] / sum(counts)
    print(f"{counts} in {until - since:.1f} s")
    assert sum(counts) > FAIR_RATE
    assert 0.35 < share < 0.65


def plainly(receipts: list[Receipt]) -> list[float]:
    """When they were received, save the one who was flooded."""
    return [each.received_at for each in receipts if each.chat_id != str(FLOODED)]


async def check_nobody_held_up(stack: Stack, first: Direction) -> None:
    """While the slow chat did not answer, and the flooded one waited, others got theirs."""
    received = [each.received_at for each in await stack.sandbox.receipts()]
    slow, flooded = [await of_chat(stack, first, chat) for chat in (SLOW, FLOODED)]
    assert [each.outcome for each in flooded.history] == ["flooded", "sent"]
    waits = [
        (slow.history[0].started_at.timestamp(), SLOW_S),
        (flooded.history[0].ended_at.timestamp(), FLOOD_S),
    ]
    for since, for_s in waits:
        count = sum(since < at < since + for_s for at in received)
        print(f"{count / for_s:.0f} a second in {for_s} s")
        assert count > for_s * FAIR_RATE / 3


async def of_chat(stack: Stack, broadcast: Direction, chat: int) -> Message:
    """The chat's message, and its attempts."""
    rows = await stack.book.rows()
    [row] = [row for row in rows if name_of(row) == (str(chat), broadcast.text)]
    return await stack.book.ledger.reading.get(row.id)
