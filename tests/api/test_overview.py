"""The overview: a day's figures are the reader's day's, and what is shown is what there is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from core.channel import Facts
from core.health import Health, HealthState, Part
from core.local_days import begins
from core.message import State
from core.person import Role
from infra.celery.figures import Sampler
from infra.db.engine import Database
from infra.db.figures import Figures
from infra.db.health import HealthBook
from infra.db.metrics import Metrics
from infra.db.next_posts import NextPosts
from infra.db.tables import messages
from infra.db.today import DayFigures, Days
from infra.db.troubles import Troubles, count_troubles
from tests.api.posts_rows import posts
from tests.api.web import BOT_ID, Web
from tests.integration.query_plans import Plans, Rows, fill

EVIL = "<script>alert(1)</script>\"'&"
SECOND = timedelta(seconds=1)


async def sampled(database: Database, *until: datetime) -> None:
    """Counted as a worker does it, so far each time."""
    sampler = Sampler(database, BOT_ID, 30, lambda _: None)
    for moment in until:
        await sampler.count(moment)


async def figures(database: Database, zone: str, now: datetime) -> list[DayFigures]:
    """Of the day before, and of the day."""
    its_zone = ZoneInfo(zone)
    today = now.astimezone(its_zone).date()
    edges = [begins(today - timedelta(days=1), its_zone), begins(today, its_zone), now]
    return await Days(database, BOT_ID).figures(edges)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "UTC"])
@pytest.mark.parametrize("counted", [True, False])
async def test_a_day_begins_at_the_readers_midnight(web: Web, zone: str, counted: bool) -> None:
    """On the day, of 25 hours in Berlin, on which clocks go back; samples are at odd moments."""
    database, its_zone = web.office.database, ZoneInfo(zone)
    day = datetime(2026, 10, 25, tzinfo=UTC).date()
    midnight, next_one = begins(day, its_zone), begins(day + timedelta(days=1), its_zone)
    before = [midnight - SECOND, midnight - timedelta(minutes=7)]
    during = [midnight, midnight + SECOND, midnight + timedelta(hours=13), next_one - SECOND]
    after = [next_one, next_one + timedelta(minutes=4), next_one + timedelta(minutes=20)]
    rows = [{"at": each, "state": "sent"} for each in (*before, *during, *after)]
    await posts(database, *rows, {"at": during[2], "state": "failed", "reason": "blocked"})
    now = next_one + timedelta(minutes=25)
    if counted:
        starts = midnight - timedelta(minutes=17)
        await sampled(database, starts, midnight + 3 * SECOND, next_one + 100 * SECOND)
        await sampled(database, now - timedelta(minutes=3))
    yesterday, today = await figures(database, zone, now)
    assert yesterday.ended == {State.SENT: 4, State.FAILED: 1}
    assert today.ended == {State.SENT: 3}
    assert not today.more


async def test_late_are_posts_sent_ten_seconds_after_their_time_or_later(
    web_on_either: Web,
) -> None:
    database, noon = web_on_either.office.database, datetime(2026, 10, 25, 12, tzinfo=UTC)
    late = {"at": noon, "state": "sent"}
    for again in (timedelta(), timedelta(hours=1)):
        sent = [noon + again + timedelta(seconds=s) for s in (9.999, 10, 900)]
        rows = [{**late, "at": noon + again, "sent_at": each, "ended_at": each} for each in sent]
        of_broadcast = {**rows[2], "broadcast_id": 5, "chat_id": f"{again}"}
        await posts(database, *rows, of_broadcast)
    await sampled(database, noon - SECOND, noon + timedelta(minutes=30))
    [found] = await Days(database, BOT_ID).figures(
        [noon - 12 * timedelta(hours=1), noon + timedelta(hours=3)]
    )
    assert (found.late, found[State.SENT]) == (4, 8)
    assert await Figures(database, BOT_ID).late(noon, noon + timedelta(minutes=30)) == 2


async def test_what_nobody_has_counted_yet_is_counted_and_leaves_no_mark(web: Web) -> None:
    """Else a worker would begin there, and never count what is before."""
    database, now = web.office.database, datetime.now(UTC)
    await posts(database, {"at": now - SECOND, "state": "sent"})
    _, today = await figures(database, "UTC", now)
    assert today[State.SENT] == 1
    assert await Metrics(database, BOT_ID).counted_until() is None


async def test_the_next_posts_are_those_due_first_and_series_among_them(web_on_either: Web) -> None:
    database, now = web_on_either.office.database, datetime.now(UTC)
    hour = timedelta(hours=1)
    await posts(
        database,
        *({"at": now + n * hour, "text": f"{n}"} for n in (3, 1, 2)),
        {"at": now, "text": "now", "state": "queued", "lease_until": now + hour, "token": 5},
        {"at": now - hour, "text": "over", "state": "sent"},
        {"at": now - 2 * hour, "text": "before", "state": "failed"},
        {"at": now, "broadcast_id": 5, "chat_id": "7", "text": "no post"},
    )
    next_posts = NextPosts(database, BOT_ID)
    coming = [each.message.content.text for each in await next_posts.coming(3) if each.message]
    assert coming == ["now", "1", "2"]
    past = [each.content.text for each in await next_posts.past(9)]
    assert past == ["now", "over", "before"]


async def test_troubles_are_the_uncertain_and_the_posts_that_failed_lately(web: Web) -> None:
    database, now = web.office.database, datetime.now(UTC)
    await posts(
        database,
        {"at": now, "state": "failed"},
        {"at": now - timedelta(days=8), "state": "failed"},
        {"at": now - timedelta(days=90), "state": "uncertain"},
        {"at": now, "state": "failed", "broadcast_id": 5, "chat_id": "7"},
        {"at": now, "state": "cancelled"},
    )
    assert await count_troubles(database, BOT_ID) == Troubles(failed=1, uncertain=1)
    async with web.logged_in() as owner:
        badge = (await owner.get("/menu/troubles")).text
    assert ">2<" in badge


async def test_the_page_tells_it_and_escapes_what_others_wrote(web: Web) -> None:
    office, now = web.office, datetime.now(UTC)
    await office.channels.add(Facts("-1001", "channel", EVIL, None, None))
    await posts(
        office.database,
        {"at": now + timedelta(hours=1), "text": f"next {EVIL}"},
        {"at": now - SECOND, "text": f"last {EVIL}", "state": "sent"},
    )
    ill = Part("governor", HealthState.DEGRADED, f"slow {EVIL}", "look at it")
    await HealthBook(office.database, BOT_ID).record(Health((ill,), now, 3))
    async with web.logged_in() as owner:
        page, part = await owner.get("/"), await owner.get("/overview/now")
    for answer, told in ((page, ("next ", "last ", "slow ")), (part, ("next ", "slow "))):
        assert answer.status == 200
        assert all(each in answer.text for each in told)
        assert "<script>alert" not in answer.text
    assert "Welcome" not in page.text


async def test_where_nothing_is_the_first_steps_are_told(web: Web) -> None:
    async with web.logged_in() as owner:
        first = (await owner.get("/")).text
    assert "Add a channel" in first
    assert 'href="/compose"' in first
    async with web.logged_in(Role.VIEWER) as viewer:
        page = (await viewer.get("/")).text
    assert 'href="/compose"' not in page


async def test_the_page_reads_what_it_shows_however_much_there_is(web_on_either: Web) -> None:
    """All of a broadcast has ended, and is counted."""
    database = web_on_either.office.database
    await fill(database, Rows(10_000, "sent", "'' || n", "-3000", 1, ended_s="-3000 + n / 10.0"))
    await fill(database, Rows(10_000, "scheduled", "'' || n", "90000 + n"))
    async with database.writing() as connection:
        await connection.execute(update(messages).values(bot_id=BOT_ID))
    now = datetime.now(UTC)
    await sampled(database, now - timedelta(hours=2), now)
    plans = Plans(database)
    async with web_on_either.logged_in() as owner, plans.of("overview"):
        assert (await owner.get("/overview/now")).status == 200
    assert [fault for plan in plans.found for fault in plan.faults] == []
    # Beside what waits, which is counted by an index up to ten thousand.
    assert plans.work["overview"] < {"postgresql": 12_000, "sqlite": 200_000}[database.dialect]
