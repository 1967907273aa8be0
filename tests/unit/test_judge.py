"""The judge of the end-to-end tests, judged: it must see what goes wrong."""

from datetime import UTC, datetime
from typing import Any

from core.message import Content, Message, OnUncertain, State
from tests.servers.judge import Receipt, judge

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def row(state: State, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "id": 1,
        "bot_id": 42,
        "key": "k",
        "broadcast_id": 0,
        "chat_id": "7",
        "content": Content("sendMessage", {"text": "hello"}),
        "state": state,
        "wanted_at": NOW,
        "due_at": NOW,
        "attempts": 1,
        "max_attempts": 6,
        "hidden": 0,
        "on_uncertain": OnUncertain.RESEND,
    }
    return Message(**(values | changes))


def receipt(message_id: int = 1, text: str = "hello") -> Receipt:
    return Receipt("7", text, message_id, 0.0, 0.0)


def test_a_sent_message_with_its_one_receipt_is_right() -> None:
    verdict = judge([row(State.SENT, message_ids=(1,))], [receipt(1)])
    assert (verdict.lost, verdict.doubled, verdict.astray) == ([], {}, [])


def test_a_message_without_an_end_or_without_its_receipt_is_lost() -> None:
    assert judge([row(State.QUEUED)], []).lost == [("7", "hello")]
    assert judge([row(State.SENT)], []).lost == [("7", "hello")]


def test_a_second_receipt_is_a_double_whatever_the_state() -> None:
    for state in (State.SENT, State.UNCERTAIN):
        assert judge([row(state)], [receipt(1), receipt(2)]).doubled == {("7", "hello"): 2}


def test_a_receipt_is_astray_where_the_ledger_says_otherwise() -> None:
    assert judge([row(State.FAILED)], [receipt()]).astray == [("7", "hello")]
    assert judge([row(State.SENT, message_ids=(5,))], [receipt(1)]).astray == [("7", "hello")]
    assert judge([], [receipt(text="whose?")]).astray == [("7", "whose?")]
