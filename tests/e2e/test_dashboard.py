"""The dashboard as people use it: a real browser, and Telegram's sandbox behind it."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from core.broadcast import BroadcastState, Tally
from core.message import OnUncertain, State
from core.person import Role
from tests.e2e.broadcasting import Direction, draft, each_once
from tests.e2e.browser import BOT, PHONE, Dashboard, dashboard
from tests.e2e.looks import complaints, whole
from tests.integration.broadcast_bench import subscribe
from tests.servers.stack import Rates

NEW_YORK = ZoneInfo("America/New_York")
MORNING, EVENING, LONG = -1001777000001, -1001777000002, -1001777000003
MORNING_NEWS, EVENING_NEWS = "Morning News", "Evening News"
LONG_TITLE = "Everything That Happened in the Old Town and Round about It, Told Every Single Day"
LONG_NAME = "everything_that_happened_here"
BLOCKED, CUT = 7001, 7002
PEOPLE = range(8001, 8041)
PASSWORD = "a horse, a battery"
RATES = Rates(bot=12, chat=0, group=0)
WITHIN_S = 15.0
QUIET_S = 1.2
MENU = (
    *("/", "/calendar", "/compose", "/queue", "/broadcasts", "/failures", "/channels"),
    *("/subscribers", "/tasks", "/settings"),
)
MORE_PAGES = ("/broadcasts/new", "/subscribers/import")
OWNERS_PAGES = ("/settings/people", "/settings/keys")
CHANGES = "main :is([hx-post], [hx-patch], [hx-delete], [data-do], [data-set-form^='/api/v1/p'])"


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[Dashboard]:
    async with dashboard(RATES) as there:
        await there.channel(MORNING, MORNING_NEWS, "morning_news")
        await there.channel(EVENING, EVENING_NEWS)
        yield there


@pytest.fixture
async def ours(running: Dashboard) -> AsyncIterator[Dashboard]:
    """The browser has nothing to complain of by the end of a test."""
    running.faults.clear()
    yield running
    assert running.faults == []


async def test_a_post_is_composed_delivered_once_and_seen_everywhere(ours: Dashboard) -> None:
    async with ours.as_one(Role.EDITOR, "grace", NEW_YORK.key) as overview:
        await overview.goto("/")
        await expect(overview.locator(".overview-live")).to_be_visible()
        page = await overview.context.new_page()
        await page.goto("/compose")
        await page.get_by_label(MORNING_NEWS).check()
        await _write_bold(page.get_by_label("Text", exact=True), "Breakfast is ready")
        await page.get_by_role("button", name="Add a row").click()
        await page.get_by_label("Text of button 1 in row 1").fill("Read on")
        await page.get_by_label("https://… of button 1 in row 1").fill("https://example.org/b")
        await expect(page.locator("#preview-text b, #preview-text strong")).to_have_text("ready")
        await expect(page.locator("#preview-keys")).to_have_text("Read on")
        await page.get_by_text("At a time", exact=True).click()
        await page.get_by_label("or in words").fill("in 3 seconds")
        await page.get_by_role("button", name=f"Schedule to {MORNING_NEWS} for").click()
        await expect(page.locator("#results")).to_contain_text("is scheduled")
        row = await ours.stack.book.row("Breakfast is <b>ready</b>")

        await page.goto("/calendar")
        entry = page.locator(".calendar-entry", has_text="Breakfast is ready")
        local = row.wanted_at.astimezone(NEW_YORK)
        await expect(entry.locator("time")).to_have_text(f"{local:%H:%M}")

        [receipt] = await ours.stack.sandbox.receipts(1, WITHIN_S, MORNING)
        assert 0 <= receipt.received_at - row.wanted_at.timestamp() < 2
        delivered = overview.locator(".overview-row", has_text="Breakfast is ready")
        await expect(delivered.filter(has_text="sent")).to_have_count(1)

        await page.goto("/queue?state=sent")
        await expect(page.locator(".queue-row", has_text="Breakfast")).to_contain_text("sent")
        await page.get_by_role("link", name="Breakfast is ready").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(MORNING_NEWS)
        await expect(page.get_by_text("Attempt 1: sent")).to_be_visible()
    [message] = await _arrived(ours, MORNING)
    assert message["text"] == "Breakfast is ready"
    assert message["entities"] == [{"type": "bold", "offset": 13, "length": 5}]
    [[button]] = message["reply_markup"]["inline_keyboard"]
    assert (button["text"], button["url"]) == ("Read on", "https://example.org/b")


async def test_a_post_dragged_over_the_night_when_clocks_change_keeps_its_time_of_day(
    ours: Dashboard,
) -> None:
    change = _clocks_change_on(datetime.now(NEW_YORK).date() + timedelta(2))
    before = datetime(change.year, change.month, change.day, 9, 30, tzinfo=NEW_YORK) - timedelta(1)
    in_s = (before - datetime.now(UTC)).total_seconds()
    post = await ours.stack.book.schedule("The clocks change tonight", EVENING, in_s=in_s)
    async with ours.as_one(Role.EDITOR, "ada", NEW_YORK.key) as page:
        await page.goto("/calendar")
        entry = page.locator(".calendar-entry", has_text="The clocks change")
        while not await _in_month(page, before.date()):
            await page.get_by_role("button", name="Next").click()
        await expect(entry.locator("time")).to_have_text("09:30")
        await _drag_to_the_next_day(page, entry)
        await expect(page.locator("#toasts")).to_contain_text(f"Moved to {change} 09:30")
    moved = await ours.stack.book.ledger.reading.get(post.id)
    assert moved.wanted_at.astimezone(NEW_YORK).replace(tzinfo=None) == before.replace(
        tzinfo=None
    ) + timedelta(1)
    assert abs(moved.wanted_at - post.wanted_at) != timedelta(1), "the clocks did not change"


async def test_nobody_comes_in_without_a_session_and_each_role_sees_what_it_may(
    ours: Dashboard,
) -> None:
    link = await ours.link_for(await ours.account(Role.OWNER, "olga"))
    async with ours.as_nobody() as page, ours.as_nobody() as second:
        for path in (*MENU, *MORE_PAGES, *OWNERS_PAGES):
            answer = await page.request.get(path, max_redirects=0)
            assert answer.status == 303, path
            assert answer.headers["location"].startswith("/login?next=/"), path
        await page.goto(link)
        await page.get_by_role("button", name="Log in").click()
        await page.wait_for_url(f"{ours.url}/")
        assert (await second.request.get(link)).status == 410
        assert (await second.request.post(link)).status == 410
        await page.goto("/settings")
        await page.get_by_role("textbox", name="Password").fill(PASSWORD)
        await page.get_by_role("button", name="Set a password").click()
        await expect(page.locator("#toasts")).to_contain_text("Your password is set")
        await second.goto("/queue?state=sent")
        await second.get_by_label("Name").fill("olga")
        await second.get_by_label("Password").fill(PASSWORD)
        await second.get_by_role("button", name="Log in").click()
        await second.wait_for_url(f"{ours.url}/queue?state=sent")
        async with ours.as_one(Role.EDITOR, "eve") as editor:
            await editor.goto("/queue")
            await _shut_out(page, "eve")
            await editor.get_by_role("link", name="Calendar").first.click()
            await editor.wait_for_url(f"{ours.url}/login?next=/calendar")


async def test_a_viewer_finds_nothing_to_press_and_is_refused_by_the_api(ours: Dashboard) -> None:
    post = await ours.stack.book.schedule("Only to be looked at", EVENING, in_s=3600)
    async with ours.as_one(Role.VIEWER, "victor") as page:
        for path in ("/calendar", "/queue", f"/messages/{post.id}", "/channels", "/subscribers"):
            await page.goto(path)
            await whole(page)
            assert await page.locator(CHANGES).count() == 0, path
        assert await page.get_by_role("link", name="Compose").count() == 0
        csrf = await page.evaluate("document.body.dataset.csrf")
        for path, body in (
            (f"messages/{post.id}/cancel", {}),
            ("messages", {"chat_id": EVENING, "text": "no"}),
            ("people", {"name": "mallory", "role": "owner"}),
        ):
            headers = {"X-CSRF-Token": csrf}
            answer = await page.request.post(f"/api/v1/{path}", data=body, headers=headers)
            assert answer.status == 403, path
    assert (await ours.stack.book.ledger.reading.get(post.id)).state is State.SCHEDULED


async def test_a_broadcast_is_paused_and_resumed_from_its_page(ours: Dashboard) -> None:
    ledger = ours.stack.book.ledger
    await subscribe(ledger.database, PEOPLE, bot_id=BOT, language_code="eo")
    async with ours.as_one(Role.EDITOR, "boris") as page:
        await page.goto("/broadcasts/new")
        await page.get_by_label("Text", exact=True).fill("Saluton!")
        await page.get_by_text("Some of them").click()
        await page.get_by_label("Speaks one of").fill("eo")
        await expect(page.locator("#plan")).to_contain_text("people get it")
        await expect(page.locator("#plan .br-people")).to_have_text("40")
        await page.get_by_role("button", name="Save the draft").click()
        await page.get_by_role("button", name="Start now").click()
        await page.evaluate("window.isTheSame = true")
        await page.get_by_role("button", name="Send it now").click()
        [news] = await ledger.broadcasts.newest(1)
        told = Direction(ours.stack, news.id, "Saluton!")
        await _moves(page, "Sent", 0)
        await page.get_by_role("button", name="Pause").click()
        await expect(page.locator("#numbers")).to_contain_text("paused")
        paused_at = time.time()
        await asyncio.sleep(QUIET_S)
        early = await told.receipts()
        assert 0 < len(early) < len(PEOPLE)
        assert max(each.received_at for each in early) - paused_at < 1
        await expect(_tile(page, "Sent")).to_have_text(str(len(early)))
        await page.get_by_role("button", name="Resume").click()
        await _moves(page, "Sent", len(early))
        done = await told.until(BroadcastState.COMPLETED, WITHIN_S)
        await expect(page.locator("#numbers")).to_contain_text("completed")
        await expect(page.locator("#numbers")).to_contain_text("40 of 40 people")
        assert await page.evaluate("window.isTheSame"), "the page was loaded anew"
    assert done.tally == Tally(40, sent=40)
    assert each_once(await told.receipts(), PEOPLE)


async def test_what_failed_is_sent_again_and_what_is_uncertain_is_settled(
    ours: Dashboard,
) -> None:
    sandbox, book = ours.stack.sandbox, ours.stack.book
    await sandbox.post("faults", kind="blocked", chat=BLOCKED)
    await sandbox.post("faults", kind="cut_after", chat=CUT, count=1)
    await book.schedule("Your table is booked", BLOCKED)
    await book.schedule("Your table is free", CUT, on_uncertain=OnUncertain.PARK)
    await book.until(lambda counts: State.FAILED in counts, WITHIN_S, "failed")
    await book.until(lambda counts: State.UNCERTAIN in counts, WITHIN_S, "uncertain")
    await sandbox.delete("faults", chat=BLOCKED)
    async with ours.as_one(Role.EDITOR, "fay") as page:
        await page.goto("/failures")
        failed = page.get_by_role("region", name="Blocked the bot")
        await expect(failed).to_contain_text("The person has blocked the bot.")
        await expect(failed).to_contain_text("Your table is booked")
        uncertain = page.get_by_role("region", name="The line was cut")
        await expect(uncertain).to_contain_text("Your table is free")
        await failed.get_by_role("button", name="Try again").click()
        await sandbox.receipts(1, WITHIN_S, BLOCKED)
        await uncertain.get_by_role("button", name="It is there").click()
        await expect(page.get_by_text("All is well")).to_be_visible()
    await book.until(lambda counts: not {State.QUEUED, State.SENDING} & counts.keys(), 5, "sent")
    assert (await book.row("Your table is booked")).state is State.SENT
    assert (await book.row("Your table is free")).state is State.SENT
    assert [len(await _arrived(ours, chat)) for chat in (BLOCKED, CUT)] == [1, 1]


async def test_a_file_of_people_is_taken_in_and_the_page_tells_which_line_is_not(
    ours: Dashboard,
) -> None:
    rows = b"id,first_name,City\n9001,Ada,London\nnobody,Bea,Bonn\n9003,Malika,Tashkent\n"
    async with ours.as_one(Role.EDITOR, "ivan") as page:
        await page.goto("/subscribers/import")
        file = FilePayload(name="friends.csv", mimeType="text/csv", buffer=rows)
        await page.locator("input[type=file]").set_input_files(file)
        await page.get_by_label("Put them on a list").fill("Friends")
        await page.get_by_role("button", name="Import").click()
        imported = page.locator(".list-group-item", has_text="friends.csv")
        await expect(imported.locator(".state-badge")).to_have_text("done")
        await expect(imported).to_contain_text("2 new")
        await expect(imported).to_contain_text("1 not taken")
        await imported.get_by_text("What was wrong").click()
        await expect(imported.locator("tbody tr")).to_contain_text("nobody")
        await expect(imported.locator("tbody td").first).to_have_text("3")
        await page.goto("/subscribers?list=Friends")
        await expect(page.locator(".su-who")).to_contain_text(["Ada", "Malika"])


async def test_the_keyboard_alone_composes_and_schedules(ours: Dashboard) -> None:
    async with ours.as_one(Role.EDITOR, "kim") as page:
        await page.goto("/tasks")
        await page.keyboard.press("n")
        await page.wait_for_url("**/compose")
        await _tab_to(page, f"input[data-title='{EVENING_NEWS}']")
        await page.keyboard.press("Space")
        await _tab_to(page, "#text")
        await page.keyboard.insert_text("Written without a mouse")
        await _tab_to(page, "[name=when]")
        await page.keyboard.press("ArrowRight")
        await _tab_to(page, "#words")
        await page.keyboard.insert_text("tomorrow 9:00")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#results")).to_contain_text(f"{EVENING_NEWS}: it is scheduled")
    row = await ours.stack.book.row("Written without a mouse")
    assert (row.chat_id, row.wanted_at.hour, row.state) == (str(EVENING), 9, State.SCHEDULED)


async def test_every_page_fits_a_phone_and_names_all_that_can_be_pressed(ours: Dashboard) -> None:
    await ours.channel(LONG, LONG_TITLE, LONG_NAME)
    long = await ours.stack.book.schedule("Supercalifragilistic" * 10, LONG, in_s=900)
    news = await draft(ours.stack, "To be read on the way", [1, 2])
    pages = [*MENU, *MORE_PAGES, *OWNERS_PAGES, f"/channels/@{LONG_NAME}"]
    pages += [f"/messages/{long.id}", f"/broadcasts/{news.id}"]
    async with ours.as_one(Role.OWNER, "piet", size=PHONE) as page:
        await page.goto("/tasks")
        await page.get_by_role("button", name="Menu").click()
        await page.locator("#menu").get_by_role("link", name="Channels").click()
        await page.wait_for_url("**/channels")
        for path in pages:
            await page.goto(path)
            await whole(page)
            assert await complaints(page) == [], path
            before = await _theme(page)
            await page.locator("[data-theme-switch]").first.dispatch_event("click")
            assert {before, await _theme(page)} == {"light", "dark"}
            assert await complaints(page) == [], (path, await _theme(page))


async def _theme(page: Page) -> str | None:
    return await page.locator("html").get_attribute("data-bs-theme")


async def _arrived(ours: Dashboard, chat_id: int) -> list[dict[str, Any]]:
    found = (await ours.stack.sandbox.get("receipts", chat=chat_id))["receipts"]
    return [each["message"] for each in found]


async def _write_bold(area: Locator, text: str) -> None:
    """With its last word in bold, as one does it by the keyboard."""
    await area.fill(text)
    await area.press("End")
    await area.press("Control+Shift+ArrowLeft")
    await area.press("Control+b")


def _clocks_change_on(day: date) -> date:
    """The first such day in New York, from this one on."""
    days = (day + timedelta(n) for n in count())
    return next(each for each in days if _offset(each) != _offset(each + timedelta(1)))


def _offset(day: date) -> timedelta | None:
    """Of clocks at its begin."""
    return datetime(day.year, day.month, day.day, tzinfo=NEW_YORK).utcoffset()


async def _in_month(page: Page, day: date) -> bool:
    return f"{day:%B %Y}" in await page.locator(".ec-title").inner_text()


async def _drag_to_the_next_day(page: Page, entry: Locator) -> None:
    box = await entry.bounding_box()
    assert box is not None
    x, y = box["x"] + 12, box["y"] + box["height"] / 2
    day = await page.locator(".ec-day").first.bounding_box()
    assert day is not None
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + day["width"] / 2, y, steps=3)
    await page.mouse.move(x + day["width"], y, steps=3)
    await page.mouse.up()


async def _shut_out(page: Page, name: str) -> None:
    await page.goto("/settings/people")
    await page.get_by_role("button", name=f"More about {name}").click()
    await page.get_by_role("button", name="Shut out").click()
    await page.locator("#confirm").get_by_role("button", name="Shut out").click()
    await expect(page.locator("#toasts")).to_contain_text(f"{name} is shut out")


def _tile(page: Page, name: str) -> Locator:
    return page.locator(".br-tiles > div", has_text=name).locator("dd")


async def _moves(page: Page, name: str, beyond: int) -> None:
    """Wait until the number has grown, with nothing done to the page."""
    await expect(_tile(page, name)).not_to_have_text(str(beyond))


async def _tab_to(page: Page, selector: str) -> None:
    for _ in range(80):
        if await page.evaluate("(one) => document.activeElement.matches(one)", selector):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {selector}")
