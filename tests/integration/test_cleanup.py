"""A cleanup removes exactly what is old and done with, and nobody waits for it."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, text, update

from core.broadcast import Draft
from core.errors import InvalidInput, TransitionRefused
from core.message import ACTIVE, State
from infra.celery import housekeeping
from infra.celery.runtime import Runtime
from infra.db import schema
from infra.db.broadcast_build import Slice
from infra.db.channel_tables import channels, member_samples, post_samples, posts
from infra.db.cleanup import TABLES, Cleanup
from infra.db.engine import Database
from infra.db.removal import ROWS
from infra.db.tables import attempts, broadcasts, messages, waiters
from infra.db.watch_tables import health_changes, health_checks, task_failures
from infra.settings import Settings
from tests.integration.conftest import BOT, Bench, beside, request
from tests.integration.query_plans import Plans, Rows, fill

DAYS = 30
NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=DAYS, minutes=1)
YOUNG = NOW - timedelta(days=DAYS, hours=-1)
MANY = 3 * ROWS + 7


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


async def write(database: Database, table: Table, *rows: dict[str, Any]) -> None:
    async with database.writing() as connection:
        await connection.execute(insert(table), list(rows))


async def remove_older(database: Database, bot_id: int, days: Any) -> dict[str, int]:
    """A whole cleanup; rows removed, by table."""
    removed = dict.fromkeys(TABLES, 0)
    async for table, count in Cleanup(database, bot_id).slices(days):
        removed[table] += count
    return removed


async def left(database: Database, column: Any) -> Sequence[Any]:
    async with database.reading() as connection:
        return sorted(await connection.scalars(select(column)))


async def place(bench: Bench, key: str, state: State, at: datetime | None, **more: Any) -> int:
    """A message in this state, with an attempt and a task that waits for it."""
    message_id = await bench.schedule(key, key)
    values = {"state": state.value, "ended_at": at} | more
    async with bench.database.writing() as connection:
        this = update(messages).where(messages.c.id == message_id)
        await connection.execute(this.values(values))
    attempt = {"number": 1, "started_at": OLD, "ended_at": OLD, "outcome": "sent"}
    await write(bench.database, attempts, {"message_id": message_id, **attempt})
    await write(bench.database, waiters, {"message_id": message_id, "task_id": "t"})
    return message_id


async def test_messages_go_by_the_time_of_their_end_and_what_is_not_done_stays(
    bench: Bench,
) -> None:
    done = sorted(set(State) - ACTIVE - {State.UNCERTAIN})
    gone = [await place(bench, f"old {state}", state, OLD) for state in done]
    kept = [await place(bench, f"young {state}", state, YOUNG) for state in done]
    kept += [await place(bench, f"active {state}", state, None) for state in ACTIVE]
    kept += [await place(bench, "unsettled", State.UNCERTAIN, OLD)]
    other = await place(bench, "other's", State.SENT, OLD, bot_id=BOT + 1)
    found = await remove_older(bench.database, BOT, DAYS)
    assert {name: n for name, n in found.items() if n} == dict.fromkeys(
        ("messages", "attempts", "waiters"), len(gone)
    )
    for column in (messages.c.id, attempts.c.message_id, waiters.c.message_id):
        assert await left(bench.database, column) == sorted([*kept, other])
    again = await bench.schedule("old sent", "anew")
    assert again not in gone, "a key is known only as long as its message"


async def test_a_broadcast_keeps_its_messages_until_none_is_left_to_send(bench: Bench) -> None:
    for key in ("running", "over"):
        await bench.ledger.intake.schedule_broadcast(request(key, ""), ["1", "2"])
    running, over = await left(bench.database, broadcasts.c.id)
    sent = {"state": "sent", "ended_at": OLD}
    async with bench.database.writing() as connection:
        ended = update(messages).where(
            (messages.c.broadcast_id == over) | (messages.c.chat_id == "1")
        )
        await connection.execute(ended.values(sent))
    assert (await remove_older(bench.database, BOT, DAYS))["messages"] == 2
    assert await left(bench.database, messages.c.broadcast_id) == [running, running]
    assert await left(bench.database, broadcasts.c.id) == [running, over]
    schedule = bench.ledger.intake.schedule_broadcast
    assert (await schedule(request("running", ""), ["1", "2", "3"])).created == 1
    with pytest.raises(TransitionRefused, match="takes no more chats"):
        await schedule(request("over", ""), ["1", "2", "3"])


async def test_nor_where_the_cleanup_comes_between_its_row_and_its_chats(bench: Bench) -> None:
    ledger, again = bench.ledger, request("over", "")
    await ledger.intake.schedule_broadcast(again, ["1", "2"])
    found = await ledger.broadcasts.create(Draft(again))
    async with bench.database.writing() as connection:
        await connection.execute(update(messages).values(state="sent", ended_at=OLD))
    assert (await remove_older(bench.database, BOT, DAYS))["messages"] == 2
    with pytest.raises(TransitionRefused, match="have been removed"):
        await anext(ledger.broadcast_build.chats(found.broadcast_id, ["1", "2"]))
    assert await left(bench.database, messages.c.id) == []


async def begun(bench: Bench) -> AsyncGenerator[Slice, None]:
    """Chats 1 and 2 of a list of three have had their messages long ago; the rest comes."""
    bench.ledger.broadcast_build._size = 2
    await bench.ledger.intake.schedule_broadcast(request("list", ""), ["1", "2"])
    [broadcast_id] = await left(bench.database, broadcasts.c.id)
    slices = bench.ledger.broadcast_build.chats(broadcast_id, ["1", "2", "3"])
    await anext(slices)
    async with bench.database.writing() as connection:
        await connection.execute(update(messages).values(state="sent", ended_at=OLD))
    return slices


async def test_a_list_that_was_broken_off_keeps_them_for_who_goes_on(bench: Bench) -> None:
    await (await begun(bench)).aclose()
    assert (await remove_older(bench.database, BOT, DAYS))["messages"] == 0
    again = await bench.ledger.intake.schedule_broadcast(request("list", ""), ["1", "2", "3"])
    assert again.created == 1
    async with bench.database.writing() as connection:
        await connection.execute(update(messages).values(state="sent", ended_at=OLD))
    assert (await remove_older(bench.database, BOT, DAYS))["messages"] == 3


async def test_so_it_does_where_it_is_begun_when_the_cleanup_has_looked(bench: Bench) -> None:
    slices, cleanup = await begun(bench), Cleanup(bench.database, BOT)
    rows = await cleanup._ended(OLD + timedelta(seconds=1), [], None)
    assert await cleanup._remove_messages(rows, NOW) == [
        *(("messages", 0), ("attempts", 0), ("waiters", 0)),
    ]
    assert [each async for each in slices] == [Slice(1, 1)]


async def test_cancelled_it_is_not_waited_for(bench: Bench) -> None:
    await (await begun(bench)).aclose()
    await bench.ledger.broadcasts.cancel((await left(bench.database, broadcasts.c.id))[0])
    assert (await remove_older(bench.database, BOT, DAYS))["messages"] == 2


async def test_notes_and_samples_go_by_their_age_and_posts_stay(database: Database) -> None:
    dated = {"bot_id": BOT, "state": "ok", "took_ms": 1, "parts": []}
    await write(database, health_checks, *({**dated, "at": at} for at in (OLD, YOUNG)))
    noted = {"bot_id": BOT, "part": "", "state": "ok", "reason": "", "remedy": ""}
    await write(database, health_changes, *({**noted, "at": at} for at in (OLD, YOUNG)))
    failed = {"bot_id": BOT, "task": "t", "task_id": "i", "error": "e"}
    await write(database, task_failures, *({**failed, "at": at} for at in (OLD, YOUNG)))
    await channel_with_posts(database)
    found = await remove_older(database, BOT, DAYS)
    assert found == dict.fromkeys(TABLES, 0) | {
        "health_checks": 1,
        "health_changes": 1,
        "task_failures": 1,
        "member_samples": 1,
        "post_samples": 36,
    }
    for table in (health_checks, health_changes, task_failures):
        assert await left(database, table.c.at) == [YOUNG]
    assert await left(database, member_samples.c.at) == [OLD - timedelta(days=1), YOUNG]
    assert len(await left(database, posts.c.id)) == 13
    assert len(await left(database, post_samples.c.at)) == 3


async def channel_with_posts(database: Database) -> None:
    """Twelve old posts and a young one with three samples each; runs of members."""
    channel = {"bot_id": BOT, "chat_id": "-1", "type": "channel", "title": "c"}
    await write(database, channels, {"id": 1, **channel, "added_at": OLD, "look_at": OLD})
    for number in range(13):
        posted_at = YOUNG if number == 12 else OLD
        post = {"id": number + 1, "channel_id": 1, "message_id": number, "head": ""}
        await write(database, posts, {**post, "posted_at": posted_at})
        sample = {"post_id": number + 1, "views": 1, "precision": 1, "raw": "1", "source": "p"}
        looks = (posted_at + timedelta(minutes=minute) for minute in range(3))
        await write(database, post_samples, *({**sample, "at": at, "until": at} for at in looks))
    runs = ((OLD - timedelta(days=9), OLD), (OLD - timedelta(days=1), YOUNG), (YOUNG, YOUNG))
    rows = ({"channel_id": 1, "at": at, "until": until, "members": 5} for at, until in runs)
    await write(database, member_samples, *rows)


@pytest.mark.parametrize("days", [0, -1, 0.5, True, "30", 10**9])
async def test_less_than_a_day_is_refused(sqlite_url: str, days: Any) -> None:
    with pytest.raises(InvalidInput, match="days: "):
        await remove_older(Database(sqlite_url), BOT, days)


async def test_claims_go_on_while_two_cleanups_remove_the_same(database: Database) -> None:
    bench, other, third = Bench(database), beside(database), beside(database)
    await fill(database, Rows(MANY, "sent", "'' || n", "-1", ended_s="-90 * 86400"))
    await fill(database, Rows(40, "scheduled", "'due ' || n", "-1"))
    cleaning = asyncio.gather(*(remove_older(each, BOT, DAYS) for each in (other, third)))
    claimed, seen = 0, {MANY}
    while not cleaning.done():
        claimed += len(await bench.claim(claimed + 1))
        async with database.reading() as connection:
            sent = select(func.count()).where(messages.c.state == "sent")
            seen.add(await connection.scalar(sent) or 0)
    assert sum(each["messages"] for each in await cleaning) == MANY
    assert claimed > 3
    assert seen - {0, MANY}, "all was removed at once: claims would wait for that"
    await other.close()
    await third.close()


async def test_a_message_under_a_persons_hands_is_left_to_the_next_cleanup(
    postgres_url: str,
) -> None:
    """On SQLite a cleanup waits for its turn, and then sees what the person has done."""
    database, other = Database(postgres_url, patience_s=5), Database(postgres_url)
    await schema.migrate(database)
    failed = await place(Bench(database), "failed", State.FAILED, OLD)
    async with other.writing() as connection:
        await connection.execute(update(messages).values(state="scheduled", ended_at=None))
        found = await remove_older(database, BOT, DAYS)
    assert found["messages"] == 0
    assert await left(database, messages.c.id) == [failed]
    await other.close()
    await database.close()


async def test_a_cleanup_reads_what_it_removes_and_not_the_table(database: Database) -> None:
    for state, days in (("sent", 40), ("uncertain", 41)):
        ended_s = f"-{days} * 86400 - n"
        await fill(database, Rows(ROWS // 2, state, f"'{state}' || n", "0", ended_s=ended_s))
    await fill(database, Rows(15_000, "sent", "'' || n", "1", ended_s="-n"))
    async with database.writing() as connection:
        await connection.execute(text("ANALYZE"))
    plans = Plans(database)
    async with plans.of("cleanup"):
        found = await remove_older(database, BOT, DAYS)
    assert found["messages"] == ROWS // 2
    # The index has no id: those that ended at one moment are sorted, a few at a time.
    bad = [
        f"{fault}\n{plan.text}"
        for plan in plans.found
        for fault in plan.faults
        if not fault.startswith("Incremental Sort")
    ]
    assert not bad, "\n".join(bad)
    assert plans.work["cleanup"] <= {"postgresql": 6, "sqlite": 700}[database.dialect] * ROWS


@pytest.fixture
def runtime(sqlite_url: str) -> Any:
    settings = Settings.model_validate({"bot_token": f"{BOT}:a", "database_url": sqlite_url})
    made = Runtime(settings)
    yield made
    made.close()


async def test_the_task_does_a_slice_and_says_that_there_is_more(runtime: Runtime) -> None:
    await asyncio.to_thread(two_slices, runtime)


def two_slices(runtime: Runtime) -> None:
    database = runtime.ledger.database
    runtime.run(schema.migrate(database))
    runtime.run(fill(database, Rows(MANY, "sent", "'' || n", "-1", ended_s="-90 * 86400")))
    first = runtime.call(housekeeping.remove_old(runtime, DAYS, slice_s=0))
    assert (first["messages"], first["more"]) == (ROWS, 1)
    rest = runtime.call(housekeeping.remove_old(runtime, DAYS))
    assert (rest["messages"], rest["more"]) == (MANY - ROWS, 0)
