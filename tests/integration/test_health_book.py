"""What the ledger keeps of the system's health, of Beat and of failed tasks, on both databases."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import select, update

from core.health import WHOLE, Health, HealthState, Part
from core.health_phrases import phrase
from core.outcome import Retryable, Sent
from infra.db import schema
from infra.db.concerns import of_health
from infra.db.engine import Database
from infra.db.failures import Failures
from infra.db.health import HealthBook
from infra.db.moments import from_now
from infra.db.probe import BotHold, Probe
from infra.db.tables import messages
from infra.db.ticks import START, Ticks
from infra.db.watch_tables import health_checks, ticks
from tests.integration.conftest import Bench, request
from tests.servers.postgres import PostgresServer

HEALTHY, DEGRADED, UNHEALTHY = HealthState
bots = itertools.count(1_000, 10)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgres"])
async def database(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: PostgresServer,
) -> AsyncIterator[Database]:
    """One for all tests here: each has a bot of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('health')}/ledger.db"
    if request.param == "postgres":
        url = postgres_server.create_database("health_book")
    made = Database(url)
    await schema.migrate(made)
    yield made
    await made.close()


@pytest.fixture
def bot() -> int:
    return next(bots)


@pytest.fixture
def bench(database: Database, bot: int) -> Bench:
    return Bench(database, bot)


def health(**states: HealthState) -> Health:
    parts = tuple(Part(name, state, f"{name} why", "mend it") for name, state in states.items())
    return Health(parts, datetime.now(UTC), 12)


async def test_a_part_keeps_since_when_it_is_so_and_a_change_is_told_once(
    database: Database, bot: int
) -> None:
    book = HealthBook(database, bot)
    assert await book.record(health(a=HEALTHY, b=HEALTHY)) == []
    worse = await book.record(health(a=HEALTHY, b=UNHEALTHY))
    assert [(c.part.name, c.was, c.part.state) for c in worse] == [
        (WHOLE, HEALTHY, UNHEALTHY),
        ("b", HEALTHY, UNHEALTHY),
    ]
    first = (await book.current())["b"]
    assert await book.record(health(a=HEALTHY, b=UNHEALTHY)) == []
    again = (await book.current())["b"]
    assert (again.since, again.part) == (first.since, first.part)
    assert again.checked_at > first.checked_at
    better = await book.record(health(a=HEALTHY, b=HEALTHY))
    assert [c.is_worse for c in better] == [False, False]
    assert (await book.current())["b"].since > first.since


async def test_changes_are_read_newest_first_and_another_bots_are_not(
    database: Database, bot: int
) -> None:
    book, other = HealthBook(database, bot), HealthBook(database, bot + 1)
    await other.record(health(a=UNHEALTHY))
    for state in (DEGRADED, HEALTHY):
        await book.record(health(a=state))
    told = [c for c in await book.changes() if c.part.name == "a"]
    assert [(c.was, c.part.state) for c in told] == [(DEGRADED, HEALTHY), (None, DEGRADED)]
    assert told[1].part == Part("a", DEGRADED, "a why", "mend it")
    assert len(await book.changes(limit=1)) == 1
    assert (await other.current())["a"].part.state is UNHEALTHY


async def test_what_is_amiss_is_told_with_the_codes_of_the_last_check(
    database: Database, bot: int
) -> None:
    book = HealthBook(database, bot)
    for queues in ("analytics", "messages"):
        why, todo = phrase("trouble", why=queues), phrase("do_start_worker")
        part = Part.said("workers", UNHEALTHY, [why], todo)
        await book.record(Health((part,), datetime.now(UTC), 12))
    async with database.reading() as connection:
        [concern] = await of_health(connection, bot, ())
    assert concern.facts == {
        "part": "workers",
        "reason": "messages",
        "remedy": "start a worker",
        "why": [{"code": "trouble", "args": {"why": "messages"}}],
        "todo": [{"code": "do_start_worker", "args": {}}],
    }


async def test_of_checks_at_one_moment_only_one_is_told_of_a_change(
    database: Database, bot: int
) -> None:
    names = [f"part {n}" for n in range(8)]
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(3)]
    try:
        await HealthBook(database, bot).record(health(**dict.fromkeys(names, HEALTHY)))
        for state in (DEGRADED, UNHEALTHY, HEALTHY):
            found = health(**dict.fromkeys(names, state))
            told = await asyncio.gather(*(HealthBook(each, bot).record(found) for each in others))
            changed = sorted(change.part.name for changes in told for change in changes)
            assert changed == sorted([WHOLE, *names])
        assert len(await HealthBook(database, bot).changes(limit=100)) == 3 * 9
    finally:
        for each in others:
            await each.close()


async def test_what_is_seen_first_is_a_change_unless_it_is_well(
    database: Database, bot: int
) -> None:
    told = await HealthBook(database, bot).record(health(a=HEALTHY, b=DEGRADED))
    assert [(c.part.name, c.was) for c in told] == [(WHOLE, None), ("b", None)]


async def test_each_check_is_kept_whole_and_a_part_that_is_gone_is_forgotten(
    database: Database, bot: int
) -> None:
    book = HealthBook(database, bot)
    both, one = health(a=HEALTHY, b=DEGRADED), health(a=HEALTHY)
    await book.record(both)
    await book.record(one)
    assert (await book.current()).keys() == {WHOLE, "a"}
    async with database.reading() as connection:
        rows = (
            await connection.execute(
                select(health_checks).where(health_checks.c.bot_id == bot).order_by("id")
            )
        ).all()
    assert [(row.state, row.took_ms) for row in rows] == [("degraded", 12), ("healthy", 12)]
    assert [row.parts for row in rows] == [both.facts()["parts"], one.facts()["parts"]]


async def test_beats_ticks_are_told_by_their_age_and_never_go_back(
    database: Database, bot: int
) -> None:
    noted, other = Ticks(database, bot), Ticks(database, bot + 1)
    await noted.write({START: 100.0, "sweep": 5.0})
    await noted.write({"sweep": 50.0, "daily": 2.0})
    await other.write({"sweep": 0.0})
    ago_s = await noted.ago_s()
    assert ago_s == pytest.approx({START: 100, "sweep": 5, "daily": 2}, abs=2)
    async with database.writing() as connection:
        await connection.execute(update(ticks).values(at=from_now(-900)))
    assert min((await noted.ago_s()).values()) >= 900


async def test_failed_tasks_are_read_newest_first(database: Database, bot: int) -> None:
    failures = Failures(database, bot)
    for n in range(3):
        await failures.add("a.task", f"id {n}", "ValueError: no")
    await Failures(database, bot + 1).add("a.task", "another bot's", "no")
    newest = await failures.newest(limit=2)
    assert [(f.task, f.task_id, f.error) for f in newest] == [
        ("a.task", "id 2", "ValueError: no"),
        ("a.task", "id 1", "ValueError: no"),
    ]
    assert (datetime.now(UTC) - newest[0].at).total_seconds() < 60


@pytest.fixture
def probe(database: Database, bot: int) -> Probe:
    return Probe(database, bot, "fingerprint")


async def test_the_oldest_post_that_is_due_is_told_whatever_its_state(
    bench: Bench, probe: Probe
) -> None:
    nothing = await probe.due(30.0, BotHold())
    assert (nothing.oldest_post_s, nothing.oldest_broadcast_s, nothing.posts) == (None, None, 0)
    await bench.schedule("waits", "1")
    await bench.pass_s(20)
    await bench.schedule("newer", "2")
    waiting = await probe.due(30.0, BotHold())
    assert waiting.oldest_post_s == pytest.approx(20, abs=3)
    assert waiting.posts == 2
    [first, _] = await bench.claim()
    assert (await probe.due(30.0, BotHold())).oldest_post_s == pytest.approx(20, abs=3)
    sending = await bench.mark(first)
    assert (await probe.due(30.0, BotHold())).oldest_post_s == pytest.approx(20, abs=3)
    await bench.end(sending, Retryable("connect"))
    retried = await probe.due(30.0, BotHold())
    assert retried.oldest_post_s == pytest.approx(0, abs=3)
    assert retried.posts == 0


async def test_what_ended_is_not_due_and_counts_as_sent_for_a_minute(
    bench: Bench, bot: int, probe: Probe
) -> None:
    await bench.schedule("post")
    [claim] = await bench.claim()
    await bench.end(await bench.mark(claim), Sent((1,)))
    found = await probe.due(30.0, BotHold())
    assert (found.oldest_post_s, found.sent) == (None, 1)
    async with bench.database.writing() as connection:
        await connection.execute(
            update(messages).where(messages.c.bot_id == bot).values(ended_at=from_now(-61))
        )
    assert (await probe.due(30.0, BotHold())).sent == 0


async def test_a_broadcast_is_told_apart_and_a_paused_one_not_at_all(
    bench: Bench, probe: Probe
) -> None:
    await bench.ledger.intake.schedule_broadcast(replace(request("all"), chat_id=""), ["1", "2"])
    await bench.pass_s(30)
    found = await probe.due(30.0, BotHold())
    assert (found.oldest_post_s, found.posts) == (None, 0)
    assert found.oldest_broadcast_s == pytest.approx(30, abs=3)
    await bench.pause_broadcasts()
    assert (await probe.due(30.0, BotHold())).oldest_broadcast_s is None


async def test_a_hold_of_the_bot_is_told_with_its_reason_and_ends_with_the_token(
    bench: Bench, bot: int, probe: Probe
) -> None:
    assert await probe.hold() == BotHold()
    await bench.ledger.hold_bot(300, "unauthorized")
    hold = await probe.hold()
    assert hold.reason == "unauthorized"
    assert hold.seconds == pytest.approx(300, abs=3)
    assert await Probe(bench.database, bot, "another").hold() == BotHold()


async def test_a_write_is_tried_and_leaves_nothing_of_a_bots(
    database: Database, bot: int, probe: Probe
) -> None:
    found = await probe.database(1.0)
    assert (found.read_only, found.write_ms > 0) == ("", True)
    assert await HealthBook(database, bot).current() == {}
