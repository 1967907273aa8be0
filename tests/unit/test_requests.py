"""What callers ask for, in the ledger's terms; what is wrong with it is said by name."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.broadcast import key_of
from core.errors import InvalidContent, InvalidInput
from core.message import Content, OnUncertain, Request
from infra.celery.requests import (
    broadcast_request,
    chat_list,
    due_time,
    expiry_time,
    message_request,
)
from infra.settings import Settings

SETTINGS = Settings.model_construct(on_uncertain=OnUncertain.RESEND, send_retry_delay=10.0)
PARKING = Settings.model_construct(on_uncertain=OnUncertain.PARK, send_retry_delay=10.0)
TEXT = Content("sendMessage", {"text": "hello"})


def asked(
    chat_id: Any = 5, message: Any = "hello", settings: Settings = SETTINGS, **options: Any
) -> Request:
    return message_request(settings, chat_id, message, options, "task-id", None)


def broadcast(message: Any = "hello", settings: Settings = SETTINGS, **options: Any) -> Request:
    return broadcast_request(settings, message, options, "task-id", None)


def test_a_message_is_what_was_asked_for() -> None:
    due_at = datetime(2026, 12, 1, tzinfo=UTC)
    made = message_request(SETTINGS, "@Channel", "hello", {}, "task-id", due_at)
    assert made == Request("@channel", TEXT, due_at, "task-id", OnUncertain.RESEND, 6)


@pytest.mark.parametrize(
    ("given", "chat_id"), [(5, "5"), ("5", "5"), (-1005, "-1005"), (" @Name1 ", "@name1")]
)
def test_one_chat_has_one_spelling(given: int | str, chat_id: str) -> None:
    assert asked(given).chat_id == chat_id


def test_the_key_is_the_callers_or_else_the_tasks_id() -> None:
    assert asked().key == asked(idempotency_key=None).key == "task-id"
    assert asked(idempotency_key="order-7").key == "order-7"


def test_no_broadcast_passes_for_one_that_a_person_made_in_the_bot() -> None:
    with pytest.raises(InvalidInput, match="idempotency_key: begins with 'bot:'"):
        broadcast(idempotency_key=key_of(501, 7))
    with pytest.raises(InvalidInput, match="idempotency_key: begins with 'bot:'"):
        broadcast_request(SETTINGS, "hello", {}, key_of(501, 7), None)  # a task's id


def test_what_becomes_of_a_hidden_answer_is_the_callers_choice_or_else_the_settings() -> None:
    assert asked().on_uncertain is OnUncertain.RESEND
    assert asked(settings=PARKING).on_uncertain is OnUncertain.PARK
    assert asked(settings=PARKING, on_uncertain="resend").on_uncertain is OnUncertain.RESEND
    assert asked(on_uncertain=None).on_uncertain is OnUncertain.RESEND


def test_a_broadcast_is_parked_unless_its_caller_says_otherwise() -> None:
    assert broadcast().on_uncertain is OnUncertain.PARK
    assert broadcast(on_uncertain="resend").on_uncertain is OnUncertain.RESEND
    assert broadcast().chat_id == ""


def test_our_own_options_do_not_go_to_telegram() -> None:
    content = asked(idempotency_key="k", on_uncertain="park", parse_mode="HTML").content
    assert content.params == {"text": "hello", "parse_mode": "HTML"}


def test_the_callers_options_are_left_as_they_are() -> None:
    options = {"idempotency_key": "k", "on_uncertain": "park"}
    message_request(SETTINGS, 5, "hello", options, "task-id", None)
    assert options == {"idempotency_key": "k", "on_uncertain": "park"}


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("chat_id", {"chat_id": 0}),
        ("chat_id", {"chat_id": ""}),
        ("chat_id", {"chat_id": None}),
        ("chat_id", {"chat_id": True}),
        ("chat_id", {"chat_id": "https://t.me/name"}),
        ("chat_id", {"chat_id": 2**60}),
        ("message", {"message": ""}),
        ("message", {"message": None}),
        ("message", {"message": "x" * 4097}),
        ("message", {"message": "<b>open", "parse_mode": "HTML"}),
        ("parse_mode", {"parse_mode": "BBCode"}),
        ("pares_mode", {"pares_mode": "HTML"}),
        ("idempotency_key", {"idempotency_key": ""}),
        ("idempotency_key", {"idempotency_key": "k" * 256}),
        ("idempotency_key", {"idempotency_key": "a\0b"}),
        ("idempotency_key", {"idempotency_key": 7}),
        ("idempotency_key", {"idempotency_key": key_of(501, 7)}),
        ("on_uncertain", {"on_uncertain": "maybe"}),
        ("on_uncertain", {"on_uncertain": ["park"]}),
    ],
)
def test_bad_input_is_refused_and_the_argument_at_fault_named(
    field: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        asked(**arguments)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")


def test_content_that_telegram_would_refuse_is_told_from_a_bad_call() -> None:
    with pytest.raises(InvalidContent):
        broadcast("x" * 4097)


def test_a_list_of_chats_is_brought_to_one_spelling_in_its_order() -> None:
    assert chat_list([5, "@Name1", "-1005", 5]) == ["5", "@name1", "-1005", "5"]
    assert chat_list((7,)) == ["7"]


@pytest.mark.parametrize(
    ("field", "chat_ids"),
    [
        ("chat_ids", []),
        ("chat_ids", "5"),
        ("chat_ids", 5),
        ("chat_ids", None),
        ("chat_ids", {5, 6}),
        ("chat_ids[1]", [5, 0]),
        ("chat_ids[2]", [5, 6, None]),
    ],
)
def test_the_first_bad_chat_of_a_list_is_named_by_its_place(field: str, chat_ids: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        chat_list(chat_ids)
    assert caught.value.field == field


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("countdown", [0, 0.5, 3600])
def test_a_countdown_is_counted_from_now(countdown: float) -> None:
    before = now()
    due_at = due_time(None, countdown)
    assert due_at is not None
    assert before <= due_at - timedelta(seconds=countdown) <= now()


def test_a_time_in_any_zone_is_kept_in_utc() -> None:
    east = (now() + timedelta(hours=1)).astimezone(timezone(timedelta(hours=9)))
    for eta in (east, east.isoformat()):
        due_at = due_time(eta, None)
        assert due_at == east
        assert due_at is not None
        assert due_at.utcoffset() == timedelta(0)


def test_no_time_is_at_once() -> None:
    assert due_time(None, None) is None


@pytest.mark.parametrize(
    ("field", "eta", "countdown"),
    [
        ("countdown", None, -1),
        ("countdown", None, True),
        ("countdown", None, "5"),
        ("eta", "tomorrow", None),
        ("eta", 1_800_000_000, None),
        ("eta", "2026-12-01T09:00:00", None),
        ("eta", datetime(2026, 12, 1), None),  # noqa: DTZ001 (that is what is wrong)
        ("eta", datetime(2020, 1, 1, tzinfo=UTC), None),
    ],
)
def test_a_time_that_is_none_is_refused(field: str, eta: Any, countdown: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        due_time(eta, countdown)
    assert caught.value.field == field


def test_the_field_at_fault_has_the_name_that_its_caller_knows() -> None:
    with pytest.raises(InvalidInput) as caught:
        due_time("tomorrow", None, "send_at")
    assert caught.value.field == "send_at"


def test_a_time_that_passed_in_the_queue_is_let_through() -> None:
    past = now() - timedelta(days=1)
    assert due_time(past, None, past=True) == past
    with pytest.raises(InvalidInput):
        due_time(past, None)


@given(st.floats() | st.integers())
def test_any_number_is_a_countdown_or_refused(countdown: float) -> None:
    with suppress(InvalidInput):
        due_at = due_time(None, countdown)
        assert due_at is not None
        assert due_at - now() < timedelta(days=6 * 366)


def test_it_expires_after_so_many_seconds_or_at_a_time() -> None:
    now = datetime.now(UTC)
    assert expiry_time(None, None) is None
    in_a_minute = expiry_time(60, None)
    assert in_a_minute is not None
    assert timedelta(seconds=59) < in_a_minute - now < timedelta(seconds=61)
    at = now + timedelta(hours=1)
    assert expiry_time(at, now) == expiry_time(at.isoformat(), now) == at


@pytest.mark.parametrize("expires", [0, -1, True, float("nan"), "soon", datetime(2020, 1, 1)])  # noqa: DTZ001
def test_what_is_no_time_to_expire_is_refused_by_name(expires: Any) -> None:
    with pytest.raises(InvalidInput, match="expires: "):
        expiry_time(expires, None)


def test_nothing_may_expire_before_it_is_due() -> None:
    now = datetime.now(UTC)
    with pytest.raises(InvalidInput, match="expires: is not after the time to send"):
        expiry_time(now + timedelta(minutes=1), now + timedelta(minutes=2))
