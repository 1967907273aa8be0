"""Calls that come while one round trip is under way share the next."""

import asyncio
from collections.abc import Awaitable

import pytest

from infra.grouping import Grouped


class Flush:
    """Doubles what it gets, once it is let."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, items: list[int]) -> list[int]:
        self.groups.append(items)
        await self.open.wait()
        if 13 in items:
            raise ValueError("13")
        return [2 * item for item in items]


@pytest.fixture
async def flush() -> Flush:
    return Flush()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def started(*calls: Awaitable[int]) -> list["asyncio.Future[int]"]:
    return [asyncio.ensure_future(call) for call in calls]


async def test_what_is_ready_together_goes_together_and_each_gets_its_own_result(
    flush: Flush,
) -> None:
    grouped = Grouped(flush)
    results = await asyncio.gather(*(grouped(item) for item in (3, 1, 2)))
    assert results == [6, 2, 4]
    assert flush.groups == [[3, 1, 2]]


async def test_what_comes_while_one_is_under_way_gathers(flush: Flush) -> None:
    grouped = Grouped(flush)
    flush.open.clear()
    first = started(grouped(1))
    await settle()
    rest = started(grouped(2), grouped(3))
    await settle()
    assert flush.groups == [[1]]
    flush.open.set()
    assert await asyncio.gather(*first, *rest) == [2, 4, 6]
    assert flush.groups == [[1], [2, 3]]


async def test_one_alone_does_not_wait_for_company(flush: Flush) -> None:
    grouped = Grouped(flush)
    async with asyncio.timeout(1):
        assert [await grouped(1), await grouped(2)] == [2, 4]
    assert flush.groups == [[1], [2]]


async def test_a_group_is_no_larger_than_allowed(flush: Flush) -> None:
    grouped = Grouped(flush, max_items=2)
    results = await asyncio.gather(*(grouped(item) for item in range(5)))
    assert results == [0, 2, 4, 6, 8]
    assert flush.groups == [[0, 1], [2, 3], [4]]


async def test_an_error_goes_to_all_of_its_group_and_to_no_other(flush: Flush) -> None:
    grouped = Grouped(flush, max_items=2)
    calls = (grouped(item) for item in (13, 1, 2, 3))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [str(result) for result in results] == ["13", "13", "4", "6"]
    assert await grouped(4) == 8


async def test_who_gives_up_waiting_has_handed_over_all_the_same(flush: Flush) -> None:
    grouped = Grouped(flush)
    flush.open.clear()
    gone, stays = started(grouped(1), grouped(2))
    await settle()
    waiting = started(grouped(3), grouped(4))
    await settle()
    gone.cancel()
    waiting[0].cancel()
    flush.open.set()
    assert [await stays, await waiting[1]] == [4, 8]
    assert flush.groups == [[1, 2], [3, 4]]
    assert gone.cancelled()
    assert waiting[0].cancelled()


async def test_a_worker_that_is_cancelled_leaves_nobody_waiting(flush: Flush) -> None:
    grouped = Grouped(flush)
    flush.open.clear()
    [call] = started(grouped(1))
    await settle()
    assert grouped._worker is not None
    grouped._worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    flush.open.set()
    assert await grouped(2) == 4
