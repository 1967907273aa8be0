"""The facts of a message: what is the same, what it costs, how late it was, how it moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.message import (
    ACTIVE,
    FINAL,
    POSTS,
    TRANSITIONS,
    Content,
    Message,
    OnUncertain,
    Request,
    State,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
TEXT = Content("sendMessage", {"text": "hello", "parse_mode": "HTML"})
REQUEST = Request("5", TEXT, NOON, "key", OnUncertain.RESEND, 6)

texts = st.text(max_size=9)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
params = st.dictionaries(texts, values, max_size=5)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"due_at": NOON + timedelta(hours=1)}, True),
        ({"due_at": None}, True),
        ({"key": "other"}, True),
        ({"max_attempts": 1}, True),
        ({"chat_id": "6"}, False),
        ({"on_uncertain": OnUncertain.PARK}, False),
        ({"content": Content("sendMessage", {"text": "hello"})}, False),
        ({"content": Content("sendPhoto", TEXT.params)}, False),
    ],
)
def test_the_same_message_is_the_same_chat_content_and_policy(
    changes: dict[str, Any], same: bool
) -> None:
    assert (replace(REQUEST, **changes).fingerprint == REQUEST.fingerprint) is same


@given(params)
def test_the_order_of_its_keys_makes_no_other_content(given: dict[str, Any]) -> None:
    turned = dict(reversed(given.items()))
    assert Content("m", turned).canonical() == Content("m", given).canonical()


@given(params, params)
def test_other_content_has_another_fingerprint(one: dict[str, Any], two: dict[str, Any]) -> None:
    first, second = (replace(REQUEST, content=Content("m", given)) for given in (one, two))
    # By repr, for which True and 1 are two things, as they are for Telegram.
    same = repr(_sorted(one)) == repr(_sorted(two))
    assert (first.fingerprint == second.fingerprint) is same


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def test_a_fingerprint_fits_its_column() -> None:
    assert len(REQUEST.fingerprint) == 64


@pytest.mark.parametrize(
    ("given", "cost"),
    [
        ({"text": "hello"}, 1),
        ({"photo": "https://example.com/a.jpg"}, 1),
        ({"media": [{}] * 4}, 4),
        ({"message_ids": [1, 2, 3]}, 3),
        ({"media": []}, 1),
        ({"media": "attach://file"}, 1),
    ],
)
def test_an_album_costs_as_much_as_its_items(given: dict[str, Any], cost: int) -> None:
    assert Content("method", given).cost == cost


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"text": "hello"}, "hello"),
        ({"photo": "id", "caption": "seen"}, "seen"),
        ({"media": [{"media": "1"}, {"media": "2", "caption": "second"}]}, "second"),
        ({"media": "attach://file"}, ""),
        ({}, ""),
    ],
)
def test_what_can_be_read_in_it_is_its_text_or_first_caption(
    given: dict[str, Any], text: str
) -> None:
    assert Content("method", given).text == text


def message(sent_at: datetime | None) -> Message:
    return Message(
        1, 7, "key", POSTS, "5", TEXT, State.SENT, NOON, NOON + timedelta(minutes=5), 1, 6, 0,
        OnUncertain.RESEND, sent_at=sent_at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("after", "late_ms"),
    [
        (timedelta(0), 0.0),
        (timedelta(microseconds=1234), 1.2),
        (timedelta(milliseconds=7, microseconds=960), 8.0),
        (timedelta(seconds=90), 90_000.0),
    ],
)
def test_lateness_is_counted_from_the_wanted_time_in_ms(after: timedelta, late_ms: float) -> None:
    assert message(NOON + after).late_ms == late_ms


def test_what_was_not_sent_is_not_late() -> None:
    assert message(None).late_ms is None


def test_every_state_says_where_it_may_go() -> None:
    assert set(TRANSITIONS) == set(State)
    assert all(state not in onward for state, onward in TRANSITIONS.items())


def test_every_state_but_the_first_can_be_reached_from_it() -> None:
    reached = {State.SCHEDULED}
    for _ in State:
        reached |= {onward for state in reached for onward in TRANSITIONS[state]}
    assert reached == set(State)


def test_a_message_is_active_or_at_its_end() -> None:
    assert set(State) == ACTIVE | FINAL
    assert not ACTIVE & FINAL


def test_what_was_sent_stays_so_and_what_ended_otherwise_can_at_most_wait_again() -> None:
    stays = {state for state, onward in TRANSITIONS.items() if not onward}
    assert stays == {State.SENT}
    for state in (State.CANCELLED, State.EXPIRED, State.FAILED):
        assert TRANSITIONS[state] == {State.SCHEDULED}


def test_nothing_is_sent_again_that_is_on_the_wire_or_out() -> None:
    assert not TRANSITIONS[State.SENDING] & {State.QUEUED, State.CANCELLED, State.EXPIRED}
    assert State.SENDING not in TRANSITIONS[State.SCHEDULED] | TRANSITIONS[State.UNCERTAIN]
