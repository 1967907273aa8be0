"""The ledger's statements read what they return, and not the table.

Each statement is explained in the moment before it runs, with the values that it runs with, on
tables as they grow: all sent long ago, a backlog to one chat, posts and broadcasts of next week.
"""

import asyncio
from collections.abc import Callable
from zoneinfo import available_timezones

import pytest
from sqlalchemy import insert, text, update

from core.message import Claim, State
from core.outcome import Retryable, Sent
from core.partners import Returned
from infra.db.broadcast_report import BroadcastReport
from infra.db.engine import Database
from infra.db.moments import plus
from infra.db.tables import broadcast_lanes, messages
from infra.db.tables import broadcasts as broadcast_rows
from tests.integration.conftest import BOT, Bench, request, soon
from tests.integration.query_plans import Plans, Rows, fill

CAPACITY = 200
# A claim and a mark read a handful of rows for each message, and nothing for the others.
MOST_WORK = {"postgresql": 15 * CAPACITY, "sqlite": 600 * CAPACITY}


def a_backlog_to_one_chat(size: int) -> list[Rows]:
    return [
        Rows(size // 2, "sent", "'' || (n % 1000)", "-100000 - n"),
        Rows(size // 2, "scheduled", "'one'", "-n / 10.0"),
        Rows(CAPACITY // 4, "scheduled", "'other ' || n", "-1000000"),
    ]


def posts_for_next_week(size: int) -> list[Rows]:
    return [
        Rows(size // 2, "sent", "'' || (n % 1000)", "-100000 - n"),
        Rows(size // 2, "scheduled", "'' || (n % 1000)", "3600 + n"),
        Rows(CAPACITY // 2, "scheduled", "'soon ' || n", "0"),
    ]


def broadcasts(size: int) -> list[Rows]:
    """The first is under way, the second waits for next week."""
    return [
        Rows(size // 2, "sent", "'' || n", "-100", 1),
        Rows(size // 4, "scheduled", "'more ' || n", "-50", 1),
        Rows(size // 4, "scheduled", "'' || n", "600000", 2),
        Rows(CAPACITY // 4, "scheduled", "'soon ' || n", "0"),
    ]


def zones(size: int) -> list[Rows]:
    """The second is open in forty zones, open with nothing left in others, and closed in the first,
    where it waits for most.
    """
    return [
        Rows(size // 4, "scheduled", "'more ' || n", "-50", 1),
        Rows(size // 2, "scheduled", "'' || n", "-50", 2, lane="1"),
        Rows(size // 4, "scheduled", "'open ' || n", "-50", 2, lane="2 + n % 40"),
        Rows(CAPACITY // 4, "scheduled", "'soon ' || n", "0"),
    ]


Table = Callable[[int], list[Rows]]
NAMES = {"is_busy", "room", "claim", "mark", "give_back", "record", "release_dead", "end_lost"}
TABLES: list[Table] = [a_backlog_to_one_chat, posts_for_next_week, broadcasts, zones]


@pytest.fixture
def database(fresh_database: Database) -> Database:
    return fresh_database


async def a_table(database: Database, rows: list[Rows]) -> Bench:
    bench = Bench(database)
    for key, due_at in (("first", None), ("second", soon(600_000))):
        await bench.ledger.intake.schedule_broadcast(request(key, "", due_at=due_at), ["0"])
    for part in rows:
        await fill(database, part)
    if any(part.lane != "0" for part in rows):
        await cut_in_lanes(database)
    async with database.writing() as connection:
        await connection.execute(text("ANALYZE"))
    return bench


async def cut_in_lanes(database: Database) -> None:
    """The second broadcast: its first lane is closed, sixty are open."""
    now = await database.now()
    gap = (now.minute + 20) % 60  # a minute of the day, which is now in no zone
    hours = {"hours_from": gap + 1, "hours_to": gap, "hours_zone": "UTC", "own_zones": True}
    begun = {"wanted_at": soon(-50), "opens_at": soon(-50)}
    names = ["UTC", *sorted(available_timezones() - {"UTC"})[:60]]
    rows = [
        {"broadcast_id": 2, "lane": lane, "zone": zone, "opens_at": soon(-50)}
        for lane, zone in enumerate(names, 1)
    ]
    rows[0]["opens_at"] = soon(3600)
    async with database.writing() as connection:
        this = update(broadcast_rows).where(broadcast_rows.c.id == 2)
        await connection.execute(this.values(**hours, **begun))
        await connection.execute(insert(broadcast_lanes), rows)
        whole = (messages.c.broadcast_id == 2, messages.c.lane == 0)
        await connection.execute(update(messages).where(*whole).values(lane=1))


async def a_cycle(bench: Bench, plans: Plans) -> None:
    """Everything that workers do with a message, to about CAPACITY of them."""
    ledger = bench.ledger
    async with plans.of("is_busy"):
        await ledger.claims.is_busy(3)
    async with plans.of("room"):
        assert (await ledger.claims.room(3, CAPACITY, CAPACITY)).unpaid
    async with plans.of("claim"):
        claims = await bench.claim(CAPACITY, 3)
    assert claims
    async with plans.of("mark"):
        sendings = await asyncio.gather(*map(ledger.mark_sending, one_a_chat(claims)))
    marked = [sending for sending in sendings if sending is not None]
    async with plans.of("give_back"):
        await asyncio.gather(*(ledger.give_back(Returned(claim, 1)) for claim in claims[-10:]))
    async with plans.of("record"):
        await asyncio.gather(
            *(
                bench.end(sending, Sent((1,)) if place % 2 else Retryable("connect"))
                for place, sending in enumerate(marked[:-1])
            )
        )
    await ledger.renew([sending.claim for sending in marked])
    await run_out_of_lease(bench, claims)
    async with plans.of("release_dead"):
        await ledger.claims.release_dead()
    async with plans.of("end_lost"):
        assert await ledger.rescue.end_lost() == [marked[-1].claim.id]


def one_a_chat(claims: list[Claim]) -> list[Claim]:
    """As the sender marks them: those of one chat in turn, others at once."""
    return list({claim.chat_id: claim for claim in reversed(claims)}.values())


async def run_out_of_lease(bench: Bench, claims: list[Claim]) -> None:
    ids = [claim.id for claim in claims]
    late = update(messages).where(messages.c.id.in_(ids), messages.c.lease_until.is_not(None))
    async with bench.database.writing() as connection:
        await connection.execute(late.values(lease_until=plus(messages.c.lease_until, -60)))


def complain(plans: Plans, dialect: str) -> list[str]:
    """Each statement with a bad plan, or that does more work than its messages need."""
    bad = [
        f"{plan.name}: {'; '.join(plan.faults)}\n{plan.text}" for plan in plans.found if plan.faults
    ]
    for name, work in plans.work.items():
        if work > MOST_WORK[dialect]:
            texts = [plan.text for plan in plans.found if plan.name == name]
            bad.append("\n".join([f"{name}: {work} is too much work", *texts]))
    return bad


async def look(database: Database, rows: list[Rows]) -> None:
    bench = await a_table(database, rows)
    plans = Plans(database)
    await a_cycle(bench, plans)
    assert {plan.name for plan in plans.found} == NAMES
    bad = complain(plans, database.dialect)
    assert not bad, "\n\n".join(bad)


async def look_at_unreached(database: Database, size: int) -> None:
    blocked, lost = CAPACITY // 2, CAPACITY // 4
    rows = [
        Rows(size, "sent", "'' || n", "-100", 1),
        Rows(blocked, "failed", "'' || (-n)", "-100", 1, reason="'blocked'"),
        Rows(lost, "uncertain", "'' || (-1000000 - n)", "-100", 1, reason="'timeout'"),
        Rows(size // 4, "cancelled", "'off ' || n", "-100", 2, reason="'broadcast cancelled'"),
    ]
    bench, plans = await a_table(database, rows), Plans(database)
    report, retry = BroadcastReport(database, BOT), bench.ledger.broadcast_retry
    async with plans.of("reasons"):
        told = await report.reasons(1)
    assert [each.recipients for each in told] == [blocked, lost]
    async with plans.of("pages"):
        pages = [len(page) async for page in report.pages(1, [State.FAILED, State.UNCERTAIN])]
    assert pages == [blocked, lost]
    async with plans.of("retry"):
        assert [count async for count in retry.slices(1)] == [blocked]
    bad = complain(plans, database.dialect)
    assert not bad, "\n\n".join(bad)


@pytest.mark.parametrize("table", TABLES)
async def test_no_statement_reads_more_than_it_needs(database: Database, table: Table) -> None:
    await look(database, table(20_000))


async def test_who_was_not_reached_is_found_without_those_who_were(database: Database) -> None:
    await look_at_unreached(database, 20_000)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_nor_is_a_million_read_for_it(database: Database) -> None:
    await look_at_unreached(database, 1_000_000)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("table", TABLES)
async def test_nor_among_a_million_messages(database: Database, table: Table) -> None:
    await look(database, table(1_000_000))
