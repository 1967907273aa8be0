"""A broker that is flushed, killed, frozen or down: the ledger brings every message back."""

import os
import signal

from core.message import State
from tests.e2e.broker import unacked, waiting
from tests.e2e.side_by_side import POSTGRES, SQLITE, scenario
from tests.servers.judge import name_of
from tests.servers.stack import Stack

CALL_WITHIN_S = 8.0


@scenario(SQLITE, POSTGRES, takes_s=13)
async def test_a_flushed_broker_loses_nothing_and_doubles_nothing(url: str) -> None:
    async with Stack(workers=1, database_url=url) as stack:
        caller = await stack.start_caller()
        [worker] = stack.running_workers
        # Its parent takes nothing more from the broker; its children go on handing over.
        os.kill(worker.pid, signal.SIGSTOP)
        tasks = [await caller.delay(300 + n, f"task {n}") for n in range(5)]
        for n in range(40):
            await stack.book.schedule(f"row {n}", 100 + n)
        await waiting(stack, 6)  # it has taken no more than one, and calls are but five of them
        stack.valkey.flush()
        os.kill(worker.pid, signal.SIGCONT)
        await check_each_sent_once(stack, 45, within_s=30)
        assert [(await caller.get(task))["state"] for task in tasks] == ["sent"] * 5


@scenario(POSTGRES, SQLITE, takes_s=15)
async def test_a_killed_broker_with_tasks_running_leaves_the_worker_alive(
    url: str,
) -> None:
    async with Stack(workers=1, database_url=url) as stack:
        caller = await stack.start_caller()
        [worker] = stack.running_workers
        await stack.sandbox.post("faults", kind="hold")
        await fill(stack)
        running = await stack.sandbox.held(10)
        await unacked(stack)
        stack.valkey.kill()
        await stack.sandbox.post("release")
        await worker.logged("Connection to broker lost", 10)
        await stack.book.until(
            lambda counts: counts.get(State.SENT, 0) >= len(running), 10, "heard"
        )
        stack.valkey.start()
        await check_each_sent_once(stack, 54, within_s=30)
        task = await caller.delay(999, "afterwards")
        assert (await caller.get(task))["state"] == "sent"
        assert stack.running_workers == [worker]


@scenario(SQLITE, takes_s=19)
async def test_a_call_while_the_broker_is_down_or_frozen_returns_and_is_delivered_later(
    url: str,
) -> None:
    async with Stack(workers=1, database_url=url) as stack:
        caller = await stack.start_caller()
        stack.valkey.pause()
        frozen = await caller.delay(1, "while frozen")
        frozen_s = caller.took_s
        stack.valkey.kill()
        down = await caller.delay(2, "while down")
        assert max(frozen_s, caller.took_s) < CALL_WITHIN_S
        print(
            f"delay() took {frozen_s:.1f} s with Redis frozen, {caller.took_s:.1f} s with it down"
        )
        assert [name_of(row)[1] for row in await stack.book.rows()] == [
            "while frozen",
            "while down",
        ]
        stack.valkey.start()
        await check_each_sent_once(stack, 2, within_s=20)
        assert [(await caller.get(task))["state"] for task in (frozen, down)] == ["sent"] * 2


async def fill(stack: Stack) -> None:
    """Forty messages due now, and fourteen so that some task always waits for its ETA."""
    for n in range(40):
        await stack.book.schedule(f"now {n}", 100 + n)
    for n in range(14):
        await stack.book.schedule(f"soon {n}", 200 + n, in_s=1 + n / 2)


async def check_each_sent_once(stack: Stack, count: int, within_s: float) -> None:
    await stack.book.all_ended(within_s)
    verdict = await stack.judgement()
    assert (verdict.lost, verdict.doubled, verdict.astray) == ([], {}, [])
    assert verdict.states == {State.SENT: count}
