"""The governor on a real Valkey: as fast as allowed, never faster, for all who ask."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import redis.asyncio

from core.partners import ChatBusy, Full, Slot
from infra.telegram.governor import (
    BROADCAST_HORIZON_S,
    CHAT_MARGIN,
    POST_HORIZON_S,
    TOLERANCE_S,
    Governor,
    Rates,
)
from tests.integration.governor_bench import Make, booked, governors, just, post

UNLIMITED = Rates(0, 0, 0)
# How late a sender may learn of its slot: as much later its moment is noted.
LATE_S = 0.15


@pytest.fixture
async def make(redis_url: str) -> AsyncIterator[Make]:
    async with governors(redis_url) as one:
        yield one


async def saturate(
    governors: list[Governor], seconds: float, senders: int, *, paid: bool = False
) -> tuple[list[float], int]:
    """Senders that ask as soon as they may: the moments that they got, and how often they asked."""
    began_s, slots, asked = time.monotonic(), [], 0

    async def sender(number: int) -> None:
        nonlocal asked
        while (now_s := time.monotonic() - began_s) < seconds:
            asked += 1
            governor = governors[number % len(governors)]
            answer = await governor.ask(f"{number}-{asked}", 1, True, 0.0, paid)
            now_s = time.monotonic() - began_s
            if isinstance(answer, Slot):
                slots.append(now_s + answer.in_s)
            await asyncio.sleep(answer.in_s if isinstance(answer, Slot) else answer.wait_s)

    await asyncio.gather(*(sender(number) for number in range(senders)))
    return sorted(slots), asked


def most_in(slots: list[float], window_s: float) -> int:
    """The largest number of slots in any window of this length."""
    most = first = 0
    for last, moment in enumerate(slots):
        while moment - slots[first] >= window_s:
            first += 1
        most = max(most, last - first + 1)
    return most


async def test_the_rate_is_never_exceeded_by_any_number_of_workers(make: Make) -> None:
    seconds, tasks = 2.5, []
    for bot_id, rate in ((1, 30), (2, 1000)):
        workers = [await make(Rates(rate, 0, 0), bot_id) for _ in range(2)]
        tasks.append(saturate(workers, seconds, senders=400))
    for (slots, asked), rate in zip(await asyncio.gather(*tasks), (30, 1000), strict=True):
        assert asked > len(slots) > rate
        for window_s in (0.1, 0.5, 1.0, 2.0):
            allowed = rate * (window_s + TOLERANCE_S + LATE_S) + 1
            assert most_in(slots, window_s) <= allowed


@pytest.mark.parametrize("rate", [30, 1000])
async def test_slots_booked_at_once_are_evenly_spaced(make: Make, rate: int) -> None:
    governor = await make(Rates(rate, 0, 0))
    began_s = time.monotonic()
    answers = await asyncio.gather(*(post(governor, str(n)) for n in range(3 * rate)))
    took_s = time.monotonic() - began_s
    waits_s = [answer.in_s for answer in answers if isinstance(answer, Slot)]
    at_once = rate * (POST_HORIZON_S + TOLERANCE_S)
    assert at_once - 1 <= len(waits_s) <= at_once + rate * took_s + 1
    assert POST_HORIZON_S - 1 / rate <= max(waits_s) <= POST_HORIZON_S
    assert {type(answer) for answer in answers} == {Slot, Full}


async def test_a_tenth_of_a_second_may_be_caught_up_at_once_and_no_more(make: Make) -> None:
    governor = await make(Rates(100, 0, 0))
    began_s = time.monotonic()
    answers = await asyncio.gather(*(post(governor, str(n)) for n in range(60)))
    at_once = answers.count(Slot(0.0))
    assert 10 <= at_once <= 11 + 100 * (time.monotonic() - began_s)


@pytest.mark.parametrize(
    ("chat_id", "spacing_s"), [("5", 1.0), ("-100123", 3.0), ("-5", 3.0), ("@name", 3.0)]
)
async def test_a_chat_and_a_group_have_spacings_of_their_own(
    make: Make, chat_id: str, spacing_s: float
) -> None:
    governor = await make()
    assert await post(governor, chat_id) == Slot(0.0, spacing_s * CHAT_MARGIN)
    second = await post(governor, chat_id)
    assert isinstance(second, ChatBusy)
    assert second.spacing_s == spacing_s * CHAT_MARGIN
    assert just(spacing_s * CHAT_MARGIN, second.wait_s)


async def test_one_chats_slots_are_never_closer_than_its_spacing(make: Make) -> None:
    governor = await make(Rates(0, 25, 0))
    moments: list[float] = []
    while len(moments) < 8:
        answer = await post(governor, "5")
        if isinstance(answer, Slot):
            moments.append(time.monotonic() + answer.in_s)
        else:
            await asyncio.sleep(answer.wait_s)
    assert moments[-1] - moments[0] >= 7 * 0.04 * CHAT_MARGIN - 0.05


async def test_a_broadcast_books_so_near_that_a_post_still_finds_room(make: Make) -> None:
    governor = await make(Rates(10, 0, 0))
    answers = [await post(governor, str(n), broadcast=True) for n in range(20)]
    booked_s = [answer.in_s for answer in answers if isinstance(answer, Slot)]
    assert max(booked_s) <= BROADCAST_HORIZON_S
    assert isinstance(answers[-1], Full)
    assert await booked(governor, "post") <= BROADCAST_HORIZON_S + 0.1


async def test_full_says_when_to_ask_again(make: Make) -> None:
    governor = await make(Rates(10, 0, 0))
    while isinstance(answer := await post(governor, "any"), Slot):
        pass
    assert isinstance(answer, Full)
    assert 0 < answer.wait_s <= 0.1
    await asyncio.sleep(answer.wait_s + 0.005)
    assert isinstance(await post(governor, "any"), Slot)


async def test_what_is_refused_books_nothing(make: Make, redis_url: str) -> None:
    governor = await make(Rates(10, 1, 20))
    await post(governor, "5", cost=30)
    async with redis.asyncio.Redis.from_url(redis_url) as keys:
        before = {key: await keys.get(key) for key in await keys.keys()}
        assert isinstance(await post(governor, "5"), ChatBusy)
        assert isinstance(await post(governor, "6"), Full)
        assert isinstance(await post(governor, "-7", broadcast=True), Full)
        assert before == {key: await keys.get(key) for key in await keys.keys()}


async def test_what_goes_to_no_chat_takes_from_the_bots_rate_alone(make: Make) -> None:
    governor = await make(Rates(30, 1, 20))
    slots = [await booked(governor, "") for _ in range(14)]
    assert just(14 / 30 - TOLERANCE_S, slots[-1] + 1 / 30)


async def test_a_slot_is_not_before_the_messages_time(make: Make) -> None:
    governor = await make()
    assert await booked(governor, "5", not_before_s=0.25) == 0.25


async def test_an_album_costs_as_many_as_its_items(make: Make) -> None:
    governor = await make(Rates(10, 5, 0))
    await post(governor, "5", cost=4)
    chat = await post(governor, "5")
    assert isinstance(chat, ChatBusy)
    assert just(4 * 0.2 * CHAT_MARGIN, chat.wait_s)
    assert just(0.4 - TOLERANCE_S, await booked(governor, "6"))


async def test_without_limits_everything_leaves_at_once(make: Make) -> None:
    governor = await make(UNLIMITED)
    answers = await asyncio.gather(*(post(governor, "5") for _ in range(300)))
    assert answers == [Slot(0.0, 0.0)] * 300


async def test_paid_broadcasts_have_a_rate_of_their_own(make: Make) -> None:
    governor = await make(Rates(10, 0, 0, paid=1000))
    while isinstance(await post(governor, "free", broadcast=True), Slot):
        pass
    began_s = time.monotonic()
    asked = (post(governor, str(n), broadcast=True, paid=True) for n in range(200))
    answers = await asyncio.gather(*asked)
    took_s = time.monotonic() - began_s
    waits_s = [answer.in_s for answer in answers if isinstance(answer, Slot)]
    assert len(waits_s) == 200
    assert 200 / 1000 - TOLERANCE_S - took_s - 0.001 <= max(waits_s) <= BROADCAST_HORIZON_S
    assert isinstance(await post(governor, "free", broadcast=True), Full)


async def test_nor_do_paid_broadcasts_take_from_the_bots_rate(make: Make) -> None:
    governor = await make(Rates(10, 0, 0, paid=20))
    while isinstance(await post(governor, "paid", broadcast=True, paid=True), Slot):
        pass
    assert await booked(governor, "post") == 0
    assert await governor.ahead_s() > BROADCAST_HORIZON_S


async def test_a_chats_spacing_is_shared_by_what_is_paid_and_what_is_not(make: Make) -> None:
    governor = await make()
    assert await booked(governor, "5", paid=True, broadcast=True) == 0
    assert isinstance(await post(governor, "5"), ChatBusy)
    assert await booked(governor, "6") == 0
    assert isinstance(await post(governor, "6", paid=True), ChatBusy)


async def test_the_paid_rate_is_never_exceeded_by_any_number_of_workers(make: Make) -> None:
    seconds, rate = 1.0, 100
    workers = [await make(Rates(10, 0, 0, paid=rate)) for _ in range(2)]
    slots, asked = await saturate(workers, seconds, senders=60, paid=True)
    assert asked > len(slots) > rate * 0.4
    for window_s in (0.1, 0.5):
        assert most_in(slots, window_s) <= rate * (window_s + TOLERANCE_S + LATE_S) + 1


async def test_without_a_paid_rate_paid_broadcasts_leave_at_once(make: Make) -> None:
    governor = await make(Rates(1, 0, 0, paid=0))
    answers = await asyncio.gather(*(post(governor, "5", paid=True) for _ in range(50)))
    assert answers == [Slot(0.0, 0.0)] * 50
