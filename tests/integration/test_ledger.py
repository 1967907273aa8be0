"""What the ledger promises, on SQLite and on Postgres alike."""

import asyncio
import random
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.errors import KeyConflict, NotFound, TransitionRefused
from core.message import Content, OnUncertain, State
from core.outcome import (
    Flooded,
    Migrated,
    Rejected,
    Retryable,
    Sent,
    Unauthorized,
    Uncertain,
    Unsent,
)
from core.partners import Returned
from infra.db.engine import Database
from infra.db.intake import Scheduled
from infra.db.ledger import Ledger
from infra.db.lines import StatementRefused
from infra.db.tables import attempts
from tests.integration.conftest import BOT, POLICY, TEXT, Bench, request, soon


async def test_a_message_goes_from_scheduled_to_sent(bench: Bench) -> None:
    message_id = await bench.schedule()
    [claim] = await bench.claim()
    assert await bench.state(message_id) == "queued"
    sending = await bench.mark(claim)
    assert (sending.chat_id, sending.content) == ("1", TEXT)
    assert await bench.state(message_id) == "sending"
    await bench.end(sending, Sent((77,)))
    message = await bench.ledger.reading.get(message_id)
    assert (message.state, message.message_ids, message.attempts) == (State.SENT, (77,), 1)
    assert [attempt.outcome for attempt in message.history] == ["sent"]


async def test_nothing_is_claimed_before_its_time(bench: Bench) -> None:
    await bench.schedule(due_at=soon(5))
    assert await bench.claim(ahead_s=3) == []
    await bench.pass_s(3)
    [claim] = await bench.claim(ahead_s=3)
    assert claim.due_at > soon(1)


async def test_the_same_key_is_the_same_message(bench: Bench) -> None:
    first = await bench.ledger.intake.schedule(request("a"))
    again = await bench.ledger.intake.schedule(request("a", due_at=soon(60)))
    assert (again.message.id, again.created) == (first.message.id, False)
    assert again.message.due_at == first.message.due_at


@pytest.mark.parametrize(
    "changes",
    [
        {"chat_id": "2"},
        {"content": Content("sendMessage", {"text": "other"})},
        {"on_uncertain": OnUncertain.PARK},
    ],
)
async def test_the_same_key_with_other_content_is_refused(
    bench: Bench, changes: dict[str, Any]
) -> None:
    await bench.schedule("a")
    with pytest.raises(KeyConflict, match="idempotency_key"):
        await bench.schedule("a", **changes)


async def test_a_message_that_the_database_does_not_take_keeps_no_other_out(bench: Bench) -> None:
    poison: Any = None  # no row has so few attempts
    asked = (request("1"), request("2", max_attempts=poison), request("3"), request("1"))
    told: Any = asyncio.gather(*map(bench.ledger.intake.schedule, asked), return_exceptions=True)
    first, refused, last, again = await told
    assert isinstance(refused, StatementRefused)
    assert [each.created for each in (first, last, again)] == [True, True, False]
    assert again.message.id == first.message.id


async def test_of_two_contents_at_once_under_one_key_one_is_refused(bench: Bench) -> None:
    contents = [Content("sendMessage", {"text": text}) for text in "abcdefghij"]
    asked = [request("1", content=each) for each in contents]
    told = await asyncio.gather(*map(bench.ledger.intake.schedule, asked), return_exceptions=True)
    [made] = [each for each in told if isinstance(each, Scheduled)]
    assert (made.created, [type(each) for each in told].count(KeyConflict)) == (True, 9)
    found = await bench.ledger.reading.get(made.message.id)
    assert found.content == made.message.content


async def test_what_is_written_is_what_is_found(bench: Bench) -> None:
    far, content = soon(3600), Content("sendMessage", {"text": "héllo", "z": 1, "a": [{"b": 1.5}]})
    for due_at, expires_at in ((None, None), (far, far + timedelta(hours=1))):
        asked = request(f"{due_at}", content=content, due_at=due_at, expires_at=expires_at)
        made = (await bench.ledger.intake.schedule(asked)).message
        assert made == await bench.ledger.reading.get(made.id)


async def test_a_key_belongs_to_one_bot(database: Database) -> None:
    one, other = Bench(database, 1), Bench(database, 2)
    assert await one.schedule("a") != await other.schedule("a", "2")
    assert len(await one.claim()) == 1


async def test_another_bots_rows_are_never_claimed(database: Database) -> None:
    await Bench(database, 1).schedule()
    other = Bench(database, 2)
    assert await other.claim() == []
    assert await other.ledger.reading.other_bots() == [1]
    assert not await other.ledger.claims.is_busy(3)


async def test_two_dispatchers_never_claim_the_same(database: Database) -> None:
    bench = Bench(database)
    for number in range(60):
        await bench.schedule(f"k{number}", str(number + 1))
    rounds = await asyncio.gather(*(Bench(database).claim(10) for _ in range(6)))
    claimed = [claim.id for claims in rounds for claim in claims]
    assert len(claimed) == len(set(claimed))


async def test_a_claim_counts_what_is_queued_already(bench: Bench) -> None:
    for number in range(5):
        await bench.schedule(f"k{number}", str(number + 1))
    assert len(await bench.claim(3)) == 3
    assert await bench.claim(3) == []
    assert len(await bench.claim(4)) == 1


async def test_claims_come_in_the_order_of_their_time(bench: Bench) -> None:
    ids = [await bench.schedule(f"k{n}", str(n + 1), due_at=soon(-n)) for n in range(5)]
    assert [claim.id for claim in await bench.claim(3)] == ids[:1:-1]


async def test_posts_go_first_and_broadcasts_share_the_rest_equally(bench: Bench) -> None:
    intake = bench.ledger.intake
    for key in ("one", "two"):
        chats = [f"{number}" for number in range(1, 31)]
        await intake.schedule_broadcast(request(key, ""), chats)
    for number in range(4):
        await bench.schedule(f"post{number}", str(number + 100))
    claims = await bench.claim(14)
    by_lane = {lane: [c for c in claims if c.broadcast_id == lane] for lane in (0, 1, 2)}
    assert {lane: len(found) for lane, found in by_lane.items()} == {0: 4, 1: 5, 2: 5}


async def test_a_broadcast_with_nothing_due_leaves_its_share_to_others(bench: Bench) -> None:
    intake = bench.ledger.intake
    await intake.schedule_broadcast(request("now", ""), [str(n) for n in range(1, 31)])
    await intake.schedule_broadcast(request("later", "", due_at=soon(60)), ["1", "2"])
    assert len(await bench.claim(20)) == 20


async def test_a_broadcast_called_again_goes_on_instead_of_doubling(bench: Bench) -> None:
    intake = bench.ledger.intake
    first = await intake.schedule_broadcast(request("b", ""), ["1", "2", "2"])
    again = await intake.schedule_broadcast(request("b", ""), ["1", "2", "3"])
    assert (first.total, first.created) == (2, 2)
    assert (again.broadcast_id, again.total, again.created) == (first.broadcast_id, 3, 1)
    assert await bench.ledger.reading.counts(first.broadcast_id) == {State.SCHEDULED: 3}


async def test_a_broadcasts_rows_share_its_content(bench: Bench) -> None:
    await bench.ledger.intake.schedule_broadcast(request("b", ""), ["1"])
    [claim] = await bench.claim()
    assert (await bench.mark(claim)).content == TEXT


async def test_a_spent_token_marks_nothing(bench: Bench) -> None:
    await bench.schedule()
    [claim] = await bench.claim()
    await bench.mark(claim)
    assert await bench.ledger.mark_sending(claim) is None


async def test_a_claim_delivered_twice_at_once_is_marked_once(bench: Bench) -> None:
    await bench.schedule()
    [claim] = await bench.claim()
    marks = await asyncio.gather(*(bench.ledger.mark_sending(claim) for _ in range(3)))
    assert sum(mark is not None for mark in marks) == 1


async def test_a_stale_token_beside_the_valid_one_marks_nothing(bench: Bench) -> None:
    await bench.schedule()
    [stale] = await bench.claim()
    await bench.pass_s(9)
    await bench.ledger.claims.release_dead()
    [valid] = await bench.claim()
    for pair in ((stale, valid), (valid, stale)):
        marks = await asyncio.gather(*(bench.ledger.mark_sending(claim) for claim in pair))
        assert marks[pair.index(stale)] is None


async def test_a_post_and_a_broadcast_are_not_in_flight_to_one_chat_at_once(bench: Bench) -> None:
    await bench.ledger.intake.schedule_broadcast(request("b", ""), ["1"])
    await bench.schedule("post", "1")
    claims = await bench.claim()
    marks = await asyncio.gather(*(bench.ledger.mark_sending(claim) for claim in claims))
    assert [mark is not None for mark in marks] == [True, False]


async def test_three_broadcasts_share_a_capacity_of_one(bench: Bench) -> None:
    for key in ("one", "two", "three"):
        await bench.ledger.intake.schedule_broadcast(request(key, ""), ["1", "2"])
    assert len(await bench.claim(1)) == 1


async def test_who_waits_for_a_message_that_is_tried_again_is_told_of_its_last_end(
    bench: Bench,
) -> None:
    await bench.ledger.intake.schedule(request("a"), "task")
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Rejected("blocked"))
    await bench.ledger.desk.retry(claim.id)
    assert await bench.ledger.outcomes.ended() == []
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Sent((1,)))
    assert [each.message.state for each in await bench.ledger.outcomes.ended()] == [State.SENT]


async def test_an_answer_that_the_database_does_not_take_keeps_no_other_out(bench: Bench) -> None:
    ids = [await bench.schedule(key, key) for key in ("1", "2", "3")]
    first, poisoned, last = [await bench.mark(claim) for claim in await bench.claim()]
    # No Postgres text holds a NUL; classify lets none through.
    poison = Retryable("connect", "a\0b")
    await asyncio.gather(
        bench.end(first, Sent((1,))),
        bench.end(poisoned, poison),
        bench.end(last, Sent((3,))),
        return_exceptions=True,
    )
    states = [await bench.state(message_id) for message_id in ids]
    assert (states[0], states[2]) == ("sent", "sent")


async def test_a_claim_given_back_waits_as_long_as_it_was_told(bench: Bench) -> None:
    await bench.schedule()
    [claim] = await bench.claim()
    await bench.ledger.give_back(Returned(claim, 30))
    assert await bench.claim(ahead_s=29) == []
    assert len(await bench.claim(ahead_s=31)) == 1
    assert await bench.ledger.mark_sending(claim) is None


async def test_messages_to_one_chat_leave_in_turn(bench: Bench) -> None:
    await bench.schedule("first")
    await bench.schedule("second")
    first, second = await bench.claim()
    assert await bench.ledger.mark_sending(second) is None
    sending = await bench.mark(first)
    assert await bench.ledger.mark_sending(second) is None
    await bench.end(sending, Sent((1,)))
    await bench.mark(second)


async def test_a_hold_of_the_chat_keeps_the_order(bench: Bench) -> None:
    await bench.schedule("first")
    await bench.schedule("second")
    first, second = await bench.claim()
    await bench.end(await bench.mark(first), Flooded(20))
    assert await bench.ledger.mark_sending(second) is None
    await bench.ledger.give_back(Returned(second, 1))
    assert await bench.claim(ahead_s=19) == []
    assert [claim.id for claim in await bench.claim(ahead_s=21)] == [first.id, second.id]


async def test_a_retry_lets_the_next_message_pass(bench: Bench) -> None:
    await bench.schedule("first")
    await bench.schedule("second")
    first, second = await bench.claim()
    await bench.end(await bench.mark(first), Retryable("connect"))
    await bench.mark(second)


async def test_a_post_does_not_wait_for_a_paused_broadcast(bench: Bench) -> None:
    await bench.ledger.intake.schedule_broadcast(request("b", ""), ["1"])
    await bench.schedule("post", "1")
    post, recipient = await bench.claim()
    assert post.broadcast_id == 0 < recipient.broadcast_id
    await bench.pause_broadcasts()
    await bench.mark(post)


async def test_a_paused_broadcast_is_neither_marked_nor_claimed(bench: Bench) -> None:
    await bench.ledger.intake.schedule_broadcast(request("b", ""), ["1", "2"])
    [claim] = await bench.claim(1)
    await bench.pause_broadcasts()
    assert await bench.ledger.mark_sending(claim) is None
    assert await bench.claim() == []


async def test_a_flood_costs_no_attempt(bench: Bench) -> None:
    message_id = await bench.schedule()
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Flooded(7))
    message = await bench.ledger.reading.get(message_id)
    assert (message.state, message.attempts) == (State.SCHEDULED, 0)


async def test_retries_wait_10_20_40_80_160_seconds_and_then_fail(bench: Bench) -> None:
    message_id = await bench.schedule()
    for wait_s in (10, 20, 40, 80, 160):
        [claim] = await bench.claim()
        await bench.end(await bench.mark(claim), Retryable("connect", "refused"))
        assert await bench.claim(ahead_s=wait_s - 1) == []
        await bench.pass_s(wait_s)
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Retryable("connect", "refused"))
    message = await bench.ledger.reading.get(message_id)
    assert (message.state, message.attempts) == (State.FAILED, 6)
    assert (message.reason, message.description) == ("exhausted", "connect: refused")
    assert len(message.history) == 6


async def test_a_refusal_is_final_at_once_and_marks_the_chat(bench: Bench) -> None:
    message_id = await bench.schedule()
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Rejected("blocked", "Forbidden", chat_gone=True))
    assert await bench.state(message_id) == "failed"


async def test_a_migrated_chat_is_sent_to_where_it_went(bench: Bench) -> None:
    message_id = await bench.schedule("a", "-5")
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Migrated("-1005"))
    [claim] = await bench.claim()
    assert (await bench.mark(claim)).chat_id == "-1005"
    assert (await bench.ledger.reading.get(message_id)).chat_id == "-5"


async def test_a_parked_message_is_left_for_a_person(bench: Bench) -> None:
    message_id = await bench.schedule(on_uncertain=OnUncertain.PARK)
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Uncertain("timeout"))
    assert await bench.state(message_id) == "uncertain"
    await bench.pass_s(3600)
    assert await bench.claim() == []


async def test_a_message_out_of_attempts_with_a_hidden_answer_is_uncertain(bench: Bench) -> None:
    message_id = await bench.schedule(max_attempts=2)
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Uncertain("timeout"))
    await bench.pass_s(20)
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Retryable("connect"))
    message = await bench.ledger.reading.get(message_id)
    assert (message.state, message.hidden) == (State.UNCERTAIN, 1)


async def test_a_dead_holder_of_a_queued_message_costs_its_lease(bench: Bench) -> None:
    message_id = await bench.schedule()
    [claim] = await bench.claim()
    await bench.pass_s(7)
    assert await bench.ledger.claims.release_dead() == 0
    await bench.pass_s(2)
    assert await bench.ledger.claims.is_busy(0)
    assert await bench.ledger.claims.release_dead() == 1
    assert await bench.state(message_id) == "scheduled"
    assert await bench.ledger.mark_sending(claim) is None


async def test_a_dead_sender_leaves_an_uncertain_message(bench: Bench) -> None:
    message_id = await bench.schedule(on_uncertain=OnUncertain.PARK)
    [claim] = await bench.claim()
    await bench.mark(claim)
    await bench.pass_s(14)
    assert await bench.ledger.rescue.end_lost() == []
    await bench.pass_s(2)
    assert await bench.ledger.rescue.end_lost() == [message_id]
    message = await bench.ledger.reading.get(message_id)
    assert (message.state, message.reason) == (State.UNCERTAIN, "worker lost")


async def test_a_renewed_lease_is_not_rescued(bench: Bench) -> None:
    await bench.schedule()
    [claim] = await bench.claim()
    await bench.mark(claim)
    await bench.pass_s(10)
    await bench.ledger.renew([claim])
    await bench.pass_s(10)
    assert await bench.ledger.rescue.end_lost() == []


@pytest.mark.parametrize("policy", list(OnUncertain))
async def test_a_late_answer_still_counts(bench: Bench, policy: OnUncertain) -> None:
    message_id = await bench.schedule(on_uncertain=policy)
    [claim] = await bench.claim()
    sending = await bench.mark(claim)
    await bench.pass_s(16)
    await bench.ledger.rescue.end_lost()
    await bench.end(sending, Sent((5,)))
    message = await bench.ledger.reading.get(message_id)
    assert (message.state, message.hidden, message.message_ids) == (State.SENT, 0, (5,))
    assert [attempt.outcome for attempt in message.history] == ["uncertain", "sent"]


async def test_a_late_word_that_nothing_was_written_takes_the_doubt_away(bench: Bench) -> None:
    message_id = await bench.schedule(on_uncertain=OnUncertain.PARK)
    [claim] = await bench.claim()
    sending = await bench.mark(claim)
    await bench.pass_s(16)
    await bench.ledger.rescue.end_lost()
    await bench.end(sending, Unsent("too late to write"))
    message = await bench.ledger.reading.get(message_id)
    assert (message.state, message.hidden, message.attempts) == (State.SCHEDULED, 0, 0)


async def test_a_late_answer_that_lost_its_message_is_kept_as_an_attempt(bench: Bench) -> None:
    message_id = await bench.schedule()
    [claim] = await bench.claim()
    slow = await bench.mark(claim)
    await bench.pass_s(16)
    await bench.ledger.rescue.end_lost()
    await bench.pass_s(20)
    [claim] = await bench.claim()
    await bench.end(slow, Sent((1,)))
    assert await bench.state(message_id) == "queued"
    history = (await bench.ledger.reading.get(message_id)).history
    assert [attempt.outcome for attempt in history] == ["uncertain", "sent"]


async def test_an_unauthorized_bot_claims_nothing_until_its_token_changes(
    database: Database, bench: Bench
) -> None:
    await bench.schedule("a")
    await bench.schedule("b", "2")
    one, _ = await bench.claim()
    await bench.end(await bench.mark(one), Unauthorized())
    await bench.ledger.hold_bot(300, "unauthorized")
    await bench.pass_s(20)
    assert await bench.ledger.claims.release_dead() == 1
    assert await bench.claim() == []
    renewed = Ledger(database, BOT, "another", POLICY, random.random, time.monotonic)
    assert len(await renewed.claims.claim(0, 10)) == 2


async def test_holds_outlive_the_governor(bench: Bench) -> None:
    await bench.ledger.hold_chat("5", 30, "flooded")
    await bench.ledger.hold_bot(10, "flooded")
    held = await bench.ledger.holds.current()
    assert 9 < held.bot_s <= 10
    assert 29 < held.chats_s["5"] <= 30
    await bench.pass_s(11)
    assert (await bench.ledger.holds.current()).bot_s == 0


@pytest.mark.parametrize("queued", [False, True])
async def test_a_cancelled_message_is_not_sent(bench: Bench, queued: bool) -> None:
    message_id = await bench.schedule()
    claims = await bench.claim() if queued else []
    await bench.ledger.desk.cancel(message_id)
    assert await bench.state(message_id) == "cancelled"
    for claim in claims:
        assert await bench.ledger.mark_sending(claim) is None
    assert await bench.claim() == []


async def test_what_is_sending_cannot_be_cancelled_edited_or_moved(bench: Bench) -> None:
    message_id = await bench.schedule()
    [claim] = await bench.claim()
    await bench.mark(claim)
    desk = bench.ledger.desk
    with pytest.raises(TransitionRefused, match="is sending"):
        await desk.cancel(message_id)
    with pytest.raises(TransitionRefused):
        await desk.edit(message_id, TEXT)
    with pytest.raises(TransitionRefused):
        await desk.reschedule(message_id, soon(60))


async def test_an_edit_is_never_overtaken_by_the_claim_before_it(bench: Bench) -> None:
    message_id = await bench.schedule()
    [claim] = await bench.claim()
    edited = Content("sendMessage", {"text": "edited"})
    await bench.ledger.desk.edit(message_id, edited)
    assert await bench.ledger.mark_sending(claim) is None
    [claim] = await bench.claim()
    assert (await bench.mark(claim)).content == edited


async def test_a_rescheduled_message_waits_for_its_new_time(bench: Bench) -> None:
    message_id = await bench.schedule()
    await bench.claim()
    await bench.ledger.desk.reschedule(message_id, soon(60))
    assert await bench.claim(ahead_s=58) == []
    assert len(await bench.claim(ahead_s=62)) == 1


async def test_a_person_settles_what_is_uncertain(bench: Bench) -> None:
    park = OnUncertain.PARK
    ids = [await bench.schedule(key, key, on_uncertain=park) for key in ("seen", "missing")]
    for claim in await bench.claim():
        await bench.end(await bench.mark(claim), Uncertain("timeout"))
    await bench.ledger.desk.settle_sent(ids[0])
    await bench.ledger.desk.settle_resend(ids[1])
    assert [await bench.state(each) for each in ids] == ["sent", "scheduled"]
    settled = await bench.ledger.reading.get(ids[0])
    assert [attempt.outcome for attempt in settled.history] == [
        "uncertain"
    ]  # no answer was made up
    assert len(await bench.claim()) == 1


async def test_a_failed_message_is_tried_again_when_a_person_says_so(bench: Bench) -> None:
    message_id = await bench.schedule()
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Rejected("blocked"))
    await bench.ledger.desk.retry(message_id)
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Sent((1,)))
    message = await bench.ledger.reading.get(message_id)
    assert (message.state, message.reason, len(message.history)) == (State.SENT, "", 2)
    with pytest.raises(TransitionRefused):
        await bench.ledger.desk.retry(message_id)


async def test_a_message_that_is_not_there_is_named(bench: Bench) -> None:
    with pytest.raises(NotFound, match="no message 9"):
        await bench.ledger.reading.get(9)
    with pytest.raises(NotFound, match="no message 9"):
        await bench.ledger.desk.cancel(9)


async def test_whoever_waits_is_told_when_the_message_ends(bench: Bench) -> None:
    for task in ("t1", "t2"):
        await bench.ledger.intake.schedule(request("a"), task)
    assert await bench.ledger.outcomes.ended() == []
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Sent((1,)))
    await bench.ledger.intake.schedule(request("a"), "t3")
    ended = await bench.ledger.outcomes.ended()
    assert sorted(each.task_id for each in ended) == ["t1", "t2", "t3"]
    assert {each.message.state for each in ended} == {State.SENT}
    await bench.ledger.outcomes.told([(claim.id, "t1"), (claim.id, "t3")])
    assert [each.task_id for each in await bench.ledger.outcomes.ended()] == ["t2"]


async def test_a_claim_found_again_by_its_token(bench: Bench) -> None:
    await bench.schedule()
    [claim] = await bench.claim()
    found, timeline = await bench.ledger.find([(claim.id, claim.token)])
    assert found == [claim]
    assert timeline is not None
    assert (await bench.ledger.find([(claim.id, claim.token + 1)]))[0] == []
    await bench.mark(claim)
    assert (await bench.ledger.find([(claim.id, claim.token)]))[0] == []


async def test_one_message_is_claimed_by_its_id(bench: Bench) -> None:
    await bench.schedule("a")
    message_id = await bench.schedule("b", "2")
    claim = await bench.ledger.claims.claim_one(message_id, 0)
    assert claim is not None
    assert claim.id == message_id
    assert await bench.ledger.claims.claim_one(message_id, 0) is None


async def test_a_rehearsal_leaves_nothing_behind(bench: Bench) -> None:
    message_id = await bench.schedule()
    await bench.ledger.warm_up()
    assert await bench.state(message_id) == "scheduled"
    async with bench.database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(attempts)) == 0
    assert len(await bench.claim()) == 1
