"""What becomes of a batch when the governor, the ledger or Telegram stands in its way."""

import pytest

from core.attempts import CHAT_PATIENCE_S, LEDGER_RETRY_S, RECORD_WITHIN_S
from core.delivery import UNREACHABLE_GOVERNOR_WAIT_S
from core.message import Claim
from core.outcome import Flooded, Rejected, Sent, Unauthorized
from core.partners import Sending
from core.verdict import RIGHTS_HOLD_S, UNAUTHORIZED_HOLD_S
from tests.unit.delivery_stage import Stage, claim


@pytest.fixture
def stage() -> Stage:
    return Stage()


def waits(stage: Stage) -> dict[int, float]:
    return {returned.claim.id: round(returned.wait_s, 6) for returned in stage.ledger.returned}


def written(stage: Stage) -> list[float]:
    return [moment_s for _, moment_s in stage.telegram.requests]


def test_at_the_first_full_the_rest_goes_back_at_once(stage: Stage) -> None:
    stage.governor.bot_free_s = 5.0
    claims = [claim(1, "a"), claim(2, "b"), claim(3, "a"), claim(4, "c")]
    assert stage.play(*claims) == 0
    assert waits(stage) == dict.fromkeys((1, 2, 3, 4), 3.0)
    assert stage.telegram.requests == []


def test_what_is_booked_when_the_bot_turns_full_is_still_sent(stage: Stage) -> None:
    stage.governor.interval_s = 1.0
    stage.play(*(claim(n) for n in range(6)))
    assert len(stage.telegram.requests) == 3
    assert stage.ledger.returned_s == [0, 0, 0]
    assert {returned.claim.id for returned in stage.ledger.returned} == {3, 4, 5}


def test_no_chat_behind_the_full_one_is_asked_for(stage: Stage) -> None:
    stage.governor.bot_free_s = 5.0
    stage.play(*(claim(n) for n in range(200)))
    assert len(stage.ledger.returned) == 200
    assert len(stage.governor.asked) < 200


def test_a_busy_chats_messages_go_back_spaced_and_others_go_on(stage: Stage) -> None:
    stage.governor.spacing_s = 3.0
    stage.governor.chat_free_s["a"] = 2.0
    stage.play(claim(1, "a"), claim(2, "a"), claim(3, "b"), claim(4, "a"))
    assert waits(stage) == {1: 2.0, 2: 5.0, 4: 8.0}
    assert stage.telegram.requests == [("b", 0)]


def test_the_second_to_a_chat_goes_back_for_as_long_as_the_chat_is_taken(stage: Stage) -> None:
    stage.governor.spacing_s = 1.0
    stage.play(claim(1, "a"), claim(2, "a"), claim(3, "a"))
    assert len(stage.telegram.requests) == 1
    assert waits(stage) == {2: 1.0, 3: 2.0}


def test_a_chat_that_is_free_again_soon_is_waited_for(stage: Stage) -> None:
    stage.governor.chat_free_s["a"] = CHAT_PATIENCE_S - 0.01
    stage.play(claim(1, "a"))
    assert written(stage) == pytest.approx([CHAT_PATIENCE_S - 0.01])
    assert stage.ledger.returned == []


def test_without_the_governor_nothing_is_sent(stage: Stage) -> None:
    stage.governor.away = True
    stage.play(claim(1, "a"), claim(2, "b"))
    assert stage.telegram.requests == []
    assert waits(stage) == dict.fromkeys((1, 2), UNREACHABLE_GOVERNOR_WAIT_S)


@pytest.mark.parametrize("away_s", [0.7, 100.0])
def test_an_answer_is_kept_while_the_ledger_is_away(stage: Stage, away_s: float) -> None:
    stage.telegram.takes_s["1"] = 0.1
    stage.telegram.outcomes["1"] = [_goes_away(stage, away_s)]
    stage.play(claim(1))
    [report] = stage.ledger.reports
    assert report.outcome == Sent((7,))
    assert 0 <= stage.ledger.recorded_s[0] - away_s <= LEDGER_RETRY_S
    assert (report.ended_at - report.started_at).total_seconds() == pytest.approx(0.1)


def test_an_answer_is_not_kept_for_ever(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.telegram.outcomes["1"] = [_goes_away(stage, RECORD_WITHIN_S + 60)]
    stage.play(claim(1))
    assert stage.ledger.reports == []
    assert "delivery failed" in caplog.text


def _goes_away(stage: Stage, until_s: float) -> Sent:
    """The mark is set at once; by the time of the answer the ledger is away."""
    ledger, mark = stage.ledger, stage.ledger.mark_sending

    async def mark_and_leave(claim: Claim) -> Sending | None:
        sending = await mark(claim)
        ledger.away_until_s = until_s
        return sending

    ledger.mark_sending = mark_and_leave  # type: ignore[method-assign]
    return Sent((7,))


def test_a_flood_holds_its_chat_everywhere(stage: Stage) -> None:
    stage.telegram.outcomes["a"] = [Flooded(7)]
    stage.play(claim(1, "a"))
    assert stage.governor.holds == [("a", 7, True)]
    assert stage.ledger.held_chats == [("a", 7, "flooded")]
    assert stage.ledger.held_bot == []


def test_a_second_chats_flood_holds_the_bot(stage: Stage) -> None:
    stage.telegram.outcomes |= {"a": [Flooded(7)], "b": [Flooded(5)]}
    stage.play(claim(1, "a"), claim(2, "b", due_s=0.5))
    assert stage.ledger.held_bot == [(5, "flooded")]
    assert stage.ledger.held_chats == [("a", 7, "flooded"), ("b", 5, "flooded")]


def test_missing_rights_hold_the_chat(stage: Stage) -> None:
    stage.telegram.outcomes["-5"] = [Rejected("no rights", chat_held=True)]
    stage.play(claim(1, "-5"))
    assert stage.governor.holds == [("-5", RIGHTS_HOLD_S, False)]
    assert stage.ledger.held_chats == [("-5", RIGHTS_HOLD_S, "no rights")]


def test_any_other_refusal_holds_nothing(stage: Stage) -> None:
    stage.telegram.outcomes["5"] = [Rejected("blocked", chat_gone=True)]
    stage.play(claim(1, "5"))
    assert stage.governor.holds == []
    assert stage.ledger.held_chats == []


def test_a_refused_token_holds_the_bot_and_is_told_loudly(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.telegram.outcomes["1"] = [Unauthorized()]
    stage.play(claim(1))
    assert stage.ledger.held_bot == [(UNAUTHORIZED_HOLD_S, "unauthorized")]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@pytest.mark.parametrize("outcome", [Flooded(7), Unauthorized()])
def test_an_answer_whose_hold_cannot_be_written_is_recorded_all_the_same(
    stage: Stage, outcome: Flooded | Unauthorized
) -> None:
    _goes_away(stage, 1.0)
    stage.telegram.outcomes["a"] = [outcome]
    stage.play(claim(1, "a"))
    assert [report.outcome for report in stage.ledger.reports] == [outcome]


def test_a_hold_that_the_governor_does_not_hear_of_is_in_the_ledger(stage: Stage) -> None:
    stage.governor.deaf = True
    stage.telegram.outcomes["a"] = [Flooded(7)]
    stage.play(claim(1, "a"))
    assert stage.ledger.held_chats == [("a", 7, "flooded")]
    assert len(stage.ledger.reports) == 1


def test_what_was_written_late_keeps_its_chats_next_message_as_far_away(stage: Stage) -> None:
    stage.governor.spacing_s, stage.ledger.commit_s = 1.03, 0.5
    stage.play(claim(1, "a"))
    assert written(stage) == pytest.approx([0.5])
    assert stage.governor.holds == [("a", 1.03, False)]


@pytest.mark.parametrize(("spacing_s", "commit_s"), [(1.03, 0.0), (1.03, 0.005), (0.0, 0.5)])
def test_what_was_written_in_time_or_to_an_unlimited_chat_holds_nothing(
    stage: Stage, spacing_s: float, commit_s: float
) -> None:
    stage.governor.spacing_s, stage.ledger.commit_s = spacing_s, commit_s
    stage.play(claim(1, "a"))
    assert stage.governor.holds == []


def test_a_commit_that_takes_its_usual_time_delays_no_message(stage: Stage) -> None:
    stage.governor.ahead_s, stage.ledger.commit_s = 0.1, 0.05
    stage.play(claim(1, "a"))
    assert written(stage) == pytest.approx([0.1])
