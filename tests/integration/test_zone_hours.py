"""A broadcast whose hours are meant in each recipient's own zone."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update

from core.broadcast import Tally
from core.sending_hours import SendingHours
from infra.db.broadcast_build import BroadcastBuild
from infra.db.engine import Database
from infra.db.figures import Figures
from infra.db.probe import BotHold, Probe
from infra.db.tables import broadcast_lanes, messages
from infra.db.zone_lanes import open_lanes
from tests.integration.broadcast_bench import EVERYBODY, BroadcastBench, subscribe
from tests.integration.conftest import BOT, beside, soon

WEST, EAST = "Etc/GMT+6", "Etc/GMT-6"  # so they are called: GMT+6 is six hours behind
ALL_ZONES = [f"Etc/GMT{hours:+}" for hours in range(-14, 13)]


@pytest.fixture
def bench(database: Database) -> BroadcastBench:
    return BroadcastBench(database)


@pytest.fixture
async def other(bench: BroadcastBench) -> AsyncIterator[BroadcastBuild]:
    """Another process's builder."""
    database = beside(bench.database)
    yield BroadcastBuild(database, BOT)
    await database.close()


def around(now: datetime, zone: str = "UTC") -> SendingHours:
    """From an hour and a half ago until in as long, by the clocks of UTC; in each zone by its."""
    minute = now.hour * 60 + now.minute
    return SendingHours((minute - 90) % 1440, (minute + 90) % 1440, zone, own_zones=True)


def nearly_always(now: datetime) -> SendingHours:
    """All but one minute of the day, which is half an hour away from now in each zone."""
    gap = (now.minute + 30) % 60
    return SendingHours(gap + 1, gap, "UTC", own_zones=True)


async def zoned(bench: BroadcastBench, hours: SendingHours, key: str = "zoned") -> int:
    """Running, and sent to all subscribers."""
    broadcast_id = await bench.running(0, key, audience=EVERYBODY, hours=hours)
    async for _ in bench.ledger.broadcast_build.audience(broadcast_id):
        pass
    return broadcast_id


async def lanes_of(bench: BroadcastBench, broadcast_id: int) -> dict[str, Any]:
    """By zone."""
    query = select(broadcast_lanes).where(broadcast_lanes.c.broadcast_id == broadcast_id)
    async with bench.database.reading() as connection:
        return {row.zone: row for row in await connection.execute(query)}


async def zones(bench: BroadcastBench, broadcast_id: int) -> dict[str, str]:
    """The zone that each chat is in."""
    lanes = {row.lane: zone for zone, row in (await lanes_of(bench, broadcast_id)).items()}
    return {row.chat_id: lanes[row.lane] for row in await bench.rows(broadcast_id)}


async def chats_claimed(bench: BroadcastBench, capacity: int = 100) -> set[int]:
    return {int(claim.chat_id) for claim in await bench.claim(capacity)}


async def test_each_zone_gets_it_in_its_own_hours_and_who_has_none_in_those_of_the_given_one(
    bench: BroadcastBench,
) -> None:
    await subscribe(bench.database, [1, 2], zone="UTC")
    await subscribe(bench.database, [3, 4], zone=WEST)
    await subscribe(bench.database, [5], zone=None)
    await subscribe(bench.database, [6], zone="Mars/Gale")
    now = await bench.database.now()
    broadcast_id = await zoned(bench, around(now))
    assert (await bench.get(broadcast_id)).hours == around(now)
    assert await chats_claimed(bench) == {1, 2, 5, 6}
    assert not await bench.ledger.claims.is_busy(0)
    opens_at = (await lanes_of(bench, broadcast_id))[WEST].opens_at
    assert opens_at - now == pytest.approx(timedelta(hours=4.5), abs=timedelta(minutes=1))
    # Its time has come as far as is known: the claim finds that it has not.
    await bench.pass_s(6 * 3600)
    assert await bench.ledger.claims.is_busy(0)
    assert await bench.claim() == []
    assert (await lanes_of(bench, broadcast_id))[WEST].opens_at == opens_at
    await bench.put(broadcast_id, hours_from=around(now - timedelta(hours=6)).begins)
    await bench.pass_s(6 * 3600)
    assert await chats_claimed(bench) == {3, 4}


async def test_closed_in_the_given_zone_it_is_open_elsewhere(bench: BroadcastBench) -> None:
    await subscribe(bench.database, [1, 2], zone=None)
    await subscribe(bench.database, [3], zone="UTC")
    broadcast_id = await zoned(bench, around(await bench.database.now(), EAST))
    assert await chats_claimed(bench) == {3}
    assert await zones(bench, broadcast_id) == {"1": EAST, "2": EAST, "3": "UTC"}


@pytest.mark.parametrize("own_zones", [True, False])
async def test_a_zone_that_this_machine_does_not_know_stops_nothing(
    bench: BroadcastBench, own_zones: bool
) -> None:
    """As when who wrote it has newer zones."""
    hours = replace(around(await bench.database.now()), own_zones=own_zones)
    broadcast_id = await bench.running(2, hours=hours)
    await bench.put(broadcast_id, hours_zone="Europe/Nowhere")
    await bench.schedule("post", "99")
    assert await chats_claimed(bench) == {99, 1, 2}, "by the clocks of UTC"
    [found] = await bench.ledger.broadcasts.newest()
    assert found.hours == hours


async def test_its_time_to_begin_comes_before_any_hours(bench: BroadcastBench) -> None:
    await subscribe(bench.database, [1, 2], zone="UTC")
    now = await bench.database.now()
    broadcast_id = await bench.draft(audience=EVERYBODY, hours=around(now))
    _ = [each async for each in bench.ledger.broadcast_build.audience(broadcast_id)]
    at = soon(2)
    await bench.ledger.broadcasts.start(broadcast_id, at)
    assert await bench.claim() == []
    assert [claim.due_at for claim in await bench.claim(ahead_s=3)] == [at, at]


async def test_they_open_by_the_clocks_of_the_day_on_which_these_change(
    bench: BroadcastBench,
) -> None:
    """In 2090 clocks go forward on 12 March in New York, on 26 March in Berlin."""
    east, west = "Europe/Berlin", "America/New_York"
    await subscribe(bench.database, [1], zone=east)
    await subscribe(bench.database, [2], zone=west)
    hours = SendingHours(9 * 60, 21 * 60, "UTC", own_zones=True)
    broadcast_id = await zoned(bench, hours)

    async def opens(*when: int) -> dict[str, datetime]:
        now = datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]
        row = SimpleNamespace(id=broadcast_id, now=now, opens_at=soon(0))
        async with bench.database.writing() as connection:
            await connection.execute(update(broadcast_lanes).values(opens_at=soon(-1)))
            await open_lanes(connection, BOT, row, hours, 0.0, 0.0)
        return {zone: lane.opens_at for zone, lane in (await lanes_of(bench, broadcast_id)).items()}

    def utc(*when: int) -> datetime:
        return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]

    before = await opens(2090, 3, 11, 5)
    assert (before[east], before[west]) == (utc(2090, 3, 11, 8), utc(2090, 3, 11, 14))
    between = await opens(2090, 3, 12, 5)
    assert (between[east], between[west]) == (utc(2090, 3, 12, 8), utc(2090, 3, 12, 13))
    over = await opens(2090, 3, 25, 22)
    assert over[east] == utc(2090, 3, 26, 7)


async def test_broken_off_and_gone_on_with_its_lanes_are_the_same(
    bench: BroadcastBench, other: BroadcastBuild
) -> None:
    names = ["UTC", WEST, EAST, None, "Europe/Nowhere"]
    for number, zone in enumerate(names):
        await subscribe(bench.database, range(number, 20, len(names)), zone=zone)
    now = await bench.database.now()
    whole = await zoned(bench, around(now, WEST), "whole")
    bench.ledger.broadcast_build._size = other._size = 3
    broken = await bench.draft(0, "broken", audience=EVERYBODY, hours=around(now, WEST))
    slices = bench.ledger.broadcast_build.audience(broken)
    await anext(slices)
    await slices.aclose()
    while await other.build(broken) is not None:
        pass
    expected = {str(id_): names[id_ % 5] if id_ % 5 < 3 else WEST for id_ in range(20)}
    assert await zones(bench, whole) == await zones(bench, broken) == expected
    assert (await lanes_of(bench, broken))[WEST].lane == 1


async def test_two_that_claim_at_once_do_not_wait_for_each_other(bench: BroadcastBench) -> None:
    for number, zone in enumerate(ALL_ZONES):
        await subscribe(bench.database, [number * 2, number * 2 + 1], zone=zone)
    now = await bench.database.now()
    broadcast_id = await zoned(bench, around(now))
    beside_it = BroadcastBench(beside(bench.database))
    claims = await asyncio.gather(*(each.claim() for each in (bench, beside_it) * 2))
    await beside_it.database.close()
    by_zone = await zones(bench, broadcast_id)
    taken = [by_zone[claim.chat_id] for each in claims for claim in each]
    assert sorted(taken) == sorted(ALL_ZONES[13:16] * 2), "and an hour before and behind UTC"
    lanes = await lanes_of(bench, broadcast_id)
    assert [zone for zone in ALL_ZONES if lanes[zone].opens_at <= soon(0)] == ALL_ZONES[13:16]


async def test_chats_of_which_nothing_is_known_are_in_the_given_zone(bench: BroadcastBench) -> None:
    now = await bench.database.now()
    shut = await bench.running(2, "shut", hours=around(now, EAST))
    await bench.running(2, "open", hours=around(now))
    assert {claim.broadcast_id for claim in await bench.claim()} == {shut + 1}
    assert await zones(bench, shut) == {"1": EAST, "2": EAST}


async def test_it_shares_with_others_as_one_however_many_zones_it_has(
    bench: BroadcastBench,
) -> None:
    for number, zone in enumerate(ALL_ZONES):
        await subscribe(bench.database, range(number * 10, number * 10 + 10), zone=zone)
    hours = nearly_always(await bench.database.now())
    cut, ordinary = await zoned(bench, hours), await bench.running(300, "ordinary")
    for capacity in (6, 40):
        taken = Counter(claim.broadcast_id for claim in await bench.claim(capacity))
        await bench.pause_broadcasts()  # their claims are not marked
        await release(bench)
        assert taken == {cut: capacity // 2, ordinary: capacity // 2}
        await bench.ledger.broadcasts.resume(cut)
        await bench.ledger.broadcasts.resume(ordinary)
    await bench.ledger.broadcasts.cancel(ordinary)
    await bench.deliver_all()
    assert await bench.ledger.broadcast_ends.complete() == [cut]
    assert await bench.tally(cut) == Tally(270, sent=270)


async def release(bench: BroadcastBench) -> None:
    async with bench.database.writing() as connection:
        await connection.execute(update(messages).values(lease_until=soon(-1)))
    await bench.ledger.claims.release_dead()


async def test_it_is_paused_resumed_and_completed_with_all_of_its_zones(
    bench: BroadcastBench,
) -> None:
    await subscribe(bench.database, [1, 2], zone="UTC")
    await subscribe(bench.database, [3], zone=WEST)
    now = await bench.database.now()
    broadcast_id, deeds = await zoned(bench, around(now)), bench.ledger.broadcasts
    await deeds.pause(broadcast_id)
    assert not await bench.ledger.claims.is_busy(0)
    assert await bench.claim() == []
    await deeds.resume(broadcast_id)
    await bench.deliver_all()
    assert await bench.ledger.broadcast_ends.complete() == []
    assert await bench.tally(broadcast_id) == Tally(3, sent=2)
    await bench.put(broadcast_id, hours_from=around(now - timedelta(hours=6)).begins)
    await bench.pass_s(6 * 3600)
    await bench.deliver_all()
    assert await bench.ledger.broadcast_ends.complete() == [broadcast_id]


async def test_cancelled_each_of_its_zones_ends(bench: BroadcastBench) -> None:
    await subscribe(bench.database, [1, 2], zone="UTC")
    await subscribe(bench.database, [3], zone=WEST)
    broadcast_id = await zoned(bench, around(await bench.database.now()))
    await bench.ledger.broadcasts.cancel(broadcast_id)
    assert [await bench.ledger.broadcast_ends.end_cancelled() for _ in range(2)] == [3, 0]
    assert not await bench.ledger.claims.is_busy(0)


async def test_who_waits_for_their_hours_is_due_and_not_late(bench: BroadcastBench) -> None:
    await subscribe(bench.database, [1, 2], zone="UTC")
    await subscribe(bench.database, [3, 4, 5], zone=WEST)
    broadcast_id = await zoned(bench, around(await bench.database.now()))
    await bench.deliver_all()
    await bench.pass_s(3600)
    figures = Figures(bench.database, BOT)
    standing = await figures.standing()
    probe = Probe(bench.database, BOT, "fingerprint")
    assert (standing.due, standing.oldest_due_s) == (3, 0)
    assert (await probe.due(30, BotHold())).oldest_broadcast_s is None
    async with bench.database.writing() as connection:
        await connection.execute(update(broadcast_lanes).values(opens_at=soon(-60)))
    assert (await figures.standing()).oldest_due_s == pytest.approx(60, abs=3)
    assert (await probe.due(30, BotHold())).oldest_broadcast_s == pytest.approx(60, abs=3)
    await bench.ledger.broadcasts.pause(broadcast_id)
    assert (await figures.standing()).oldest_due_s == 0
