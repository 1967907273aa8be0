"""The calendar tells what is planned and what was sent, by the reader's days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.broadcast import Draft
from core.channel import Facts
from core.message import Content, OnUncertain, Request
from core.person import Role
from core.recurrence import Recurrence
from core.recurring_message import Missed
from infra.db.broadcasts import Broadcasts
from infra.db.series import Series
from infra.db.tables import messages
from tests.api.posts_rows import posts
from tests.api.web import BOT_ID, Answer, Asker, Web
from tests.integration.query_plans import Plans, Rows, fill

EVIL = "<script>alert(1)</script>\"'&"
BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def shown(asker: Asker, since: str, until: str, **more: str) -> Any:
    answer = await asker.get("/api/v1/calendar", params={"since": since, "until": until, **more})
    assert answer.status == 200, answer.text
    return answer.json


def request(key: str = "k", text: str = "again", chat_id: str = "-1001") -> Request:
    content = Content("sendMessage", {"text": text})
    return Request(chat_id, content, None, key, OnUncertain.PARK, 6)


async def recurring(web: Web, rule: str, starts: datetime, zone: str = BERLIN) -> int:
    made = await Series(web.office.database, BOT_ID).create(
        request(f"series {rule}"), Recurrence(rule, zone, starts), Missed.SEND
    )
    return made.series.id


async def test_a_day_is_that_of_the_zone_on_the_day_of_the_change_too(
    web_on_either: Web,
) -> None:
    # Clocks go forward: it is 23 hours long.
    inside = [at("2027-03-27T23:00:00"), at("2027-03-28T21:59:59.999999")]
    outside = [at("2027-03-27T22:59:59.999999"), at("2027-03-28T22:00:00")]
    rows = [{"at": each, "text": each.isoformat()} for each in (*inside, *outside)]
    await posts(web_on_either.office.database, *rows)
    async with web_on_either.with_key() as api:
        found = await shown(api, "2027-03-28", "2027-03-29", zone="europe/berlin")
        whole = await shown(api, "2027-03-27", "2027-03-30", zone=BERLIN)
    assert [datetime.fromisoformat(each["at"]) for each in found["items"]] == inside
    assert (found["zone"], found["more"]) == (BERLIN, {})
    assert len(whole["items"]) == 4


async def test_of_a_full_day_the_first_are_shown_and_the_others_counted_up_to_a_bound(
    web_on_either: Web,
) -> None:
    database, day = web_on_either.office.database, at("2027-05-01T06:00:00")
    few = [{"at": day + timedelta(minutes=n)} for n in range(35)]
    many = [{"at": day + timedelta(days=1, seconds=n)} for n in range(1_100)]
    await posts(database, *reversed(few), *many, {"at": day, "broadcast_id": 5, "chat_id": "7"})
    async with web_on_either.with_key() as api:
        found = await shown(api, "2027-04-20", "2027-06-20")
    assert found["more"] == {"2027-05-01": 5, "2027-05-02": 1_000}
    times = [each["at"] for each in found["items"]]
    assert len(times) == 60
    assert times == sorted(times)
    assert datetime.fromisoformat(times[29]) == day + timedelta(minutes=29)


async def test_one_chat_alone(web: Web, api: Asker) -> None:
    day = at("2027-05-01T06:00:00")
    await posts(web.office.database, {"at": day}, {"at": day, "chat_id": "@other", "text": "its"})
    found = await shown(api, "2027-05-01", "2027-05-02", chat_id="@Other")
    assert [each["text"] for each in found["items"]] == ["its"]


async def test_what_waits_can_be_moved_and_what_is_over_cannot(web: Web, api: Asker) -> None:
    ahead, before = datetime.now(UTC) + timedelta(hours=2), datetime.now(UTC) - timedelta(hours=2)
    await posts(
        web.office.database,
        {"at": ahead, "text": "waits"},
        {"at": ahead, "text": "off", "state": "cancelled"},
        {"at": before, "text": "overdue"},
        {"at": before, "text": "sent", "state": "sent"},
    )
    since, until = (before - timedelta(days=1)).date(), (ahead + timedelta(days=1)).date()
    found = await shown(api, f"{since}", f"{until}")
    assert [each["text"] for each in found["items"] if each["movable"]] == ["waits"]


async def test_a_series_is_shown_from_its_first_time_without_a_message_on(web: Web) -> None:
    """By the clock on its wall: one hour earlier in UTC once clocks have gone forward."""
    series_id = await recurring(web, "FREQ=DAILY", datetime(2027, 3, 26, 9, 0))  # noqa: DTZ001
    async with web.with_key() as api:
        found = await shown(api, "2027-03-25", "2027-03-30", zone=BERLIN)
    assert [each["at"] for each in found["items"]] == [
        "2027-03-26T08:00:00Z",
        "2027-03-27T08:00:00Z",
        "2027-03-28T07:00:00Z",
        "2027-03-29T07:00:00Z",
    ]
    kinds = {(each["kind"], each["series_id"], each["movable"]) for each in found["items"]}
    assert kinds == {("occurrence", series_id, False)}


async def test_a_series_that_comes_all_day_is_shown_a_few_times_a_day(web: Web) -> None:
    await recurring(web, "FREQ=MINUTELY;INTERVAL=5", datetime(2027, 5, 1, 12, 0), "UTC")  # noqa: DTZ001
    async with web.with_key() as api:
        found = (await shown(api, "2027-04-20", "2027-05-04"))["items"]
    assert [each["at"][8:16] for each in found if each["and_more"]] == [
        "01T12:25",
        "02T00:25",
        "03T00:25",
    ]
    assert len(found) == 18


async def test_a_paused_series_has_nothing_to_come(web: Web, api: Asker) -> None:
    series_id = await recurring(web, "FREQ=DAILY", datetime(2027, 3, 26, 9, 0))  # noqa: DTZ001
    await Series(web.office.database, BOT_ID).pause(series_id)
    assert (await shown(api, "2027-03-25", "2027-03-30"))["items"] == []


async def test_a_broadcast_is_shown_where_it_begins_and_a_draft_is_not(
    web: Web, api: Asker
) -> None:
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    desk = Broadcasts(web.office.database, BOT_ID)
    await desk.create(Draft(request("draft"), name="a draft"))
    asked = replace(request("planned", "To all"), due_at=begins)
    planned = await web.office.ledger.intake.schedule_broadcast(asked, ["1"])
    since, until = datetime.now(UTC).date(), (begins + timedelta(days=1)).date()
    [item] = (await shown(api, f"{since}", f"{until}"))["items"]
    assert (item["kind"], item["id"], item["text"]) == ("broadcast", planned.broadcast_id, "To all")
    assert (item["state"], item["total"]) == ("scheduled", 1)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"since": "2027-01-01", "until": "2027-03-05"}, "until"),
        ({"since": "2027-01-01", "until": "2027-01-01"}, "until"),
        ({"since": "2027-01-02", "until": "2027-01-01"}, "until"),
        ({"since": "0001-01-01", "until": "0001-01-02"}, "since"),
        ({"since": "2027-01-01", "until": "9999-12-31"}, "until"),
        ({"since": "yesterday", "until": "2027-01-01"}, "since"),
        ({"since": "2027-01-01"}, "until"),
        ({"since": "2027-01-01", "until": "2027-01-02", "zone": "Mars/Base"}, "zone"),
        ({"since": "2027-01-01", "until": "2027-01-02", "zone": "../etc\0"}, "zone"),
        ({"since": "2027-01-01", "until": "2027-01-02", "chat_id": "' OR 1=1"}, "chat_id"),
    ],
)
async def test_bounds_are_told_by_their_field(
    api: Asker, asked: dict[str, str], field: str
) -> None:
    answer = await api.get("/api/v1/calendar", params=asked)
    assert (answer.status, answer.fields) == (422, {field})


async def test_nobody_sees_it_and_another_bots_posts_are_not_in_it(web: Web, api: Asker) -> None:
    await posts(web.office.database, {"at": at("2027-05-01T06:00:00"), "bot_id": BOT_ID + 1})
    path = "/api/v1/calendar?since=2027-05-01&until=2027-05-02"
    async with web.nobody() as nobody:
        assert (await nobody.get(path)).status == 401
        assert (await nobody.get("/calendar")).status == 303
    assert (await api.get(path)).json["items"] == []


async def test_titles_and_texts_are_escaped_on_the_page_and_in_the_panel(web: Web) -> None:
    facts = Facts("-1001", "channel", EVIL, None, None)
    await web.office.channels.add(facts)
    [message_id] = await posts(web.office.database, {"at": at("2027-05-01T06:00:00"), "text": EVIL})
    async with web.logged_in() as owner:
        page = await owner.get("/calendar")
        panel = await owner.get(f"/calendar/message/{message_id}")
        series = await owner.get("/calendar/series/99999")
        broadcast = await owner.get(f"/calendar/broadcast/{2**63}")
    for answer in (page, panel):
        assert answer.status == 200
        assert "alert(1)" in answer.text
        assert "<script>alert" not in answer.text
    assert (series.status, broadcast.status) == (404, 404)


async def test_a_viewer_is_offered_nothing_that_he_may_not_do(web: Web) -> None:
    ahead = datetime.now(UTC) + timedelta(days=1)
    [message_id] = await posts(web.office.database, {"at": ahead})
    found: dict[Role, Answer] = {}
    for role in (Role.OWNER, Role.VIEWER):
        async with web.logged_in(role) as person:
            found[role] = await person.get(f"/calendar/message/{message_id}")
    assert "/cancel" in found[Role.OWNER].text
    assert "hx-post" not in found[Role.VIEWER].text


async def test_it_reads_what_it_shows_however_much_there_is(web_on_either: Web) -> None:
    database = web_on_either.office.database
    await fill(database, Rows(10_000, "scheduled", "'' || n", "90000 + n / 10.0"))
    await fill(database, Rows(10_000, "sent", "'' || n", "-100", 1, ended_s="-100"))
    async with database.writing() as connection:
        await connection.execute(update(messages).values(bot_id=BOT_ID))
    plans = Plans(database)
    today = datetime.now(UTC).date()
    async with web_on_either.with_key() as api, plans.of("calendar"):
        await shown(api, f"{today - timedelta(days=20)}", f"{today + timedelta(days=20)}")
    assert [fault for plan in plans.found for fault in plan.faults] == []
    most = {"postgresql": 4_000, "sqlite": 200_000}
    assert 0 < plans.work["calendar"] <= most[database.dialect]
