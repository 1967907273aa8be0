"""The way of a batch: when each message leaves, in which turn, and what is told to the ledger."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.attempts import (
    MARK_LEAD_S,
    RENEW_AFTER_S,
    REQUEST_WITHIN_S,
    SENDING_LEASE_S,
    WRITE_WITHIN_S,
)
from core.delivery import BATCH_WITHIN_S, IN_FLIGHT
from core.message import State
from core.outcome import Retryable, Sent
from core.partners import Timeline
from core.verdict import Verdict
from tests.unit.delivery_stage import NOON, Stage, cancelled, claim, simulate


@pytest.fixture
def stage() -> Stage:
    return Stage()


microseconds = st.integers(-60_000_000, 4_000_000).map(lambda us: us / 1_000_000)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), microseconds), min_size=1, max_size=8),
    st.sampled_from([0.0, 0.01, 0.03]),
)
def test_no_message_ever_leaves_early_and_none_is_late(
    wanted: list[tuple[str, float]], commit_s: float
) -> None:
    stage = Stage()
    stage.ledger.commit_s = commit_s
    wanted.sort(key=lambda each: each[1])
    stage.play(*(claim(n, chat, due_s) for n, (chat, due_s) in enumerate(wanted)))
    assert len(stage.telegram.requests) == len(wanted)
    for chat in "abc":
        due = [max(due_s, 0.0) for its, due_s in wanted if its == chat]
        sent = [sent_s for its, sent_s in stage.telegram.requests if its == chat]
        assert all(at >= due_s - 1e-9 for at, due_s in zip(sent, due, strict=True))
        # The chat's turn costs a mark and a record before each that was due at the same time.
        slack_s = 2 * commit_s * len(due) + 1e-3
        assert all(at <= due_s + slack_s for at, due_s in zip(sent, due, strict=True))


@pytest.mark.parametrize("ahead_s", [0.0, 0.05, 0.5, 1.9])
def test_a_mark_is_set_at_most_a_fifth_of_a_second_before_the_slot(
    stage: Stage, ahead_s: float
) -> None:
    stage.governor.ahead_s = ahead_s
    stage.play(claim(1))
    [(_, sent_s)] = stage.telegram.requests
    assert sent_s == pytest.approx(ahead_s)
    assert 0 <= sent_s - stage.ledger.marked[1] <= min(MARK_LEAD_S, 0.2) + 1e-6


def test_the_write_is_allowed_for_three_seconds_less_than_the_lease_from_the_mark_on(
    stage: Stage,
) -> None:
    stage.governor.ahead_s, stage.ledger.commit_s = 1.0, 0.02
    stage.play(claim(1))
    assert stage.telegram.write_before_s == [stage.ledger.marked[1] + WRITE_WITHIN_S]
    assert SENDING_LEASE_S - WRITE_WITHIN_S >= 3


def test_messages_to_one_chat_go_in_turn_one_at_a_time(stage: Stage) -> None:
    stage.telegram.takes_s["a"] = 0.3
    stage.play(*(claim(n, "a") for n in (1, 2, 3)))
    assert [sent_s for _, sent_s in stage.telegram.requests] == [0, 0.3, 0.6]
    assert [report.sending.claim.id for report in stage.ledger.reports] == [1, 2, 3]
    assert stage.telegram.most_in_flight == 1


def test_chats_do_not_wait_for_each_other(stage: Stage) -> None:
    stage.telegram.takes_s["a"] = 1.0
    stage.play(claim(1, "a"), claim(2, "b"), claim(3, "c"))
    assert [sent_s for _, sent_s in stage.telegram.requests] == [0, 0, 0]


def test_no_more_are_in_flight_than_allowed(stage: Stage) -> None:
    claims = [claim(n) for n in range(2 * IN_FLIGHT)]
    for each in claims:
        stage.telegram.takes_s[each.chat_id] = 0.1
    assert stage.play(*claims) == pytest.approx(0.2)
    assert stage.telegram.most_in_flight == IN_FLIGHT


def test_batches_share_the_limit_of_requests_in_flight(stage: Stage) -> None:
    async def two_batches() -> None:
        claims = [claim(n) for n in range(2 * IN_FLIGHT)]
        for each in claims:
            stage.telegram.takes_s[each.chat_id] = 0.1
        await asyncio.gather(stage.run(claims[:IN_FLIGHT]), stage.run(claims[IN_FLIGHT:]))

    simulate(two_batches())
    assert stage.telegram.most_in_flight == IN_FLIGHT


def test_a_batch_without_room_goes_back_when_its_time_is_over(stage: Stage) -> None:
    async def story() -> float:
        hanging = [claim(n) for n in range(IN_FLIGHT)]
        for each in hanging:
            stage.telegram.takes_s[each.chat_id] = 55.0
        await stage.run(hanging)
        began_s = stage.clock.now_s()
        await stage.run([claim(1000, "a"), claim(1001, "b"), claim(1002, "a")])
        return stage.clock.now_s() - began_s

    assert simulate(story()) == pytest.approx(BATCH_WITHIN_S, abs=0.1)
    assert sorted(returned.claim.id for returned in stage.ledger.returned) == [1000, 1001, 1002]
    assert len(stage.telegram.requests) == IN_FLIGHT


def test_room_is_given_back_whatever_happens(stage: Stage) -> None:
    async def story() -> None:
        stage.ledger.away_until_s = 1.0
        await stage.run(claim(n) for n in range(IN_FLIGHT))
        await asyncio.sleep(1.0)
        await stage.run(claim(n) for n in range(IN_FLIGHT))

    simulate(story())
    assert len(stage.telegram.requests) == IN_FLIGHT


def test_an_empty_batch_is_done_at_once(stage: Stage) -> None:
    assert stage.play() == 0


def test_the_governor_hears_of_cost_and_broadcast_and_fee(stage: Stage) -> None:
    stage.play(claim(1, "a", cost=4), claim(2, "b", broadcast_id=9, paid=True))
    assert sorted(stage.governor.asked) == [("a", 4, False), ("b", 1, True)]
    assert stage.governor.paid == ["b"]


def test_the_ledger_hears_what_came_of_it_in_its_own_time() -> None:
    stage = Stage()
    stage.timeline = Timeline(NOON, -3600.0)  # our clock has no zero that means anything
    stage.telegram.takes_s["1"] = 0.25
    stage.telegram.outcomes["1"] = [Retryable("connect", "refused")]
    stage.play(claim(1, due_s=3601))
    [report] = stage.ledger.reports
    assert report.outcome == Retryable("connect", "refused")
    assert report.verdict == Verdict(State.SCHEDULED, 10, reason="connect", description="refused")
    since_s = [(at - NOON).total_seconds() for at in (report.started_at, report.ended_at)]
    assert since_s == pytest.approx([3601, 3601.25])


def test_a_message_goes_to_where_its_chat_has_moved(stage: Stage) -> None:
    stage.ledger.moved_to["-5"] = "-1005"
    stage.play(claim(1, "-5"))
    assert [chat for chat, _ in stage.telegram.requests] == ["-1005"]


def test_what_the_ledger_will_not_mark_is_not_sent_and_given_back(stage: Stage) -> None:
    stage.ledger.refuses = {1}
    stage.play(claim(1, "a"), claim(2, "a"))
    assert len(stage.telegram.requests) == 1
    assert [returned.claim.id for returned in stage.ledger.returned] == [1]
    assert [report.sending.claim.id for report in stage.ledger.reports] == [2]


def test_what_the_ledger_cannot_mark_is_not_sent(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.ledger.away_until_s = 1.0
    stage.play(claim(1, "a"), claim(2, "b", due_s=1.5))
    assert [chat for chat, _ in stage.telegram.requests] == ["b"]
    assert "leases bring the messages back" in caplog.text


def test_a_slow_request_gives_its_worker_back_and_is_recorded_when_it_ends(stage: Stage) -> None:
    stage.telegram.takes_s["slow"] = 30.0
    took_s = stage.play(claim(1, "slow"), claim(2, "fast"))
    assert took_s == pytest.approx(2.0)
    assert stage.ledger.recorded_s == pytest.approx([0, 30])


def test_a_drain_waits_no_longer_than_it_may(stage: Stage) -> None:
    async def story() -> float:
        stage.telegram.takes_s["slow"] = 30.0
        await stage.run([claim(1, "slow")])
        await stage.delivery.drain(3.0)
        return stage.clock.now_s()

    assert simulate(story()) == pytest.approx(5.0)


def test_a_cancelled_batch_still_hears_its_answers(stage: Stage) -> None:
    async def story() -> None:
        stage.telegram.takes_s["1"] = 1.0
        batch = asyncio.create_task(stage.run([claim(1)]))
        await asyncio.sleep(0.5)
        await cancelled(batch)
        await stage.delivery.drain(5)

    simulate(story())
    assert [type(report.outcome) for report in stage.ledger.reports] == [Sent]


def test_only_the_leases_of_slow_requests_are_renewed_until_their_deadline(stage: Stage) -> None:
    async def story() -> dict[float, list[list[int]]]:
        stage.telegram.takes_s |= {"young": 70.0, "old": 70.0}
        seen = {}
        await stage.run([claim(1, "old"), claim(2, "young", due_s=1)])
        for at_s in (RENEW_AFTER_S - 0.1, RENEW_AFTER_S + 0.1, RENEW_AFTER_S + 1.1, 60.5, 61.5):
            await asyncio.sleep(at_s - stage.clock.now_s())
            stage.ledger.renewed = []
            await stage.delivery.renew()
            seen[at_s] = stage.ledger.renewed
        return seen

    assert list(simulate(story()).values()) == [[], [[1]], [[1, 2]], [[2]], []]
    assert REQUEST_WITHIN_S == 60


def test_a_request_that_has_ended_is_renewed_no_more(stage: Stage) -> None:
    async def story() -> None:
        stage.telegram.takes_s["1"] = 6.0
        await stage.run([claim(1)])
        await asyncio.sleep(5)
        await stage.delivery.renew()

    simulate(story())
    assert stage.ledger.renewed == []


def test_a_timeline_turns_the_ledgers_time_into_ours_and_back() -> None:
    timeline = Timeline(NOON, 50.0)
    assert timeline.seconds(NOON + timedelta(seconds=7)) == 57.0
    assert timeline.moment(57.0) == NOON + timedelta(seconds=7)
