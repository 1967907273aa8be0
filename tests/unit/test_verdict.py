"""What each outcome makes of its message, whatever its standing."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.message import TRANSITIONS, OnUncertain, State
from core.outcome import (
    Flooded,
    Migrated,
    Outcome,
    Rejected,
    Retryable,
    Sent,
    Unauthorized,
    Uncertain,
    Unsent,
)
from core.retry import RetryPolicy
from core.verdict import Standing, Verdict, decide

POLICY = RetryPolicy(10, 2.0, 5)
RESEND, PARK = OnUncertain.RESEND, OnUncertain.PARK
POLICIES = pytest.mark.parametrize("on_uncertain", [RESEND, PARK])

OUTCOMES: list[Outcome] = [
    Sent((1, 2)),
    Flooded(7, "Too Many Requests"),
    Retryable("connect", "refused"),
    Retryable("fetch failed", tries=2),
    Rejected("blocked", "Forbidden", chat_gone=True),
    Rejected("no rights", chat_held=True),
    Migrated("-1005"),
    Uncertain("timeout"),
    Unsent("too late to write"),
    Unauthorized("Unauthorized"),
]
standings = st.builds(
    Standing, st.integers(1, 9), st.integers(1, 8), st.integers(0, 3), st.sampled_from(OnUncertain)
)


def judge(
    outcome: Outcome,
    attempts: int = 1,
    hidden: int = 0,
    on_uncertain: OnUncertain = RESEND,
    max_attempts: int = 6,
) -> Verdict:
    standing = Standing(attempts, max_attempts, hidden, on_uncertain)
    return decide(outcome, standing, POLICY, lambda: 0.5)


def test_the_table_below_has_every_kind_of_outcome() -> None:
    assert {type(outcome) for outcome in OUTCOMES} == set(get_args(Outcome))


@given(st.sampled_from(OUTCOMES), standings)
def test_every_verdict_can_be_reached_from_sending(outcome: Outcome, standing: Standing) -> None:
    verdict = decide(outcome, standing, POLICY, lambda: 0.5)
    assert verdict.state in TRANSITIONS[State.SENDING]
    assert verdict.wait_s >= 0


@given(st.sampled_from(OUTCOMES), standings)
def test_a_late_answer_finds_its_way_from_where_rescue_put_the_message(
    outcome: Outcome, standing: Standing
) -> None:
    end = decide(outcome, standing, POLICY, lambda: 0.5).state
    for rescued in (State.UNCERTAIN, State.SCHEDULED):
        assert end == rescued or end in TRANSITIONS[rescued]


@given(st.sampled_from(OUTCOMES), standings)
def test_only_a_hidden_answer_hides_and_only_one_that_costs_nothing_is_refunded(
    outcome: Outcome, standing: Standing
) -> None:
    verdict = decide(outcome, standing, POLICY, lambda: 0.5)
    assert verdict.hides is isinstance(outcome, Uncertain)
    assert verdict.refund is isinstance(outcome, Flooded | Unsent | Unauthorized)


@POLICIES
def test_sent_is_sent_even_at_the_last_attempt(on_uncertain: OnUncertain) -> None:
    verdict = judge(Sent((4, 5)), attempts=6, hidden=2, on_uncertain=on_uncertain)
    assert verdict == Verdict(State.SENT, message_ids=(4, 5))


@POLICIES
@pytest.mark.parametrize(
    ("outcome", "wait_s", "reason"),
    [
        (Flooded(7, "told"), 7, "flooded"),
        (Unsent("too late to write"), 0, "too late to write"),
        (Unauthorized("told"), 0, "unauthorized"),  # the bot's hold keeps it back
    ],
)
def test_what_is_not_the_messages_fault_costs_it_neither_an_attempt_nor_its_turn(
    outcome: Outcome, wait_s: float, reason: str, on_uncertain: OnUncertain
) -> None:
    verdict = judge(outcome, attempts=99, hidden=1, on_uncertain=on_uncertain)
    assert (verdict.state, verdict.wait_s, verdict.reason) == (State.SCHEDULED, wait_s, reason)
    assert verdict.keeps_turn
    assert verdict.refund


@POLICIES
def test_what_was_not_sent_waits_by_the_policy_and_lets_others_pass(
    on_uncertain: OnUncertain,
) -> None:
    for attempts, wait_s in enumerate((10, 20, 40, 80, 160), start=1):
        verdict = judge(Retryable("connect", "refused"), attempts, on_uncertain=on_uncertain)
        assert verdict == Verdict(State.SCHEDULED, wait_s, reason="connect", description="refused")


@POLICIES
@pytest.mark.parametrize(("hidden", "end"), [(0, State.FAILED), (1, State.UNCERTAIN)])
def test_out_of_attempts_it_fails_unless_an_answer_was_hidden(
    hidden: int, end: State, on_uncertain: OnUncertain
) -> None:
    verdict = judge(Retryable("connect", "refused"), 6, hidden, on_uncertain)
    assert verdict == Verdict(end, reason="exhausted", description="connect: refused")


@pytest.mark.parametrize(
    ("tries", "max_attempts", "lasts"), [(2, 6, 2), (None, 6, 6), (9, 6, 6), (2, 1, 1)]
)
def test_the_tighter_bound_on_tries_counts(
    tries: int | None, max_attempts: int, lasts: int
) -> None:
    outcome = Retryable("fetch failed", tries=tries)
    states = [judge(outcome, n, max_attempts=max_attempts).state for n in range(1, lasts + 1)]
    assert states == [State.SCHEDULED] * (lasts - 1) + [State.FAILED]


@POLICIES
@pytest.mark.parametrize(("hidden", "end"), [(0, State.FAILED), (2, State.UNCERTAIN)])
def test_a_refusal_is_final_at_once(hidden: int, end: State, on_uncertain: OnUncertain) -> None:
    verdict = judge(Rejected("blocked", "Forbidden"), 1, hidden, on_uncertain)
    assert verdict == Verdict(end, reason="blocked", description="Forbidden")


@POLICIES
def test_a_migrated_chat_is_tried_at_once_even_with_no_attempt_left(
    on_uncertain: OnUncertain,
) -> None:
    for attempts in (1, 6):
        verdict = judge(Migrated("-1005"), attempts, on_uncertain=on_uncertain)
        assert verdict == Verdict(State.SCHEDULED, keeps_turn=True, reason="migrated")


@pytest.mark.parametrize(("hidden", "end"), [(0, State.FAILED), (1, State.UNCERTAIN)])
def test_a_chat_that_migrates_without_end_ends_somewhere(hidden: int, end: State) -> None:
    verdict = judge(Migrated("-1005"), 7, hidden)
    assert (verdict.state, verdict.reason) == (end, "exhausted")
    assert "-1005" in verdict.description


def test_a_hidden_answer_is_resent_by_the_policy_and_ends_uncertain() -> None:
    told = {"hides": True, "reason": "timeout", "description": "slow"}
    for attempts, wait_s in enumerate((10, 20, 40, 80, 160), start=1):
        again = Verdict(State.SCHEDULED, wait_s, **told)  # type: ignore[arg-type]
        assert judge(Uncertain("timeout", "slow"), attempts) == again
    parked = Verdict(State.UNCERTAIN, **told)  # type: ignore[arg-type]
    assert judge(Uncertain("timeout", "slow"), 6) == parked


@pytest.mark.parametrize("attempts", [1, 6])
def test_a_hidden_answer_is_parked_where_its_owner_chose_that(attempts: int) -> None:
    verdict = judge(Uncertain("timeout"), attempts, on_uncertain=PARK)
    assert verdict == Verdict(State.UNCERTAIN, hides=True, reason="timeout")


def test_the_jitter_is_drawn_from_what_was_given() -> None:
    standing = Standing(1, 6, 0, RESEND)
    for outcome in (Retryable("connect"), Uncertain("timeout")):
        assert decide(outcome, standing, POLICY, lambda: 0.0).wait_s == pytest.approx(8)
