"""The sandbox's buckets, by a clock that the test turns."""

import pytest

from sandbox.chats import Chat, type_of
from sandbox.limits import Limits

BOT = 7


def chat(chat_id: int = 1) -> Chat:
    return Chat(chat_id, type_of(chat_id), {})


def taken(limits: Limits, at: list[Chat], now: float) -> int:
    return sum(limits.take(BOT, one, 1, now) == 0 for one in at)


def test_a_bot_may_send_a_seconds_worth_at_once_and_no_more() -> None:
    limits = Limits(rate=30, chat_rate=1, group_rate=20)
    assert taken(limits, [chat(n) for n in range(1, 101)], now=1000.0) == 30


def test_a_pace_at_the_limit_is_never_refused() -> None:
    limits = Limits(rate=30, chat_rate=1, group_rate=20)
    sent = [limits.take(BOT, chat(n + 1), 1, 1000.0 + n / 30) for n in range(3000)]
    assert set(sent) == {0}


def test_a_pace_above_the_limit_gets_the_limit() -> None:
    limits = Limits(rate=30, chat_rate=1, group_rate=20)
    sent = [limits.take(BOT, chat(n + 1), 1, 1000.0 + n / 60) == 0 for n in range(1200)]
    assert sum(sent) == pytest.approx(30 + 20 * 30, abs=1)


def test_one_chat_takes_one_message_a_second() -> None:
    limits, one = Limits(), chat()
    waits = [limits.take(BOT, one, 1, 1000.0 + n / 4) for n in range(9)]
    assert waits == [0, 1, 1, 1, 0, 1, 1, 1, 0]


@pytest.mark.parametrize("chat_id", [-5, -1000000000005])
def test_a_group_takes_twenty_messages_a_minute(chat_id: int) -> None:
    limits, group = Limits(), chat(chat_id)
    accepted = sum(limits.take(BOT, group, 1, 1000.0 + second) == 0 for second in range(60))
    assert accepted == 20


def test_the_wait_is_told_in_whole_seconds_and_is_long_enough() -> None:
    limits, group = Limits(), chat(-5)
    assert limits.take(BOT, group, 1, 1000.0) == 0
    wait_s = limits.take(BOT, group, 1, 1000.5)
    assert wait_s == 3
    assert limits.take(BOT, group, 1, 1000.5 + wait_s) == 0


def test_an_album_counts_each_of_its_items() -> None:
    limits = Limits(rate=30, chat_rate=0, group_rate=0)
    assert [limits.take(BOT, chat(), 10, 1000.0) for _ in range(4)] == [0, 0, 0, 1]


def test_an_album_larger_than_the_bucket_is_paid_off_afterwards() -> None:
    limits, one = Limits(rate=0, chat_rate=1, group_rate=0), chat()
    assert limits.take(BOT, one, 10, 1000.0) == 0
    assert limits.take(BOT, one, 1, 1001.0) == 9
    assert limits.take(BOT, one, 1, 1010.0) == 0


def test_a_refusal_takes_nothing() -> None:
    limits, busy = Limits(rate=2, chat_rate=1, group_rate=0), chat()
    assert limits.take(BOT, busy, 1, 1000.0) == 0
    assert limits.take(BOT, busy, 1, 1000.0) == 1
    assert limits.take(BOT, chat(2), 1, 1000.0) == 0


def test_each_bot_has_its_own_bucket() -> None:
    limits = Limits(rate=1, chat_rate=0, group_rate=0)
    assert [limits.take(bot, chat(), 1, 1000.0) for bot in (1, 2, 1)] == [0, 0, 1]


def test_paid_broadcasts_have_a_bucket_of_a_thousand() -> None:
    limits = Limits(rate=30, chat_rate=0, group_rate=0)
    free = sum(limits.take(BOT, chat(), 1, 1000.0) == 0 for _ in range(100))
    paid = sum(limits.take(BOT, chat(), 1, 1000.0, paid=True) == 0 for _ in range(1100))
    assert (free, paid) == (30, 1000)


def test_what_is_paid_for_takes_from_its_own_bucket_and_from_its_chats() -> None:
    limits, one = Limits(rate=30, chat_rate=1, group_rate=20, paid_rate=5), chat()
    waits = [limits.take(BOT, chat(n), 1, 1000.0, paid=True) for n in range(2, 8)]
    assert waits == [0, 0, 0, 0, 0, 1]
    assert limits.take(BOT, one, 1, 1000.0) == 0
    assert limits.take(BOT, one, 1, 1000.0, paid=True) == 1


def test_a_rate_of_zero_is_no_limit() -> None:
    limits = Limits(rate=0, chat_rate=0, group_rate=0)
    assert taken(limits, [chat(-5)] * 1000, now=1000.0) == 1000
