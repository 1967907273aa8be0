"""What keeps the governor from booking: floods, holds, a flushed Redis, one that is away."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping

import pytest

from core.errors import GovernorUnavailable
from core.partners import ChatBusy, Slot
from infra.telegram.governor import Governor
from tests.integration.governor_bench import (
    BOT,
    TELEGRAMS,
    Make,
    booked,
    governors,
    just,
    no_holds,
    no_wait,
    post,
)
from tests.servers.valkey import ValkeyServer


@pytest.fixture
async def make(redis_url: str) -> AsyncIterator[Make]:
    async with governors(redis_url) as one:
        yield one


async def test_a_flood_holds_its_chat_and_leaves_the_others_alone(make: Make) -> None:
    governor = await make()
    assert await governor.hold_chat("5", 30, flood=True) is False
    held = await post(governor, "5")
    assert isinstance(held, ChatBusy)
    assert just(30, held.wait_s)
    assert await booked(governor, "6") == 0


async def test_a_second_chats_flood_holds_the_bot_for_all_of_its_time(make: Make) -> None:
    governor, another = await make(), await make()
    assert not await governor.hold_chat("5", 30, flood=True)
    began_s = time.monotonic()
    assert await another.hold_chat("6", 1.5, flood=True)
    for chat, paid in (("7", False), ("8", True)):
        in_s = await booked(governor, chat, paid=paid)
        assert just(1.5, in_s)
        assert time.monotonic() + in_s >= began_s + 1.5


@pytest.mark.parametrize("second", [("5", True), ("6", False)])
async def test_the_same_chats_flood_or_a_hold_without_one_does_not(
    make: Make, second: tuple[str, bool]
) -> None:
    governor = await make()
    await governor.hold_chat("5", 30, flood=True)
    chat_id, flood = second
    assert not await governor.hold_chat(chat_id, 30, flood)
    assert await booked(governor, "7") == 0
    assert await booked(governor, "8", paid=True) == 0


async def test_two_floods_far_apart_are_no_flood_of_the_bot(make: Make) -> None:
    governor = await make()
    await governor.hold_chat("5", 0.03, flood=True)
    await asyncio.sleep(0.06)
    assert not await governor.hold_chat("6", 30, flood=True)


async def test_a_shorter_hold_does_not_end_a_longer_one(make: Make) -> None:
    governor = await make()
    await governor.hold_chat("5", 30, flood=False)
    await governor.hold_chat("5", 1, flood=False)
    held = await post(governor, "5")
    assert isinstance(held, ChatBusy)
    assert held.wait_s > 29


async def test_bots_do_not_share_their_limits(make: Make) -> None:
    mine, others = await make(), await make(bot_id=8)
    await mine.hold_chat("5", 30, flood=True)
    await mine.hold_chat("6", 30, flood=True)
    assert await booked(others, "5") == 0


class Cold:
    """A governor whose Redis is empty; it notes its waits instead of waiting."""

    def __init__(self, url: str) -> None:
        self.waited_s: list[float] = []
        self.loaded = 0
        self.governor = Governor(url, BOT, TELEGRAMS, self._load, self._wait)

    async def _wait(self, seconds: float) -> None:
        self.waited_s.append(seconds)

    async def _load(self) -> Mapping[str, float]:
        self.loaded += 1
        return {"5": 30.0, "": 1.0}


async def test_a_flushed_governor_waits_two_seconds_and_loads_the_holds(
    redis_url: str, valkey_server: ValkeyServer
) -> None:
    cold = Cold(redis_url)
    for time_ in (1, 2):
        asked = (post(cold.governor, chat) for chat in ("5", "6"))
        paid = post(cold.governor, "7", paid=True)
        held, free, paid_for = await asyncio.gather(*asked, paid)
        assert [just(2.0, waited_s) for waited_s in cold.waited_s] == [True] * time_
        assert cold.loaded == time_
        assert isinstance(held, ChatBusy)
        assert just(30, held.wait_s)
        for slot in (free, paid_for):
            assert isinstance(slot, Slot)
            assert just(1.0, slot.in_s)
        valkey_server.flush()
    await cold.governor.close()


async def test_who_meets_a_cold_governor_later_waits_only_for_the_rest(redis_url: str) -> None:
    first, second = Cold(redis_url), Cold(redis_url)
    assert await first.governor._cold_s() == 2.0
    await asyncio.sleep(0.2)
    await post(second.governor, "6")
    [waited_s] = second.waited_s
    assert just(1.8, waited_s)
    await post(first.governor, "7")
    assert first.waited_s == []
    for cold in (first, second):
        await cold.governor.close()


async def test_all_who_ask_meanwhile_wait_together(redis_url: str) -> None:
    cold = Cold(redis_url)
    await asyncio.gather(cold.governor.warm_up(), cold.governor.warm_up(), post(cold.governor, "6"))
    assert len(cold.waited_s) == 1
    await cold.governor.close()


async def test_where_redis_cannot_be_asked_it_says_so_and_recovers(
    fresh_valkey: ValkeyServer,
) -> None:
    governor = Governor(fresh_valkey.url(), BOT, TELEGRAMS, no_holds, no_wait)
    await governor.warm_up()
    fresh_valkey.pause()
    began_s = time.monotonic()
    with pytest.raises(GovernorUnavailable):
        await post(governor, "5")
    assert time.monotonic() - began_s < 2.5
    fresh_valkey.resume()
    fresh_valkey.kill()
    with pytest.raises(GovernorUnavailable):
        await post(governor, "5")
    with pytest.raises(GovernorUnavailable):
        await governor.hold_chat("5", 1, flood=True)
    fresh_valkey.start()
    assert isinstance(await post(governor, "6"), Slot)
    await governor.close()
