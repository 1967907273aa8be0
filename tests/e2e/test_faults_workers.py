"""Workers that are killed, frozen or told to end, with requests on the wire."""

import time

from core.message import OnUncertain, State
from tests.e2e.side_by_side import POSTGRES, SQLITE, scenario
from tests.servers.book import Counts
from tests.servers.judge import Name, name_of
from tests.servers.program import Program
from tests.servers.stack import Stack, all_ready

POLICIES = tuple(OnUncertain)
SOON = {"SEND_RETRY_DELAY": "1"}
FREEZE_TRIES = 5
# A result that crosses the worker's end is read by nobody: its child waits half a minute for that.
ENDED_WITHIN_S = 50.0


@scenario(SQLITE, POSTGRES, takes_s=23)
async def test_workers_killed_with_requests_on_the_wire_lose_nothing_and_park_what_is_to_be_parked(
    url: str,
) -> None:
    async with Stack(workers=2, database_url=url, settings=SOON) as stack:
        await stack.sandbox.post("faults", kind="hold")
        await schedule_both(stack, 20)
        await stack.sandbox.held(10)
        for worker in stack.running_workers:
            worker.kill()
        on_the_wire = await sending(stack)
        await stack.sandbox.post("release", cut=True)
        await all_ready([stack.spawn_worker(), stack.spawn_worker()])
        await stack.book.all_ended(40)
        await check_uncertain(stack, on_the_wire)


@scenario(POSTGRES, takes_s=25)
async def test_a_worker_frozen_past_its_leases_doubles_nothing_and_its_late_answers_count(
    url: str,
) -> None:
    async with Stack(workers=1, database_url=url, settings=SOON) as stack:
        [frozen] = stack.running_workers
        await freeze_with_five_queued(stack, frozen)
        on_the_wire = await sending(stack)
        await stack.start_worker()
        await stack.sandbox.post("release")  # the answers wait in the frozen one's sockets
        await stack.book.all_ended(40)
        await check_uncertain(stack, on_the_wire)
        frozen.thaw()
        await stack.book.until(lambda counts: set(counts) == {State.SENT}, 10, "late answers kept")
        verdict = await stack.judgement()
        assert (verdict.lost, verdict.astray) == ([], [])
        assert set(verdict.doubled) <= {(c, t) for c, t in on_the_wire if t.startswith("resend")}


@scenario(SQLITE, POSTGRES, takes_s=14)
async def test_a_worker_told_to_end_first_hears_its_answers_and_leaves_the_rest_to_the_next(
    url: str,
) -> None:
    async with Stack(workers=1, database_url=url) as stack:
        [worker] = stack.running_workers
        await stack.sandbox.post("faults", kind="slow", delay_s=4, after=True)
        await schedule_both(stack, 40)
        await stack.sandbox.get("in_flight", count=10, wait_s=20)
        on_the_wire = await sending(stack)
        began = time.monotonic()
        worker.terminate()
        assert await worker.ended(ENDED_WITHIN_S) == 0
        print(f"ended {time.monotonic() - began:.1f} s after SIGTERM")
        await stack.sandbox.delete("faults")
        sent = {name_of(row) for row in await stack.book.rows() if row.state is State.SENT}
        assert on_the_wire <= sent
        await stack.start_worker()
        await stack.book.all_ended(30)
        verdict = await stack.judgement()
        assert (verdict.lost, verdict.doubled, verdict.astray) == ([], {}, [])
        assert verdict.states == {State.SENT: 80}


async def schedule_both(stack: Stack, count: int, first: int = 0) -> None:
    """So many messages of either policy, each to a chat of its own, due now."""
    for place, policy in enumerate(POLICIES):
        for n in range(first, first + count):
            await stack.book.schedule(f"{policy} {n}", 1000 * (1 + place) + n, on_uncertain=policy)


async def freeze_with_five_queued(stack: Stack, worker: Program) -> None:
    """Frozen while it has ten requests on the wire and holds five messages whose time has not come.

    On a busy machine their time may come first: then all are let go, and others take their place.
    """
    for first in range(0, 5 * FREEZE_TRIES, 5):
        await stack.sandbox.post("faults", kind="hold")
        await schedule_both(stack, 5, first)
        await stack.sandbox.held(10)
        for n in range(first, first + 5):
            await stack.book.schedule(f"queued {n}", 300 + n, in_s=2)
        await stack.book.until(has_queued_or_missed, 10, "queued or sending")
        worker.freeze()
        counts = await stack.book.ledger.reading.counts()
        if (counts.get(State.QUEUED), counts.get(State.SENDING)) == (5, 10):
            return
        worker.thaw()
        await stack.sandbox.post("release")
        await stack.book.all_ended(20)
    raise AssertionError(f"none of {FREEZE_TRIES} times frozen with messages queued")


def has_queued_or_missed(counts: Counts) -> bool:
    return counts.get(State.QUEUED) == 5 or counts.get(State.SENDING, 0) > 10


async def sending(stack: Stack) -> set[Name]:
    """The messages whose request may be on the wire."""
    found = {name_of(row) for row in await stack.book.rows() if row.state is State.SENDING}
    assert found
    return found


async def check_uncertain(stack: Stack, on_the_wire: set[Name]) -> None:
    """Nothing is lost; what was on the wire is parked or resent; all else is sent, once."""
    verdict = await stack.judgement()
    assert (verdict.lost, verdict.astray) == ([], [])
    assert verdict.doubled.keys() <= {name for name in on_the_wire if name[1].startswith("resend")}
    assert set(verdict.doubled.values()) <= {2}
    uncertain = {name_of(row) for row in await stack.book.rows() if row.state is State.UNCERTAIN}
    assert uncertain == {name for name in on_the_wire if name[1].startswith("park")}
    assert verdict.states.keys() <= {State.SENT, State.UNCERTAIN}
