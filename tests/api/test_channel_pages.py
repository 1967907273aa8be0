"""The pages of channels: their figures, their charts' data, and what is amiss with them."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import pairwise
from typing import Any

from sqlalchemy import insert, update

from core.channel import OPEN, Facts
from core.channel_rights import Right
from core.person import Role
from infra.db.channel_tables import channels, member_samples, post_samples, posts
from tests.api.web import Web

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVIL = "<img src=x onerror=alert(1)>"
SAFE = "&lt;img src=x"


async def test_without_any_the_page_says_what_to_do_first(web: Web) -> None:
    async with web.logged_in() as owner, web.logged_in(Role.VIEWER) as viewer:
        first, looked = await owner.get("/channels"), await viewer.get("/channels")
    for page in (first, looked):
        assert "No channels yet" in page.text
    assert 'hx-post="/api/v1/channels"' in first.text
    assert "Add administrator" in first.text
    assert "hx-post" not in looked.text.partition('id="content"')[2]


async def test_a_card_has_members_their_change_and_the_newest_post(web: Web) -> None:
    await _channel(web, "News", "our_news", members=[100, 110, 130])
    async with web.logged_in() as owner:
        page = await owner.get("/channels")
    assert "News" in page.text
    assert 'href="/channels/%40our_news"' in page.text
    assert ">130<" in page.text
    assert "+30" in page.text
    assert "(+30.0 %)" in page.text
    assert "post 2" in page.text
    assert "post 1" not in page.text
    heights = _heights(page.text)
    assert len(heights) > 2
    assert all(later <= earlier for earlier, later in pairwise(heights))  # it grew: up is less


async def test_a_channel_is_shown_by_name_and_by_number_with_its_figures(web: Web) -> None:
    await _channel(web, "News", "our_news", members=[100, 110, 130])
    async with web.logged_in() as owner:
        by_name = await owner.get("/channels/@our_news?days=7")
        by_number = await owner.get("/channels/-1001")
    figures = _figures(by_name.text)
    assert figures["members"]["values"][-1] == 130
    assert figures["posts"] == {
        "at": [(NOW - 3 * DAY).timestamp(), (NOW - 2 * DAY).timestamp()],
        "values": [400, 800],
        "names": ["post 1", "post 2"],
    }
    [newest, _] = figures["curves"]["lines"]
    views = dict(zip(figures["curves"]["ages"], newest["values"], strict=True))
    assert (views[0], views[1], views[24]) == (0, 200, 600)
    assert "after 24 h" in by_name.text
    assert ">450<" in by_name.text  # the median of 300 and 600
    assert by_number.status == 200
    assert 'aria-current="true">30 d' in by_number.text


async def test_what_is_amiss_is_told_in_plain_words(web: Web) -> None:
    channel_id = await _channel(web, "News", None, members=[5])
    await web.office.channels.note_rights(channel_id, (Right.EDIT,))
    await _set(web, channel_id, preview="none", preview_reason="it is private")
    async with web.logged_in() as owner:
        lacks = (await owner.get("/channels/-1001")).text
        await web.office.channels.note_rights(channel_id, tuple(Right))
        await _set(web, channel_id, trouble="Forbidden: bot was kicked")
        out = (await owner.get("/channels")).text
        await web.office.channels.remove(channel_id)
        removed = (await owner.get("/channels/-1001")).text
        listed = (await owner.get("/channels")).text
    assert "The bot may not edit posts." in lacks
    assert "it is private" in lacks
    assert "Nothing can be published here" in out
    assert "bot was kicked" in out
    assert "recorded no more" in removed
    assert "Record it again" in removed
    assert "No channels yet" in listed


async def test_nothing_of_a_channel_is_taken_for_markup(web: Web) -> None:
    channel_id = await _channel(web, f"T{EVIL}", "our_news", members=[1, 2], head=f"H{EVIL}")
    await _set(web, channel_id, trouble=f"W{EVIL}", preview="none", preview_reason=f"P{EVIL}")
    async with web.logged_in() as owner:
        texts = [(await owner.get(path)).text for path in ("/channels", "/channels/@our_news")]
    for text in texts:
        assert EVIL not in text
        for letter in "THW":
            assert f"{letter}{SAFE}" in text


async def test_who_only_looks_sees_no_buttons(web: Web) -> None:
    await _channel(web, "News", "our_news", members=[1, 2])
    async with web.logged_in(Role.VIEWER) as viewer, web.logged_in(Role.EDITOR) as editor:
        for path in ("/channels", "/channels/@our_news"):
            looked = (await viewer.get(path)).text.partition('id="content"')
            assert "/api/v1/" not in looked[0].partition("page-head")[2] + looked[2], path
        assert "hx-delete" in (await editor.get("/channels/@our_news")).text


async def test_what_is_no_channel_of_this_bot_is_not_found(web: Web) -> None:
    channel_id = await _channel(web, "News", "our_news", members=[1, 2])
    await _set(web, channel_id, bot_id=43)
    async with web.logged_in() as owner:
        for name in ("@our_news", "-1001", "@nobody", "nonsense", "%00", "0", "9" * 30):
            assert (await owner.get(f"/channels/{name}")).status == 404, name
        assert "No channels yet" in (await owner.get("/channels")).text


async def _channel(
    web: Web, title: str, username: str | None, members: list[int], head: str = "post"
) -> int:
    """Counted once a day, the last time now; with two posts, of 3 and 2 days ago, that gained 200
    views in the first hour and after a day had 300 and 600.
    """
    facts = Facts("-1001", "channel", title, username, None)
    channel_id = (await web.office.channels.add(facts)).id
    await _set(web, channel_id, members=members[-1], preview=OPEN)
    days = reversed(range(len(members)))
    looks = [(NOW - day * DAY, count) for day, count in zip(days, members, strict=True)]
    rows: list[dict[str, Any]] = [
        {"channel_id": channel_id, "at": at, "until": at, "members": count} for at, count in looks
    ]
    async with web.office.database.writing() as connection:
        await connection.execute(insert(member_samples), rows)
    await _post(web, channel_id, 1, f"{head} 1", NOW - 3 * DAY, {1: 200, 24: 300, 48: 400})
    await _post(web, channel_id, 2, f"{head} 2", NOW - 2 * DAY, {1: 200, 24: 600, 47: 800})
    return channel_id


async def _post(
    web: Web, channel_id: int, number: int, head: str, at: datetime, views: dict[int, int]
) -> None:
    """`views` by age in hours."""
    last = list(views.values())[-1]
    row = {"channel_id": channel_id, "message_id": number, "posted_at": at, "head": head}
    seen = {"views": last, "views_raw": str(last), "sampled_at": NOW, "sample_at": NOW + HOUR}
    async with web.office.database.writing() as connection:
        made = insert(posts).values(**row, **seen).returning(posts.c.id)
        post_id = await connection.scalar(made)
        for age, count in views.items():
            run = {"at": at + age * HOUR, "until": at + age * HOUR, "views": count, "precision": 1}
            told = {"post_id": post_id, "raw": str(count), "source": "preview"}
            await connection.execute(insert(post_samples).values(**run, **told))


async def _set(web: Web, channel_id: int, **values: Any) -> None:
    async with web.office.database.writing() as connection:
        this = update(channels).where(channels.c.id == channel_id)
        await connection.execute(this.values(**values))


def _figures(page: str) -> Any:
    """What the charts are drawn from."""
    found = re.search(r'data-figures="([^"]*)"', page)
    assert found is not None
    return json.loads(unescape(found[1]))


def _heights(page: str) -> list[float]:
    """Of the first small line."""
    found = re.search(r'points="([^"]*)"', page)
    assert found is not None
    return [float(point.partition(",")[2]) for point in found[1].split()]
