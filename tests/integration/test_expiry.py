"""What is not wanted any more is not sent, whoever holds it."""

from core.message import State
from tests.integration.conftest import Bench, soon


async def test_what_waits_past_its_time_expires_and_is_not_claimed(bench: Bench) -> None:
    stale = await bench.schedule("stale", expires_at=soon(60))
    wanted = await bench.schedule("wanted", expires_at=soon(600))
    await bench.pass_s(120)
    assert [claim.id for claim in await bench.claim()] == [wanted]
    assert await bench.ledger.claims.claim_one(stale, 0) is None
    assert await bench.ledger.claims.is_busy(0)
    assert await bench.ledger.expiry.expire() == [stale]
    message = await bench.ledger.reading.get(stale)
    assert (message.state, message.reason) == (State.EXPIRED, "not sent before it expired")


async def test_one_that_expires_in_the_queue_is_not_marked_and_expires(bench: Bench) -> None:
    message_id = await bench.schedule(expires_at=soon(60))
    [claim] = await bench.claim()
    await bench.pass_s(61)
    assert await bench.ledger.mark_sending(claim) is None
    assert await bench.ledger.expiry.expire() == [message_id]
    assert await bench.state(message_id) == "expired"


async def test_one_that_is_being_sent_is_left_to_its_outcome(bench: Bench) -> None:
    message_id = await bench.schedule(expires_at=soon(60))
    [claim] = await bench.claim()
    await bench.mark(claim)
    await bench.pass_s(61)
    assert await bench.ledger.expiry.expire() == []
    assert await bench.state(message_id) == "sending"


async def test_a_task_that_waits_hears_of_the_end(bench: Bench) -> None:
    message_id = await bench.schedule(expires_at=soon(60))
    await bench.ledger.intake.wait(message_id, "task")
    await bench.pass_s(61)
    await bench.ledger.expiry.expire()
    assert [(each.task_id, each.message.id) for each in await bench.ledger.outcomes.ended()] == [
        ("task", message_id)
    ]


async def test_no_more_than_asked_for_expire_at_once(bench: Bench) -> None:
    for number in range(5):
        await bench.schedule(f"stale {number}", expires_at=soon(60))
    await bench.pass_s(61)
    assert [len(await bench.ledger.expiry.expire(limit=3)) for _ in range(3)] == [3, 2, 0]
