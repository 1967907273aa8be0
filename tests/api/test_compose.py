"""The page on which posts are written: what it starts from, and that nothing of that is markup."""

from datetime import UTC, datetime
from html import unescape
from typing import Any

import orjson

from core.channel import Facts
from core.person import Role
from infra.celery.requests import message_request
from tests.api.web import Asker, Web

EVIL = "</script><img src=x onerror=alert(1)>'\"&"
LATER = datetime(2031, 1, 7, 8, 30, tzinfo=UTC)


def started(page: str) -> Any:
    """What the form begins with."""
    return orjson.loads(unescape(page.partition('data-start="')[2].partition('"')[0]))


async def placed(web: Web, **options: Any) -> int:
    text, settings = options.pop("text", "hello"), web.office.settings
    request = message_request(settings, "@news", text, options, str(options), LATER)
    return (await web.office.ledger.intake.schedule(request)).message.id


async def page(asker: Asker, query: str = "") -> str:
    answer = await asker.get(f"/compose{query}")
    assert answer.status == 200, answer.text
    return answer.text


async def test_titles_and_texts_of_others_are_no_markup(web: Web) -> None:
    await web.office.channels.add(Facts("-1001", "channel", EVIL, "News", 5))
    number = await placed(web, text=EVIL)
    async with web.logged_in() as owner:
        shown = await page(owner, f"?copy={number}&chat={EVIL}&at={EVIL}")
    assert "onerror=alert(1)>" not in shown
    assert "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in shown
    start = started(shown)
    assert (start["text"], start["chat"], start["at"]) == (EVIL, "@news", "")


async def test_a_post_that_waits_is_changed_and_others_are_not(web: Web) -> None:
    number = await placed(web, parse_mode="HTML", text="<b>hi</b>", disable_notification=True)
    async with web.logged_in() as owner:
        start = started(await page(owner, f"?message={number}"))
        assert (start["message"], start["text"]) == (number, "<b>hi</b>")
        assert start["etag"].startswith('"')
        assert datetime.fromisoformat(start["at"]) == LATER
        assert start["content"]["disable_notification"]
        await web.office.ledger.desk.cancel(number)
        assert "only one that waits" in await page(owner, f"?message={number}")
        copy = started(await page(owner, f"?copy={number}"))
        assert "message" not in copy
        assert (await owner.get("/compose?message=99")).status == 404
        assert (await owner.get("/compose?message=0")).status in (200, 404)
        assert (await owner.get(f"/compose?message={2**70}")).status == 404


async def test_entities_become_html_to_go_on_with(web: Web) -> None:
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    number = await placed(web, text="a<b", entities=bold)
    async with web.logged_in() as owner:
        start = started(await page(owner, f"?message={number}"))
    assert (start["text"], start["parse_mode"]) == ("<b>a&lt;</b>b", "HTML")


async def test_what_copies_another_post_is_not_for_this_page(web: Web) -> None:
    number = await placed(web, text=None, copy_from_chat_id="@other", copy_message_id=5)
    async with web.logged_in() as owner:
        assert "copies another one" in await page(owner, f"?message={number}")


async def test_a_time_and_a_chat_can_be_given(web: Web) -> None:
    async with web.logged_in() as owner:
        start = started(await page(owner, "?at=2031-01-07T08:30:00%2B00:00&chat=@news"))
    assert (start["at"], start["chat"]) == ("2031-01-07T08:30:00+00:00", "@news")


async def test_viewers_do_not_write(web: Web) -> None:
    async with web.logged_in(Role.VIEWER) as viewer:
        assert (await viewer.get("/compose")).status == 403
    async with web.nobody() as nobody:
        assert (await nobody.get("/compose")).status == 303
