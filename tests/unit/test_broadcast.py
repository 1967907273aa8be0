"""The facts of a broadcast: how it may move, and how its recipients are counted."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.audience import Audience
from core.broadcast import BROADCAST_TRANSITIONS, BroadcastState, Draft, Tally
from core.errors import InvalidInput
from core.message import OnUncertain, Request
from tests.unit.broadcast_by_hand import BROADCAST, NOON, TEXT

DRAFT = Draft(Request("", TEXT, None, "key", OnUncertain.PARK, 6))
counts = st.integers(0, 10**6)


@given(counts, counts, counts, counts, counts)
def test_recipients_are_sent_failed_skipped_uncertain_or_pending(
    sent: int, failed: int, skipped: int, uncertain: int, pending: int
) -> None:
    total = sent + failed + skipped + uncertain + pending
    tally = Tally(total, sent, failed, skipped, uncertain)
    assert tally.pending == pending
    called_off = tally.called_off
    assert (called_off.skipped, called_off.pending) == (skipped + pending, 0)
    assert replace(called_off, skipped=skipped) == tally


def test_what_is_cancelled_stays_so_and_nothing_runs_that_was_not_started() -> None:
    assert {state for state, onward in BROADCAST_TRANSITIONS.items() if not onward} == {
        BroadcastState.CANCELLED
    }
    to_draft = [state for state, to in BROADCAST_TRANSITIONS.items() if BroadcastState.DRAFT in to]
    assert to_draft == []


@pytest.mark.parametrize(
    ("state", "wanted_in_s", "shown"),
    [
        (BroadcastState.RUNNING, 60, "scheduled"),
        (BroadcastState.RUNNING, 0, "running"),
        (BroadcastState.PAUSED, 60, "paused"),
        (BroadcastState.DRAFT, 60, "draft"),
    ],
)
def test_a_running_one_whose_time_is_ahead_is_shown_as_scheduled(
    state: BroadcastState, wanted_in_s: int, shown: str
) -> None:
    wanted_at = NOON + timedelta(seconds=wanted_in_s)
    assert replace(BROADCAST, state=state, wanted_at=wanted_at).shown(NOON) == shown


@pytest.mark.parametrize("errors", [-1, 32_768, 40_000])
def test_errors_in_a_row_are_no_more_than_the_ledger_can_hold(errors: int) -> None:
    with pytest.raises(InvalidInput, match=r"errors_in_a_row: .*32,767"):
        replace(DRAFT, errors_in_a_row=errors)
    assert replace(DRAFT, errors_in_a_row=32_767).errors_in_a_row == 32_767


def test_the_same_broadcast_is_the_same_content_for_the_same_people() -> None:
    assert replace(DRAFT, name="other", errors_in_a_row=0).fingerprint == DRAFT.fingerprint
    everybody = replace(DRAFT, audience=Audience())
    some = replace(DRAFT, audience=Audience(tags=("vip",)))
    prints = {each.fingerprint for each in (DRAFT, everybody, some)}
    assert len(prints) == 3
