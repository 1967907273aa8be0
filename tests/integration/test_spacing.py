"""Turns on a real Valkey: evenly spaced for all who ask, in one process or in several."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable

import pytest
import redis.asyncio

from core.errors import GovernorUnavailable, PreviewBusy
from infra.telegram import turns as module
from infra.telegram.spacing import Spacing
from infra.valkey import url
from tests.servers.process import free_port
from tests.servers.valkey import ValkeyServer

RATE, INTERVAL_S = 50.0, 0.02
PATIENT_S = 10.0
# How late a process of a busy machine may learn of its turn, or wake for it.
LATE_S = 0.05
Make = Callable[..., Spacing]

TURNS = """
import asyncio, sys, time
from infra.telegram.spacing import Spacing

async def main(url, rate, turns):
    spacing, had = Spacing(url, "previews", float(rate)), []
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(turns)):
        await spacing.turn(10.0)
        had.append(time.monotonic())
    await spacing.close()
    print(*had, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def make(redis_url: str) -> AsyncIterator[Make]:
    made: list[Spacing] = []

    def one(rate: float = RATE, name: str = "previews", url: str = redis_url) -> Spacing:
        made.append(Spacing(url, name, rate))
        return made[-1]

    yield one
    for spacing in made:
        await spacing.close()


def check_spaced(moments: list[float]) -> None:
    """No stretch of time has more turns than the rate allows, and none is wasted."""
    for first, began_s in enumerate(moments):
        for last in range(first + 1, len(moments)):
            assert moments[last] - began_s >= (last - first) * INTERVAL_S - LATE_S
    assert moments[-1] - moments[0] <= len(moments) * INTERVAL_S + 5 * LATE_S


async def turn(spacing: Spacing) -> float:
    await spacing.turn(PATIENT_S)
    return time.monotonic()


async def test_turns_are_evenly_spaced_for_all_tasks(make: Make) -> None:
    workers = [make(), make()]
    moments = await asyncio.gather(*(turn(workers[n % 2]) for n in range(24)))
    check_spaced(sorted(moments))


async def test_turns_are_evenly_spaced_for_two_processes(redis_url: str) -> None:
    turns = 12
    command = (sys.executable, "-c", TURNS, redis_url, str(RATE), str(turns))
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe) for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    answers = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    each = [[float(moment) for moment in out.split()] for out, _ in answers]
    assert [len(moments) for moments in each] == [turns, turns]
    assert max(each[0][0], each[1][0]) < min(each[0][-1], each[1][-1])  # at the same time
    check_spaced(sorted(each[0] + each[1]))


async def test_who_has_less_patience_books_nothing(make: Make, redis_url: str) -> None:
    spacing = make(rate=0.5)
    await spacing.turn(0.0)
    async with redis.asyncio.Redis.from_url(redis_url) as keys:
        before = await keys.get("spacing:previews")
        for _ in range(3):
            with pytest.raises(PreviewBusy) as told:
                await spacing.turn(1.0)
        assert await keys.get("spacing:previews") == before
    assert 2.0 - 3 * LATE_S <= told.value.retry_after_s <= 2.0


async def test_a_turn_just_near_enough_is_waited_for(make: Make) -> None:
    spacing = make()
    began_s = await turn(spacing)
    await spacing.turn(INTERVAL_S)
    assert time.monotonic() - began_s >= INTERVAL_S - LATE_S / 10


async def test_turns_that_nobody_took_are_not_saved_up(make: Make) -> None:
    spacing = make()
    await spacing.turn(0.0)
    await asyncio.sleep(5 * INTERVAL_S)
    await spacing.turn(0.0)
    with pytest.raises(PreviewBusy):
        await spacing.turn(0.0)


async def test_the_key_is_gone_when_it_means_nothing_any_more(make: Make, redis_url: str) -> None:
    await make().turn(0.0)
    async with redis.asyncio.Redis.from_url(redis_url) as keys:
        assert 0 <= await keys.pttl("spacing:previews") <= 1_000 * INTERVAL_S
        await asyncio.sleep(2 * INTERVAL_S)
        assert await keys.keys() == []


async def test_each_name_has_turns_of_its_own(make: Make) -> None:
    await make(rate=0.1).turn(0.0)
    await make(rate=0.1, name="other").turn(0.0)
    with pytest.raises(PreviewBusy):
        await make(rate=0.1).turn(0.0)


async def test_a_hold_is_for_everybody_and_never_cuts_another_short(make: Make) -> None:
    one, other = make(), make()
    await one.hold(30.0)
    await other.hold(5.0)
    with pytest.raises(PreviewBusy) as told:
        await other.turn(20.0)
    assert 30.0 - LATE_S <= told.value.retry_after_s <= 30.0


async def test_without_a_rate_there_is_no_waiting_and_no_redis(make: Make) -> None:
    spacing = make(rate=0.0, url=url(free_port()))
    await spacing.hold(30.0)
    for _ in range(100):
        await spacing.turn(0.0)


async def test_where_redis_cannot_be_asked_there_is_no_turn(
    make: Make, fresh_valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN_S", 0.1)
    gone, frozen = make(url=url(free_port())), make(url=fresh_valkey.url())
    await frozen.turn(0.0)
    fresh_valkey.pause()
    for spacing in (gone, frozen):
        with pytest.raises(GovernorUnavailable, match="Redis: "):
            await spacing.turn(PATIENT_S)
    fresh_valkey.resume()
    await turn(frozen)
