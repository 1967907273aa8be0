"""Live gauges: right, bounded in time and in labels, and told of each part alone."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import event, insert, select, text, update

from core.health import Health, HealthState, Part
from core.message import OnUncertain
from core.outcome import Rejected, Sent, Uncertain
from infra.celery.gauges import PART_WITHIN_S, Gauges
from infra.celery.gauges_ledger import BROADCASTS, LedgerGauges
from infra.celery.schedule import ENTRIES, QUEUES
from infra.db import schema
from infra.db.engine import Database
from infra.db.health import HealthBook
from infra.db.tables import broadcasts, messages
from infra.db.ticks import START, Ticks
from infra.monitoring.gauges import GAUGES, Reading
from infra.settings import Settings
from tests.integration.broadcast_bench import BroadcastBench
from tests.integration.conftest import BOT, soon
from tests.integration.governor_bench import TELEGRAMS, governors
from tests.integration.health_scenes import settings, silent_server
from tests.integration.query_plans import Plans, Rows, fill
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer

PATIENCE_S = 5.0
BUSY_S = 1.0
"""How much longer a busy machine may take."""

OF_LEDGER = (
    *("messages", "oldest_due_seconds", "governor_use_ratio"),
    *("beat_tick_interval_seconds", "health_state"),
)
OF_REDIS = ("governor_ahead_seconds", "queue_depth")
TOKEN = f"{BOT}:token-of-ours"
Seen = dict[tuple[str, ...], float]


@pytest.fixture
def bench(database: Database) -> BroadcastBench:
    return BroadcastBench(database)


@pytest.fixture
async def ledger(database: Database, tmp_path: Path) -> AsyncIterator[LedgerGauges]:
    url = database.url.render_as_string(hide_password=False)
    given = settings(tmp_path, bot_token=TOKEN, database_url=url, telegram_rate=30)
    asks = LedgerGauges(given, PATIENCE_S)
    yield asks
    await asks.close()


def seen(readings: Sequence[Reading]) -> Seen:
    assert all(len(each.labels) == len(GAUGES[each.name][0]) for each in readings)
    found = {(each.name, *each.labels): each.value for each in readings}
    assert len(found) == len(readings), "one gauge is shown twice"
    return found


async def copies(bench: BroadcastBench, broadcast_id: int, count: int, state: str) -> list[int]:
    """So many more broadcasts like this one, in this state; their ids."""
    table = broadcasts.c
    async with bench.database.writing() as connection:
        query = select(broadcasts).where(table.id == broadcast_id)
        row = dict((await connection.execute(query)).one()._mapping)
        del row["id"]
        rows = [{**row, "key": f"copy {n}", "state": state} for n in range(count)]
        await connection.execute(insert(broadcasts), rows)
        query_ids = select(table.id).where(table.key.like("copy %")).order_by(table.id)
        return list(await connection.scalars(query_ids))


async def test_messages_are_those_of_the_ledger(
    bench: BroadcastBench, ledger: LedgerGauges
) -> None:
    for n in range(3):
        await bench.schedule(f"later {n}", f"later {n}", due_at=soon(3600))
    parked = await bench.schedule("parked", "parked", on_uncertain=OnUncertain.PARK)
    [claim] = await bench.claim()
    assert claim.id == parked
    await bench.end(await bench.mark(claim), Uncertain("timeout"))
    for n in range(4):
        await bench.schedule(f"due {n}", f"due {n}", due_at=soon(-100 - n))
    first, _ = await bench.claim(2)
    await bench.mark(first)
    assert seen(await ledger.messages()) == {
        ("messages", "waiting"): 3,
        ("messages", "due"): 2,
        ("messages", "queued"): 1,
        ("messages", "sending"): 1,
        ("messages", "uncertain"): 1,
        ("oldest_due_seconds",): pytest.approx(101, abs=10),
        ("governor_use_ratio",): 0,
    }


async def test_use_is_what_was_sent_in_the_last_minute(
    bench: BroadcastBench, ledger: LedgerGauges
) -> None:
    for n, ago_s in enumerate((5, 50, 70, 3600)):
        key = f"sent {n}"
        await bench.schedule(key, key)
        values = {"state": "sent", "ended_at": soon(-ago_s), "cost": 9}
        async with bench.database.writing() as connection:
            of_it = update(messages).where(messages.c.key == key)
            await connection.execute(of_it.values(**values))
    use = seen(await ledger.messages())["governor_use_ratio",]
    assert use == pytest.approx(2 * 9 / (30 * 60))


async def test_where_nothing_limits_the_bot_there_is_no_use(
    database: Database, tmp_path: Path
) -> None:
    url = database.url.render_as_string(hide_password=False)
    asks = LedgerGauges(
        settings(tmp_path, bot_token=TOKEN, database_url=url, telegram_rate=0), PATIENCE_S
    )
    assert ("governor_use_ratio",) not in seen(await asks.messages())
    await asks.close()


async def test_a_broadcast_is_told_by_what_became_of_its_recipients(
    bench: BroadcastBench, ledger: LedgerGauges
) -> None:
    running = await bench.running(8)
    await bench.deliver(Sent((1,)), Sent((2,)), Sent((3,)), Rejected("blocked"), Uncertain("cut"))
    ahead = await bench.running(2, "ahead")
    async with bench.database.writing() as connection:
        of_it = update(broadcasts).where(broadcasts.c.id == ahead)
        await connection.execute(of_it.values(wanted_at=soon(3600)))
    await bench.ledger.broadcasts.pause(await bench.running(2, "paused"))
    name = str(running)
    assert seen(await ledger.broadcasts()) == {
        ("broadcast_recipients", name, "sent"): 3,
        ("broadcast_recipients", name, "failed"): 1,
        ("broadcast_recipients", name, "uncertain"): 1,
        ("broadcast_recipients", name, "skipped"): 0,
        ("broadcast_recipients", name, "pending"): 3,
        ("broadcast_progress_ratio", name): pytest.approx(5 / 8),
    }


async def test_of_many_broadcasts_twenty_are_told_and_they_stay(
    bench: BroadcastBench, ledger: LedgerGauges
) -> None:
    first = await bench.running(1)
    made = [first, *await copies(bench, first, BROADCASTS + 4, "running")]

    async def told() -> list[str]:
        found = seen(await ledger.broadcasts())
        return [labels[0] for name, *labels in found if name == "broadcast_progress_ratio"]

    assert await told() == [str(each) for each in made[:BROADCASTS]]
    await bench.ledger.broadcasts.cancel(made[3])
    assert await told() == [str(each) for each in (*made[:3], *made[4 : BROADCASTS + 1])]


async def test_ticks_are_those_of_the_entries_that_there_are(
    database: Database, ledger: LedgerGauges
) -> None:
    await Ticks(database, BOT).write(
        {START: 900.0, "send-scheduled-messages": 40.0, "of another time": 1e6},
        {"send-scheduled-messages": 30.0},
    )
    await Ticks(database, BOT + 1).write({"health-check": 1.0})
    found = seen(await ledger.beat())
    ages = {entry for name, entry in found if name == "beat_tick_age_seconds"}
    assert ages == {"send-scheduled-messages"}
    assert found["beat_tick_age_seconds", "send-scheduled-messages"] == pytest.approx(40, abs=5)
    assert found["beat_tick_interval_seconds", "send-scheduled-messages"] == 30, (
        "by Beat's own word"
    )
    assert found["beat_tick_interval_seconds", "health-check"] == 300
    assert len(found) == 1 + len(ENTRIES)


async def test_health_is_what_the_last_check_has_kept(
    database: Database, ledger: LedgerGauges
) -> None:
    assert await ledger.health() == []
    parts = tuple(
        Part(state.value, state, "as it is", "")
        for state in (HealthState.HEALTHY, *HealthState)[1:]
    )
    await HealthBook(database, BOT).record(Health(parts, datetime.now(UTC), 12))
    found = seen(await ledger.health())
    assert found.pop(("health_checked_timestamp_seconds",)) == pytest.approx(time.time(), abs=5)
    assert found == {
        ("health_state", "healthy"): 0,
        ("health_state", "degraded"): 1,
        ("health_state", "unhealthy"): 2,
    }


async def test_a_look_reads_indexes_and_not_the_tables(
    database: Database, ledger: LedgerGauges
) -> None:
    await fill(database, Rows(20_000, "sent", "'' || (n % 1000)", "-60 * n", ended_s="-3 * n"))
    await fill(database, Rows(20_000, "scheduled", "'' || n", "n - 50"))
    async with database.writing() as connection:
        await connection.execute(text("ANALYZE"))
    plans = Plans(ledger._database)
    async with plans.of("messages"):
        await ledger.messages()
    assert len(plans.found) == 2
    for plan in plans.found:
        # The ways in which messages ended are sorted by how many there are.
        faults = [fault for fault in plan.faults if "ORDER BY" not in fault]
        assert not faults, f"{faults}\n{plan.text}"


async def test_running_broadcasts_are_found_by_their_index(
    database: Database, bench: BroadcastBench, ledger: LedgerGauges
) -> None:
    await copies(bench, await bench.running(1), 500, "completed")
    async with database.writing() as connection:
        await connection.execute(text("ANALYZE"))
    asked: list[tuple[str, Any]] = []
    engine = ledger._database._reader.sync_engine

    def note(_: Any, __: Any, sql: str, values: Any, ___: Any, ____: bool) -> None:
        if "broadcasts" in sql:
            asked.append((sql, values))

    event.listen(engine, "before_cursor_execute", note)
    await ledger.broadcasts()
    explain = "EXPLAIN QUERY PLAN" if database.dialect == "sqlite" else "EXPLAIN"
    [(sql, values)] = asked
    async with database.reading() as connection:
        plan = await connection.exec_driver_sql(f"{explain} {sql}", values)
        told = "\n".join(str(row) for row in plan)
    assert "broadcasts_running" in told
    assert "SCAN broadcast" not in told, told


@asynccontextmanager
async def looking(given: Settings) -> AsyncIterator[Gauges]:
    async with governors(given.governor_url) as make:
        gauges = Gauges(given, await make(TELEGRAMS))
        yield gauges
        await gauges.close()


async def look(gauges: Gauges) -> tuple[Seen, float]:
    """What is told, and how long that took."""
    began_s = time.monotonic()
    found = seen(await gauges.readings())
    return found, time.monotonic() - began_s


def up(found: Seen) -> dict[str, float]:
    return {
        part: value for (name, *labels), value in found.items() if name == "up" for part in labels
    }


async def migrated(url: str) -> None:
    database = Database(url)
    await schema.migrate(database)
    await database.close()


async def test_a_stopped_or_frozen_redis_takes_its_own_gauges_and_no_time(
    sqlite_url: str, fresh_valkey: ValkeyServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await migrated(sqlite_url)
    url = fresh_valkey.url()
    given = settings(tmp_path, bot_token=TOKEN, database_url=sqlite_url, redis_url=url)
    async with looking(given) as gauges:
        well, _ = await look(gauges)
        assert up(well) == {"ledger": 1, "broker": 1, "governor": 1}
        of_redis = {each for each in well if each[0] in OF_REDIS}
        assert len(of_redis) == 1 + len(QUEUES)
        for stop in (fresh_valkey.pause, fresh_valkey.kill):
            stop()
            with caplog.at_level(logging.WARNING):
                found, took_s = await look(gauges)
            assert up(found) == {"ledger": 1, "broker": 0, "governor": 0}
            assert well.keys() - found.keys() == of_redis
            assert took_s < PART_WITHIN_S + BUSY_S
        assert len(caplog.records) == 2, "it is told once for as long as it lasts"
        fresh_valkey.start()
        found, _ = await look(gauges)
        assert up(found) == up(well)
        assert found.keys() == well.keys()


async def test_a_silent_ledger_leaves_the_gauges_of_redis(redis_url: str, tmp_path: Path) -> None:
    with silent_server() as url:
        url = url.replace("http", "postgresql")
        given = settings(tmp_path, bot_token=TOKEN, database_url=url, redis_url=redis_url)
        async with looking(given) as gauges:
            found, took_s = await look(gauges)
    assert up(found) == {"ledger": 0, "broker": 1, "governor": 1}
    assert {name for name, *_ in found} == {"build_info", "up", *OF_REDIS}
    assert took_s < PART_WITHIN_S + BUSY_S


async def test_a_look_that_the_end_cuts_off_is_no_trouble(
    redis_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with silent_server() as url:
        url = url.replace("http", "postgresql")
        given = settings(tmp_path, bot_token=TOKEN, database_url=url, redis_url=redis_url)
        async with looking(given) as gauges:
            cut_off = asyncio.create_task(look(gauges))
            await asyncio.sleep(0)  # it has begun
        found, took_s = await cut_off
    assert up(found)["ledger"] == 0
    assert took_s < PART_WITHIN_S
    assert not caplog.records


@pytest.mark.slow
async def test_a_frozen_postgres_leaves_the_gauges_of_redis(
    fresh_postgres: PostgresServer, redis_url: str, tmp_path: Path
) -> None:
    url = fresh_postgres.create_database("ledger")
    await migrated(url)
    given = settings(tmp_path, bot_token=TOKEN, database_url=url, redis_url=redis_url)
    async with looking(given) as gauges:
        well, _ = await look(gauges)
        with frozen(fresh_postgres.pid):
            found, took_s = await look(gauges)
        assert up(found) == {"ledger": 0, "broker": 1, "governor": 1}
        assert well.keys() - found.keys() == {each for each in well if each[0] in OF_LEDGER}
        assert took_s < PART_WITHIN_S + BUSY_S
        found, _ = await look(gauges)
        assert up(found) == up(well)


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """SIGSTOP to a process and its children: those of Postgres have sessions of their own."""
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    for each in family:
        each.suspend()
    yield
    for each in reversed(family):
        each.resume()
