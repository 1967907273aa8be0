"""The pages of posts: what they show, what they hide, and what they do with a bad address."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from core.message import Content, OnUncertain, Request
from core.person import Role
from infra.db.channel_tables import channels
from infra.db.tables import messages
from infra.db.ticks import Ticks
from infra.db.watch_tables import task_failures
from tests.api.web import BOT_ID, Web

LATER = datetime(2030, 1, 1, 12, tzinfo=UTC)
AGO = datetime(2026, 1, 1, 12, tzinfo=UTC)
EVIL = "<script>alert(1)</script>"
SAFE = "&lt;script&gt;alert(1)&lt;/script&gt;"
m = messages.c
ADDRESSES = [
    *("state=none", "since=tomorrow", "until=0001-01-01", "until=9999-12-31", "channel=x%20y"),
    *("cursor=bogus", "cursor=WzFd", "series=0", "series=" + "9" * 40, "q=a%00b", "q=" + "x" * 300),
    *("broadcast=-1", "reason=%00", "state=%3Cscript%3E", "since=%D9%A1"),
]


async def post(web: Web, text: str = "Hello", chat_id: str = "5", **values: Any) -> int:
    content = Content("sendMessage", {"text": text})
    asked = Request(chat_id, content, LATER, f"{text}{values}", OnUncertain.PARK, 3)
    message_id = (await web.office.ledger.intake.schedule(asked)).message.id
    if values:
        if values.get("state", "scheduled") != "scheduled":
            values.setdefault("ended_at", datetime.now(UTC) - timedelta(hours=1))
        async with web.office.database.writing() as connection:
            await connection.execute(update(messages).where(m.id == message_id).values(**values))
    return message_id


async def a_channel(web: Web, chat_id: str, title: str, username: str | None = None) -> None:
    now = datetime.now(UTC)
    row = {"bot_id": BOT_ID, "chat_id": chat_id, "type": "channel", "title": title}
    row |= {"username": username, "preview": False, "added_at": now, "look_at": now}
    async with web.office.database.writing() as connection:
        await connection.execute(insert(channels).values(**row))


async def test_the_queue_filters_by_what_its_address_says(web: Web) -> None:
    await post(web, "First words", "5")
    await post(web, "ПРИВЕТ", "-1001")
    await post(web, "Long gone", "5", state="sent", sent_at=AGO, wanted_at=AGO)
    async with web.logged_in() as owner:
        shown = {
            query: (await owner.get(f"/queue?{query}")).text
            for query in (
                "",
                "state=sent",
                "state=all",
                "q=привет",
                "channel=-1001",
                "since=2030-01-01&until=2030-01-01",
                "since=2030-01-03",
                "state=sending",
            )
        }
    found = {
        query: {word for word in ("First words", "ПРИВЕТ", "Long gone") if word in text}
        for query, text in shown.items()
    }
    assert found == {
        "": {"First words", "ПРИВЕТ"},
        "state=sent": {"Long gone"},
        "state=all": {"First words", "ПРИВЕТ", "Long gone"},
        "q=привет": {"ПРИВЕТ"},
        "channel=-1001": {"ПРИВЕТ"},
        "since=2030-01-01&until=2030-01-01": {"First words", "ПРИВЕТ"},
        "since=2030-01-03": set(),
        "state=sending": set(),
    }
    assert "Nothing fits" in shown["since=2030-01-03"]


async def test_pages_follow_each_other(web: Web) -> None:
    for n in range(52):
        await post(web, f"Post number {n:02}.")
    async with web.logged_in() as owner:
        first = (await owner.get("/queue")).text
        link = first.partition("cursor=")[2].partition('"')[0]
        second = (await owner.get(f"/queue?cursor={link}")).text
    assert (first.count("Post number"), second.count("Post number")) == (2 * 50, 2 * 2)
    assert "Back to the start" in second


async def test_a_bad_address_gives_a_page_that_says_so(web: Web) -> None:
    async with web.logged_in() as owner:
        for address in ADDRESSES:
            answer = await owner.get(f"/queue?{address}")
            assert answer.status == 200, address
            assert "This address cannot be read" in answer.text, address
            assert "<script>" not in answer.text.partition("<main")[2].partition("</main")[0]
        for missing in ("/messages/999", "/messages/0", f"/messages/{2**63}"):
            assert (await owner.get(missing)).status == 404


async def test_what_others_wrote_is_shown_as_text(web: Web) -> None:
    await a_channel(web, "-1001", EVIL)
    told = {"reason": EVIL, "description": EVIL}
    failed = await post(web, EVIL, "-1001", state="failed", **told)
    ledger_id = await post(web, EVIL + "2", "-1001")
    async with web.office.database.writing() as connection:
        row = {"bot_id": BOT_ID, "at": LATER, "task": EVIL, "task_id": EVIL, "error": EVIL}
        await connection.execute(insert(task_failures).values(**row))
    addresses = [f"/messages/{failed}", f"/messages/{ledger_id}", "/queue", "/queue?state=failed"]
    async with web.logged_in() as owner:
        for address in (*addresses, "/failures", "/tasks/past", f"/queue?q={EVIL}"):
            answer = await owner.get(address)
            assert answer.status == 200, address
            assert EVIL not in answer.text, address
            assert SAFE in answer.text, address


async def test_a_message_tells_all_of_itself(web: Web) -> None:
    await a_channel(web, "-1001", "Morning news", "our_news")
    sent_at = datetime.now(UTC)
    known = {"state": "sent", "message_ids": [71], "sent_at": sent_at, "attempts": 1}
    sent = await post(web, "Hello", "-1001", **known, wanted_at=sent_at - timedelta(seconds=4))
    told = {"reason": "timeout", "description": "no answer within 10 s"}
    lost = await post(web, "Where am I?", state="uncertain", **told)
    async with web.logged_in() as owner:
        arrived = (await owner.get(f"/messages/{sent}")).text
        hidden = (await owner.get(f"/messages/{lost}")).text
    for words in ("Morning news", "https://t.me/our_news/71", "4 s", "&#34;sendMessage&#34;"):
        assert words in arrived
    for words in ("No answer in time", "no answer within 10 s", f"/api/v1/messages/{lost}/settle"):
        assert words in hidden
    assert f"/messages/{lost}/retry" not in hidden


async def test_another_bots_message_is_not_there(web: Web) -> None:
    message_id = await post(web, "A secret", state="failed", reason="content", bot_id=BOT_ID + 1)
    async with web.logged_in() as owner:
        assert (await owner.get(f"/messages/{message_id}")).status == 404
        for address in ("/queue?state=failed&broadcasts=too", "/failures"):
            assert "A secret" not in (await owner.get(address)).text


async def test_failures_stand_by_reason_with_what_to_do(web: Web) -> None:
    async with web.logged_in() as owner:
        assert "All is well" in (await owner.get("/failures")).text
        for n in range(5):
            await post(web, f"Post {n}", state="failed", reason="no rights")
        await post(web, "Other", state="uncertain", reason="http 502")
        page = (await owner.get("/failures")).text
    assert "Give it the right to post messages" in page
    assert "Telegram&#39;s server answered with an error (502)" in page
    assert 'data-reason="no rights" data-count="5"' in page
    assert page.count("/retry") == 3


async def test_viewers_see_no_buttons(web: Web) -> None:
    ids = [
        await post(web, "Waits"),
        await post(web, "Failed", state="failed", reason="content"),
        await post(web, "Lost", state="uncertain", reason="timeout"),
    ]
    addresses = ["/queue", "/queue?state=failed", "/failures", *(f"/messages/{i}" for i in ids)]
    async with web.logged_in(Role.VIEWER) as viewer:
        for address in addresses:
            page = (await viewer.get(address)).text.partition("<main")[2].partition("</main")[0]
            assert not any(
                each in page for each in ("hx-post", "hx-patch", "data-do=", 'checkbox" id="pick')
            ), address


async def test_tasks_tell_of_ticks_and_of_a_broker_that_answers(web: Web) -> None:
    await Ticks(web.office.database, BOT_ID).write({"health-check": 3_600}, {"health-check": 30})
    async with web.logged_in() as owner:
        page = (await owner.get("/tasks")).text
        past = (await owner.get("/tasks/past")).text
        now = (await owner.get("/tasks/now")).text
    assert "/tasks/now" in page
    assert "flower" in page
    row = past.partition("health-check")[2].partition("</tr>")[0]
    assert ">1 h" in row
    assert "late" in row
    assert "No worker answers" in now
