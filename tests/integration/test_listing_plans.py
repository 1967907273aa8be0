"""A page of any listing reads a page's worth of rows, and never all there are."""

import pytest
from sqlalchemy import text

from core.message import FINAL, POSTS, State
from infra.db.engine import Database
from infra.db.listing import Listing, Wanted
from tests.integration.conftest import BOT, Bench, request, soon
from tests.integration.query_plans import Plans, Rows, fill

PAGE = 50
# Rows read for two pages and their messages, on Postgres; steps of its machine, on SQLite.
MOST_WORK = {"postgresql": 25 * PAGE, "sqlite": 700 * PAGE}
TROUBLE = sorted(FINAL - {State.SENT})

SERVED = {
    "all": Wanted(),
    "posts": Wanted(broadcast_id=POSTS),
    "waiting": Wanted(states=[State.SCHEDULED, State.QUEUED]),
    "waiting posts": Wanted(states=[State.SCHEDULED, State.QUEUED], broadcast_id=POSTS),
    "sending": Wanted(states=[State.SENDING]),
    "sent": Wanted(states=[State.SENT]),
    "sent posts": Wanted(states=[State.SENT], broadcast_id=POSTS),
    "failed": Wanted(states=[State.FAILED]),
    "trouble": Wanted(states=TROUBLE),
    "failed so": Wanted(states=[State.FAILED], reason="rare"),
    "a chat": Wanted(chat_id="7"),
    "a chat's waiting": Wanted(chat_id="7", states=[State.SCHEDULED]),
    "a time": Wanted(since=soon(3_600), until=soon(7_200)),
    "a broadcast": Wanted(broadcast_id=1),
    "a broadcast's waiting": Wanted(broadcast_id=2, states=[State.SCHEDULED]),
    "a broadcast's failed": Wanted(broadcast_id=1, states=[State.FAILED]),
    "a broadcast's failed so": Wanted(broadcast_id=1, states=[State.FAILED], reason="rare"),
    "a series": Wanted(series_id=4),
}


def a_ledger(size: int) -> list[Rows]:
    """Posts of the past and of the weeks to come, one broadcast sent and one waiting."""
    tenth = size // 10
    return [
        Rows(2 * tenth, "sent", "'' || (n % 1000)", "-100000 - n", ended_s="-100000 - n"),
        Rows(2 * tenth, "scheduled", "'' || (n % 1000)", "n"),
        Rows(tenth, "failed", "'' || n", "-900000 - n", ended_s="-n", reason="'content'"),
        Rows(60, "failed", "'x' || n", "-900000", ended_s="-100000", reason="'rare'"),
        Rows(2 * tenth, "sent", "'' || n", "-100", 1, ended_s="-n / 100.0"),
        Rows(60, "failed", "'r' || n", "-100", 1, ended_s="-50 - n / 1000.0", reason="'rare'"),
        Rows(tenth, "failed", "'c' || n", "-100", 1, ended_s="-60 - n / 100.0", reason="'blocked'"),
        Rows(2 * tenth, "scheduled", "'' || n", "600000", 2),
    ]


async def in_time_and_in_a_series(database: Database) -> None:
    """All are wanted when they are due; a hundred of those that wait are of one series."""
    these = "SELECT id FROM messages WHERE state = 'scheduled' ORDER BY id LIMIT 100"
    recurring = "UPDATE messages SET series_id = 4, occurrence_at = due_at WHERE id IN"
    async with database.writing() as connection:
        await connection.execute(text("UPDATE messages SET wanted_at = due_at"))
        await connection.execute(text(f"{recurring} ({these})"))
        await connection.execute(text("ANALYZE"))


async def look(database: Database, size: int) -> None:
    bench = Bench(database)
    for key, due_at in (("first", None), ("second", soon(600_000))):
        await bench.ledger.intake.schedule_broadcast(request(key, "", due_at=due_at), ["0"])
    for part in a_ledger(size):
        await fill(database, part)
    await in_time_and_in_a_series(database)
    plans = Plans(database)
    for name, wanted in SERVED.items():
        async with plans.of(name):
            await two_pages(database, wanted)
    bad = []
    for name, work in plans.work.items():
        if work > MOST_WORK[database.dialect]:
            texts = [each.text for each in plans.found if each.name == name]
            bad.append("\n".join([f"{name}: {work} is too much work", *texts]))
    assert not bad, "\n\n".join(bad)


async def two_pages(database: Database, wanted: Wanted) -> None:
    listing = Listing(database, BOT)
    page = await listing.page(wanted, PAGE)
    if page.next is not None:
        page = await listing.page(wanted, PAGE, page.next)
        assert page.items


async def test_a_page_reads_what_it_shows(fresh_database: Database) -> None:
    await look(fresh_database, 10_000)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_nor_does_it_read_a_million(fresh_database: Database) -> None:
    await look(fresh_database, 1_000_000)
