"""Which content can be sent as a paid broadcast, and what becomes of it."""

import pytest

from core.bot_methods import METHODS
from core.broadcast import Draft
from core.broadcast_plan import Plan
from core.errors import InvalidContent
from core.message import Content, OnUncertain, Request
from core.paid import paid, unpaid
from infra.broadcast_trial import copy_for

HELLO = Content("sendMessage", {"text": "hello"})
# https://core.telegram.org/bots/api: the methods without the argument
WITHOUT = {"copyMessages", "forwardMessage", "forwardMessages"}


@pytest.mark.parametrize("method", sorted(METHODS.keys() - WITHOUT))
def test_it_carries_the_fee_and_loses_it_again(method: str) -> None:
    given = Content(method, {"text": "hello"})
    made = paid(given)
    assert made == Content(method, {"text": "hello", "allow_paid_broadcast": True})
    assert (given.paid, made.paid) == (False, True)
    assert unpaid(made) == given == unpaid(given)


@pytest.mark.parametrize("method", sorted(WITHOUT))
def test_what_telegram_takes_no_fee_for_is_refused(method: str) -> None:
    with pytest.raises(InvalidContent, match=f"paid: goes not with {method}"):
        paid(Content(method, {"from_chat_id": 1, "message_id": 2}))


def test_a_broadcast_is_paid_for_where_its_content_is_and_nowhere_else() -> None:
    free = Request("", HELLO, None, "key", OnUncertain.PARK, 6)
    fee = Request("", paid(HELLO), None, "key", OnUncertain.PARK, 6)
    refused = Content("sendMessage", {"text": "hello", "allow_paid_broadcast": False})
    none = Request("", refused, None, "key", OnUncertain.PARK, 6)
    assert [Draft(each).paid for each in (free, fee, none)] == [False, True, False]


def test_a_copy_to_try_a_broadcast_by_costs_nothing_and_is_not_doubled() -> None:
    copy = copy_for("7", paid(HELLO), "1:first", 6)
    assert copy == Request("7", HELLO, None, "broadcast-test:1:first", OnUncertain.PARK, 6)


def test_how_long_it_takes_goes_by_the_rate_that_is_set() -> None:
    slow, fast = (Plan(6_000, 1, 30, is_paid, paid_rate=200) for is_paid in (False, True))
    assert (slow.takes_s, slow.paid_takes_s, fast.takes_s) == (200, 30, 30)
    assert Plan(6_000, 2, 30, True).takes_s == 12
    assert Plan(6_000, 1, 30, True, paid_rate=0).takes_s == 0
    assert fast.paid_stars == 600
