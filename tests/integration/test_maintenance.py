"""A round of housekeeping: what each step does, and that none keeps the others from it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from core.errors import HousekeepingFailed
from core.message import State
from infra.celery.housekeeping import all_of
from infra.db import expiry
from infra.db.engine import Database
from infra.db.login_failures import WINDOW_S
from infra.db.maintenance import HOLD_SHOWN_S, Maintenance
from infra.db.tables import attempts, chats, messages, waiters
from infra.db.web_tables import login_failures, login_links, sessions
from tests.integration.conftest import BOT, Bench, soon
from tests.integration.query_plans import Rows, fill


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


@pytest.fixture
def maintenance(database: Database) -> Maintenance:
    return Maintenance(database, BOT)


async def write(database: Database, table: Any, *rows: dict[str, Any]) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(table), list(rows))


async def test_what_belongs_to_nothing_is_removed(bench: Bench, maintenance: Maintenance) -> None:
    database, kept = bench.database, await bench.schedule()
    tried = {"number": 1, "started_at": soon(0), "ended_at": soon(0), "outcome": "sent"}
    gone = range(kept + 1, kept + 1201)
    await write(database, attempts, *({**tried, "message_id": id_} for id_ in (kept, *gone)))
    await write(database, waiters, *({"message_id": id_, "task_id": "t"} for id_ in (kept, *gone)))
    assert (await maintenance.forget_attempts(), await maintenance.forget_waiters()) == (1200, 1200)
    assert (await maintenance.forget_attempts(), await maintenance.forget_waiters()) == (0, 0)
    async with database.reading() as connection:
        for column in (attempts.c.message_id, waiters.c.message_id):
            assert list(await connection.scalars(select(column))) == [kept]


async def test_a_hold_that_is_over_is_forgotten_and_what_is_known_of_a_chat_stays(
    database: Database, maintenance: Maintenance
) -> None:
    over, shown = soon(-HOLD_SHOWN_S - 60), soon(-HOLD_SHOWN_S + 60)
    hold = {"bot_id": BOT, "hold_reason": "flooded", "unreachable": None, "migrated_to": None}
    await write(
        database,
        chats,
        {**hold, "chat_id": "over", "held_until": over},
        {**hold, "chat_id": "shown", "held_until": shown},
        {**hold, "chat_id": "gone", "held_until": over, "unreachable": "blocked"},
        {**hold, "chat_id": "moved", "held_until": over, "migrated_to": "-100"},
        {**hold, "chat_id": "other's", "held_until": over, "bot_id": BOT + 1},
    )
    assert await maintenance.forget_holds() == 1
    async with database.reading() as connection:
        rows = await connection.execute(select(chats).order_by(chats.c.chat_id))
        found = {row.chat_id: (row.unreachable, row.migrated_to) for row in rows}
    assert found == {
        "gone": ("blocked", None),
        "moved": (None, "-100"),
        "other's": (None, None),
        "shown": (None, None),
    }


async def test_all_that_is_stale_expires(bench: Bench, maintenance: Maintenance) -> None:
    many = expiry.BATCH + 50
    await fill(bench.database, Rows(many, "scheduled", "'' || n", "3600"))
    async with bench.database.writing() as connection:
        await connection.execute(messages.update().values(expires_at=soon(-1)))
    assert await maintenance.expire() == many
    assert await bench.ledger.reading.counts() == {State.EXPIRED: many}


async def test_sqlites_log_is_cut_unless_somebody_reads_it(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    log, maintenance = Path(f"{database.url.database}-wal"), Maintenance(database, BOT)
    async with database._writer.connect() as connection:
        await connection.exec_driver_sql("COMMIT")
        await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        await connection.exec_driver_sql("CREATE TABLE t (a)")
        await connection.exec_driver_sql("BEGIN")
    assert log.stat().st_size > 0
    async with database.reading() as reader:
        await reader.execute(text("SELECT * FROM t"))
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO t VALUES (1)"))
        assert (await maintenance.checkpoint())["busy"] == 1
    assert await maintenance.checkpoint() == {"busy": 0, "pages": 0, "written": 0}
    assert log.stat().st_size == 0
    async with database.writing() as connection:
        assert await connection.scalar(text("PRAGMA busy_timeout")) > 0
    await database.close()


async def test_the_planner_gets_to_know_what_has_grown(fresh_database: Database) -> None:
    on_sqlite = fresh_database.dialect == "sqlite"
    await fill(fresh_database, Rows(500, "sent", "'' || n", "-1"))
    maintenance = Maintenance(fresh_database, BOT)
    assert await maintenance.analyse()
    known = "SELECT reltuples FROM pg_class WHERE relname = 'messages'"
    if on_sqlite:
        known = "SELECT 500 FROM sqlite_stat1 WHERE idx = 'messages_by_key'"
    async with fresh_database.reading() as connection:
        assert int(await connection.scalar(text(known)) or 0) == 500
    assert (await maintenance.checkpoint() != {}) is on_sqlite


async def test_a_step_that_fails_is_told_and_the_others_are_done() -> None:
    async def good() -> int:
        return 3

    async def bad() -> int:
        raise ValueError("no space left")

    assert await all_of({"a": good}) == {"a": 3}
    with pytest.raises(HousekeepingFailed, match=r"^b: ValueError: no space left$") as caught:
        await all_of({"a": good, "b": bad, "c": good})
    assert caught.value.done == {"a": 3, "c": 3}


async def test_links_sessions_and_failures_that_are_over_are_forgotten(
    database: Database, maintenance: Maintenance
) -> None:
    link = {"bot_id": BOT, "account_id": 1, "made_at": soon(-9), "used_at": None}
    session = {"bot_id": BOT, "account_id": 1, "agent": "", "created_at": soon(-9)}
    session |= {"seen_at": soon(-9)}
    await write(
        database,
        login_links,
        {**link, "code_hash": "over", "expires_at": soon(-1)},
        {**link, "code_hash": "used", "expires_at": soon(60), "used_at": soon(-1)},
        {**link, "code_hash": "good", "expires_at": soon(60)},
        {**link, "code_hash": "other's", "expires_at": soon(-1), "bot_id": BOT + 1},
    )
    await write(
        database,
        sessions,
        {**session, "token_hash": "over", "expires_at": soon(-1)},
        {**session, "token_hash": "good", "expires_at": soon(60)},
    )
    await write(
        database,
        login_failures,
        {"bot_id": BOT, "subject": "over", "at": soon(-WINDOW_S - 60)},
        {"bot_id": BOT, "subject": "good", "at": soon(-WINDOW_S + 60)},
    )
    assert await maintenance.forget_logins() == 4
    assert await maintenance.forget_logins() == 0
    async with database.reading() as connection:
        for column in (sessions.c.token_hash, login_failures.c.subject):
            assert list(await connection.scalars(select(column))) == ["good"]
        kept = await connection.scalars(select(login_links.c.code_hash))
        assert set(kept) == {"good", "other's"}
