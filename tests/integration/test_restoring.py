"""What may have been sent between a backup and its restore is not sent a second time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from core.errors import TransitionRefused
from core.message import State
from core.outcome import Sent
from core.recurrence import Recurrence
from core.recurring_message import Missed
from infra import backup_file, backups
from infra.db.all_tables import stored
from infra.db.bot_tables import updates
from infra.db.engine import Database
from infra.db.parking import Parked
from infra.db.tables import broadcasts, series, waiters
from tests.integration.broadcast_bench import BroadcastBench
from tests.integration.conftest import BOT, request, soon

HOUR_S = 3_600.0


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def target(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path_factory.mktemp('target') / 'ledger.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server").create_database("restoring")
    made = Database(url)
    yield made
    await made.close()


@pytest.fixture
async def world(sqlite_ledger_url: str) -> AsyncIterator[BroadcastBench]:
    """Where the backup is taken."""
    made = Database(sqlite_ledger_url)
    yield BroadcastBench(made)
    await made.close()


@pytest.fixture
async def later(target: Database, world: BroadcastBench, tmp_path: Path) -> "Later":
    return Later(world, target, tmp_path / "a.backup")


class Later:
    """Restores what the world was, as if that had been so long ago."""

    def __init__(self, world: BroadcastBench, target: Database, file: Path) -> None:
        self._world, self._target, self._file = world, target, file

    async def restore(self, ago_s: float, *, parks: bool = True) -> tuple[BroadcastBench, Parked]:
        async with self._target.writing() as connection:
            for table in await connection.run_sync(stored):
                await connection.execute(table.delete())
        await self._world.pass_s(ago_s)
        with backup_file.draft(self._file) as stream:
            await backups.back_up(self._world.database, stream)
        _, parked = await backups.restore(self._target, self._file, parks=parks)
        return BroadcastBench(self._target), parked


async def test_posts_that_were_due_since_are_parked_and_those_to_come_are_sent_once(
    world: BroadcastBench, later: Later
) -> None:
    sent = await world.schedule("sent")
    [claim] = await world.claim()
    await world.end(await world.mark(claim), Sent((11,)))
    queued = await world.schedule("queued", "2")
    sending = await world.schedule("sending", "3")
    claims = {claim.id: claim for claim in await world.claim()}
    await world.mark(claims[sending])
    due = await world.schedule("due", "4", due_at=soon(HOUR_S / 2))
    ahead = await world.schedule("ahead", "5", due_at=soon(3 * HOUR_S))
    async with world.database.writing() as connection:
        await connection.execute(insert(waiters).values(message_id=due, task_id="t"))

    bench, parked = await later.restore(HOUR_S)

    states = {each: await bench.state(each) for each in (sent, queued, sending, due, ahead)}
    parked_ids = (queued, sending, due)
    assert states == {
        sent: "sent",
        ahead: "scheduled",
        **dict.fromkeys(parked_ids, "uncertain"),
    }
    assert parked == Parked(posts=3)
    found = await bench.ledger.reading.get(due)
    assert found.reason == "restored"
    assert "may have been sent after the backup of" in found.description
    async with bench.database.reading() as connection:
        assert await connection.scalar(select(waiters.c.ready)) is True
    assert await bench.claim() == []
    await bench.ledger.desk.settle_resend(due)
    await bench.pass_s(3 * HOUR_S)
    assert {claim.id for claim in await bench.claim()} == {due, ahead}


async def test_what_was_queued_ahead_of_its_time_is_sent_at_its_time(
    world: BroadcastBench, later: Later
) -> None:
    message = await world.schedule("k", due_at=soon(40))
    assert await world.claim(ahead_s=60)
    bench, parked = await later.restore(0)
    assert (await bench.state(message), parked.posts) == ("scheduled", 0)


async def test_with_resend_due_nothing_is_parked(world: BroadcastBench, later: Later) -> None:
    due = await world.schedule("due", due_at=soon(60))
    broadcast = await world.running(2)
    bench, parked = await later.restore(HOUR_S, parks=False)
    assert parked == Parked()
    claimed = {(claim.id == due, claim.broadcast_id) for claim in await bench.claim()}
    assert claimed == {(True, 0), (False, broadcast)}


@pytest.mark.parametrize("missed", list(Missed))
async def test_occurrences_of_the_time_between_are_parked_and_later_ones_come(
    world: BroadcastBench, later: Later, missed: Missed
) -> None:
    """Each that would have been sent by now is there to be settled; none is sent by itself."""
    wall = datetime.now(UTC).replace(tzinfo=None, second=0, microsecond=0)
    repeat = Recurrence("FREQ=MINUTELY;INTERVAL=2", "UTC", wall - timedelta(days=1))
    made = await world.ledger.series.create(request("s"), repeat, missed)
    first = repeat.next_after(soon(-HOUR_S))
    async with world.database.writing() as connection:
        await connection.execute(update(series).values(next_at=first))
    bench, parked = await later.restore(0)
    assert parked.posts in ((30, 31) if missed is Missed.SEND else (2, 3))
    assert await bench.claim() == []
    await bench.ledger.series.materialise(600, 500)
    messages = await bench.ledger.series.messages(made.series.id, 100)
    states = [each.state for each in messages]
    assert states == [State.SCHEDULED] * 5 + [State.UNCERTAIN] * parked.posts


async def test_a_broadcast_that_may_have_gone_on_is_paused_and_loses_nobody(
    world: BroadcastBench, later: Later
) -> None:
    done = await world.running(1, key="done")
    await world.deliver_all()
    running = await world.running(3, key="running")
    await world.deliver(Sent((1,)))
    drafted = await world.draft(2, key="draft")
    ahead = await world.draft(2, key="ahead")
    await world.ledger.broadcasts.start(ahead, soon(9 * HOUR_S))

    bench, parked = await later.restore(HOUR_S)

    assert parked == Parked(broadcasts=(running,))
    paused = await bench.get(running)
    assert (paused.state, paused.tally.sent, paused.tally.pending) == ("paused", 1, 2)
    assert "restored from the backup of" in paused.why
    assert (await bench.get(ahead)).state == "running"
    assert (await bench.get(drafted)).state == "draft"
    assert (await bench.get(done)).state == "running"
    assert await bench.claim() == []
    await bench.ledger.broadcasts.resume(running)
    await bench.deliver_all()
    assert (await bench.get(running)).tally.sent == 3


async def test_a_broadcast_whose_hours_were_just_over_is_paused_for_what_was_queued_still(
    world: BroadcastBench, later: Later
) -> None:
    queued = await world.running(1, key="queued")
    assert await world.claim()
    await world.running(1, key="closed")
    async with world.database.writing() as connection:
        await connection.execute(update(broadcasts).values(opens_at=soon(9 * HOUR_S)))
    _, parked = await later.restore(0)
    assert parked == Parked(broadcasts=(queued,))


async def test_where_the_clock_stands_before_the_backup_nothing_is_restored(
    world: BroadcastBench, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board without a battery, say: nothing would be due, until the clock is set."""
    await world.schedule("due")

    async def ahead(_: object) -> datetime:
        return soon(HOUR_S)

    monkeypatch.setattr("infra.db.snapshot.now_of", ahead)
    with pytest.raises(TransitionRefused, match="set the clock, or what was sent since is sent ag"):
        await later.restore(0)
    bench, _ = await later.restore(0, parks=False)
    assert len(await bench.claim()) == 1


async def test_what_people_had_sent_to_the_bot_is_not_done_again(
    world: BroadcastBench, later: Later
) -> None:
    row = {"bot_id": BOT, "update_id": 1, "content": {"update_id": 1}, "came_at": soon(0)}
    async with world.database.writing() as connection:
        await connection.execute(insert(updates).values(**row))
    bench, parked = await later.restore(0)
    assert parked.updates == 1
    async with bench.database.reading() as connection:
        [found] = (await connection.execute(select(updates))).all()
    assert found.content is None
    assert found.done_at is not None
