"""Channels over the API: taken on from Telegram, looked at, and let go."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from core.channel import Facts
from core.scope import Scope
from infra.db.channel_tables import member_samples, post_samples, posts
from sandbox.client import Client
from sandbox.server import Sandbox
from tests.api.web import TOKEN, Asker, Web, serving, settings_for

CHANNELS = "/api/v1/channels"
NOW = datetime.now(UTC)


async def a_channel(web: Web, number: int = 1, title: str = "News", **facts: Any) -> int:
    values = {"chat_id": f"-100{number}", "type": "channel", "title": title, "username": None}
    found = await web.office.channels.add(Facts(**(values | {"members": 100} | facts)))
    return found.id


async def a_post(web: Web, channel_id: int, message_id: int, views: list[int]) -> None:
    """Posted so many hours before the last of its looks, one an hour."""
    posted_at = NOW - timedelta(hours=len(views) + message_id)
    row = {"channel_id": channel_id, "message_id": message_id, "posted_at": posted_at}
    seen = {"head": f"post {message_id}", "views": views[-1], "views_raw": str(views[-1])}
    async with web.office.database.writing() as connection:
        written = insert(posts).values(**row, **seen, sampled_at=NOW, sample_at=NOW)
        post_id = await connection.scalar(written.returning(posts.c.id))
        for hour, count in enumerate(views, 1):
            at = posted_at + timedelta(hours=hour)
            run = {"at": at, "until": at, "views": count, "precision": 1}
            told = {"post_id": post_id, "raw": str(count), "source": "preview"}
            await connection.execute(insert(post_samples).values(**run, **told))


async def pages(api: Asker, path: str, **query: Any) -> list[Any]:
    """All items, page by page."""
    items: list[Any] = []
    while True:
        answer = await api.get(path, params=query)
        assert answer.status == 200, answer.text
        assert len(answer.json["items"]) <= query["limit"]
        items += answer.json["items"]
        if answer.json["next"] is None:
            return items
        query["cursor"] = answer.json["next"]


@pytest.fixture
async def told(
    tmp_path: Path, empty_ledger: Path, redis_url: str
) -> AsyncIterator[tuple[Asker, Client]]:
    """A web whose Telegram is a sandbox, and that sandbox."""
    (tmp_path / "ledger.db").write_bytes(empty_ledger.read_bytes())
    async with Sandbox(rate=0, chat_rate=0, group_rate=0, token=TOKEN) as sandbox:
        settings = settings_for(
            f"sqlite:///{tmp_path / 'ledger.db'}", redis_url, telegram_api_url=sandbox.url
        )
        async with (
            serving(settings) as web,
            Client(sandbox.url) as client,
            web.with_key(Scope.WRITE) as api,
        ):
            yield api, client


async def test_a_channel_is_taken_on_shown_and_removed(told: tuple[Asker, Client]) -> None:
    api, client = told
    await client.post("channels", chat="@our_news", title="Our news", members=12)
    made = await api.post(CHANNELS, {"chat_id": "@our_news"})
    assert made.status == 201, made.text
    shown = await api.get(made.headers["Location"])
    assert shown.json == made.json
    assert (made.json["title"], made.json["members"]) == ("Our news", 12)
    assert (await api.post(CHANNELS, {"chat_id": "@our_news"})).json["added_at"] == made.json[
        "added_at"
    ]
    assert [each["name"] for each in (await api.get(CHANNELS)).json["items"]] == ["@our_news"]
    for _ in range(2):
        assert (await api.ask("DELETE", f"{CHANNELS}/%40Our_News")).status == 204
    assert (await api.get(CHANNELS)).json == {"items": [], "next": None}
    assert (await api.get(f"{CHANNELS}/@our_news")).json["removed_at"] is not None


async def test_what_telegram_refuses_or_cannot_be_is_told(told: tuple[Asker, Client]) -> None:
    api, client = told
    await client.post("faults", kind="not_found", chat="@nobody_there")
    unknown = await api.post(CHANNELS, {"chat_id": "@nobody_there"})
    assert (unknown.status, unknown.json["type"]) == (422, "urn:analyticbot:telegram-refused")
    for wrong in ("https://t.me/news", "", "\x00", True, 1.5, None, 2**62):
        answer = await api.post(CHANNELS, {"chat_id": wrong})
        assert answer.status == 422, wrong
        assert all(field.startswith("chat_id") for field in answer.fields)


async def test_without_telegram_it_says_so(web: Web, api: Asker) -> None:
    answer = await api.post(CHANNELS, {"chat_id": "@our_news"})
    assert (answer.status, answer.json["type"]) == (503, "urn:analyticbot:telegram-unavailable")


async def test_a_reader_may_look_and_not_change(web: Web) -> None:
    await a_channel(web)
    async with web.with_key(Scope.READ) as reader, web.nobody() as nobody:
        assert (await reader.get(CHANNELS)).status == 200
        assert (await reader.post(CHANNELS, {"chat_id": "-1001"})).status == 403
        assert (await reader.ask("DELETE", f"{CHANNELS}/-1001")).status == 403
        for path in ("", "/-1001", "/-1001/posts", "/-1001/samples", "/-1001/stats"):
            assert (await nobody.get(CHANNELS + path)).status == 401


async def test_channels_come_by_title_page_by_page(web: Web, api: Asker) -> None:
    for number, title in enumerate(("c", "a", "B", "a", "d"), 1):
        await a_channel(web, number, title)
    found = await pages(api, CHANNELS, limit=2)
    assert [each["title"] for each in found] == ["a", "a", "B", "c", "d"]
    assert len({each["chat_id"] for each in found}) == 5


async def test_posts_come_newest_first_page_by_page(web_on_either: Web) -> None:
    channel_id = await a_channel(web_on_either)
    for message_id in range(1, 6):
        await a_post(web_on_either, channel_id, message_id, [message_id])
    async with web_on_either.with_key(Scope.READ) as api:
        found = await pages(api, f"{CHANNELS}/-1001/posts", limit=2)
    assert [each["message_id"] for each in found] == [1, 2, 3, 4, 5]
    assert (found[4]["views"], found[4]["head"]) == (5, "post 5")


async def test_samples_are_of_members_or_of_one_post(web_on_either: Web) -> None:
    web = web_on_either
    channel_id = await a_channel(web, members=None)
    await a_post(web, channel_id, 7, [10, 20, 30])
    async with web.office.database.writing() as connection:
        for hour in range(3):
            at = NOW - timedelta(hours=3 - hour)
            row = {"channel_id": channel_id, "at": at, "until": at, "members": 100 + hour}
            await connection.execute(insert(member_samples).values(**row))
    path = f"{CHANNELS}/-1001/samples"
    async with web.with_key(Scope.READ) as api:
        members = await pages(api, path, limit=2)
        views = await pages(api, path, limit=1, post=7)
        late = await pages(api, path, limit=9, since=(NOW - timedelta(hours=2.5)).isoformat())
        none = await api.get(path, params={"post": 8})
        wrong = await api.get(path, params={"since": "2026-01-01T00:00:00"})
    assert [each["value"] for each in members] == [100, 101, 102]
    assert [each["value"] for each in views] == [10, 20, 30]
    assert [each["value"] for each in late] == [101, 102]
    assert none.status == 404
    assert (wrong.status, wrong.fields) == (422, {"since"})


async def test_stats_tell_growth_views_and_engagement(web: Web, api: Asker) -> None:
    channel_id = await a_channel(web)
    await a_post(web, channel_id, 1, [*range(10, 60, 2)])
    answer = await api.get(f"{CHANNELS}/-1001/stats", params={"days": 7, "zone": "asia/tashkent"})
    stats = answer.json
    assert (stats["posts"], stats["zone"], stats["days"]) == (1, "Asia/Tashkent", 7.0)
    assert stats["views"] == {
        "1 h": {"views": 10.0, "posts": 1},
        "24 h": {"views": 56.0, "posts": 1},
        "7 d": None,
    }
    assert stats["engagement"] == 0.56
    assert stats["best_post"]["message_id"] == 1
    assert (stats["best_hours"], stats["too_little"] != "") == ([], True)


@pytest.mark.parametrize("path", ["@nobody", "-1009", "no%20name", "%00", "..%2F..", "@a%27--"])
async def test_what_is_no_channel_is_not_found(web: Web, api: Asker, path: str) -> None:
    for below in ("", "/posts", "/samples", "/stats"):
        assert (await api.get(f"{CHANNELS}/{path}{below}")).status == 404


async def test_what_is_asked_must_make_sense(web: Web, api: Asker) -> None:
    await a_channel(web)
    for path, query, field in (
        ("", {"limit": 0}, "limit"),
        ("", {"cursor": "x"}, "cursor"),
        ("/-1001/posts", {"cursor": "WzFd"}, "cursor"),  # one number, where two are wanted
        ("/-1001/samples", {"cursor": "WyJhIl0"}, "cursor"),
        ("/-1001/stats", {"zone": "Mars/Base"}, "zone"),
        ("/-1001/stats", {"days": 0}, "days"),
    ):
        answer = await api.get(CHANNELS + path, params=query)
        assert (answer.status, answer.fields) == (422, {field}), path
