"""Subscribers over the API, their lists and their tags."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.api import slices
from core.contact import Contact
from core.scope import Scope
from core.subscriber import Profile
from infra.db import subscriber_pages, tags
from tests.api.people import join, join_many
from tests.api.web import Asker, Web

ALL, LISTS, TAGS = "/api/v1/subscribers", "/api/v1/lists", "/api/v1/tags"
JOINED = datetime(2026, 1, 15, tzinfo=UTC)
ADA = Contact(
    1,
    "Ada",
    "Lovelace",
    "ada",
    "en",
    "Europe/London",
    JOINED,
    ("vip", "a/b"),
    {"city": "<b>London</b>"},
)
PEOPLE = (
    ADA,
    Contact(2, language="pt-br", tags=("vip",)),
    Contact(3, language="pt"),
    Contact(-1003, "Group"),
)


async def listed(api: Asker, **asked: Any) -> list[int]:
    """All pages of it."""
    found: list[int] = []
    turn: dict[str, Any] = {}
    for _ in range(20):
        page = await api.get(ALL, params={**asked, **turn})
        assert page.status == 200, page.text
        found += [each["id"] for each in page.json["items"]]
        if page.json["next"] is None:
            return found
        turn = {"cursor": page.json["next"]}
    raise AssertionError("pages without an end")


async def test_a_subscriber_is_told_with_all_that_is_known(web_on_either: Web) -> None:
    web = web_on_either
    await join(web, *PEOPLE)
    await web.office.subscribers.stop(2)
    async with web.with_key() as api:
        [first, *_] = (await api.get(ALL, params={"list": "", "tags": "a/b"})).json["items"]
        assert first == (await api.get(f"{ALL}/1")).json
        assert (first["first_name"], first["zone"]) == ("Ada", "Europe/London")
        assert (first["tags"], first["fields"]) == (["a/b", "vip"], {"city": "<b>London</b>"})
        assert (first["joined_at"], first["reach"]) == ("2026-01-15T00:00:00Z", "reached")
        assert (await api.get(f"{ALL}/2")).json["reach"] == "stopped"
        counted = (await api.get(f"{ALL}/overview")).json
        assert (counted["members"], counted["reached"], counted["stopped"]) == (4, 3, 1)
        assert counted["tags"] == {"a/b": 1, "vip": 1}
        assert (await api.get(TAGS)).json["items"] == [
            {"name": "a/b", "subscribers": 1},
            {"name": "vip", "subscribers": 2},
        ]
        assert await listed(api, tags="vip", reached="true") == [1]
        assert await web.office.broadcast_report.reasons(1) == []
        assert await tags.Tags(web.office.database, 42).names() == ["a/b", "vip"]
        assert await tags.Tags(web.office.database, 43).names() == []


async def test_filters_and_pages_go_together(
    web: Web, api: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriber_pages, "LOOKED", 3)
    await join_many(web, 10)
    await join(web, *PEOPLE, list_name="spring")
    everybody = [-1003, *range(1, 11)]
    for limit in (2, 200):
        assert await listed(api, limit=limit) == everybody
        assert await listed(api, limit=limit, languages="pt") == [2, 3]
        assert await listed(api, limit=limit, tags=["vip", "a/b"]) == [1]
        assert await listed(api, limit=limit, list="spring") == [-1003, 1, 2, 3]
        assert await listed(api, limit=limit, without_tags="vip") == [-1003, *range(3, 11)]
        assert await listed(api, limit=limit, joined_until="2026-02-01") == [1]


async def test_what_cannot_be_asked_is_refused(web: Web, api: Asker) -> None:
    await web.office.subscribers.see(Profile(9, "Only wrote", "", "", "en"))
    for which in (9, 0, 999, -(2**70), 2**63):
        assert (await api.get(f"{ALL}/{which}")).status == 404
    assert (await api.get(ALL, params={"list": "no"})).status == 404
    for asked, field in (
        ({"languages": "x\x00"}, "languages"),
        ({"tags": "a,b"}, "tags"),
        ({"list": "a\x00"}, "list"),
        ({"joined_since": "soon"}, "joined_since"),
        ({"limit": 201}, "limit"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "WyJ4Il0"}, "cursor"),
        ({"order": "id; DROP TABLE subscribers"}, "order"),
    ):
        answer = await api.get(ALL, params=asked)
        assert (answer.status, answer.fields) == (422, {field}), answer.text
    async with web.nobody() as nobody:
        for path in (ALL, f"{ALL}/1", f"{ALL}/overview", LISTS, TAGS):
            assert (await nobody.get(path)).status == 401


async def test_a_list_is_made_renamed_and_deleted(web: Web, api: Asker) -> None:
    made = await api.post(LISTS, {"name": " spring   sale "})
    here = made.headers["Location"]
    assert (made.status, made.json["name"], made.json["members"]) == (201, "spring sale", 0)
    assert (await api.post(LISTS, {"name": "spring sale"})).status == 200
    await join(web, *PEOPLE, list_name="spring sale")
    assert (await api.get(here)).json["members"] == 4
    assert (await api.get(LISTS)).json["items"][0]["members"] == 4
    await api.post(LISTS, {"name": "other"})
    assert (await api.ask("PATCH", here, {"name": "other"})).fields == {"name"}
    renamed = await api.ask("PATCH", here, {"name": "<i>autumn</i>"})
    assert (renamed.status, renamed.json["name"]) == (200, "<i>autumn</i>")
    for bad in ("", "a\x00", "a\nb\x07", "x" * 65):
        assert (await api.post(LISTS, {"name": bad})).fields == {"name"}
    async with web.with_key(Scope.READ) as reader:
        assert (await reader.post(LISTS, {"name": "mine"})).status == 403
        assert (await reader.ask("DELETE", here)).status == 403
    assert (await api.ask("DELETE", here)).status == 204
    for method in ("GET", "DELETE"):
        assert (await api.ask(method, here)).status == 404
        assert (await api.ask(method, f"{LISTS}/{2**64}")).status == 404
    assert (await api.ask("PATCH", here, {"name": "n"})).status == 404
    assert len(await listed(api)) == 4


async def test_an_audience_gets_a_tag_and_loses_it(
    web: Web, api: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    await join(web, *PEOPLE)
    given = await api.post(f"{TAGS}/add", {"tag": "Gold ", "audience": {"languages": ["pt"]}})
    assert given.json == {"tag": "gold", "changed": 2, "more": False}
    forgotten = await api.post(f"{TAGS}/add", {"tag": "gold", "audience": {}})
    assert (forgotten.status, forgotten.fields) == (422, {"audience"})
    everybody = {"tag": "gold", "audience": {}, "everybody": True}
    assert (await api.post(f"{TAGS}/add", everybody)).json["changed"] == 2
    assert (await api.post(f"{TAGS}/add", {**everybody, "tag": "a,b"})).fields == {"tag"}
    nobody = {"tag": "gold", "audience": {"list": "no"}}
    assert (await api.post(f"{TAGS}/remove", nobody)).status == 404
    monkeypatch.setattr(slices, "WITHIN_S", -1.0)
    monkeypatch.setattr(tags, "SLICE", 1)
    removed = (await api.post(f"{TAGS}/remove", everybody)).json
    assert removed["more"]
    await asyncio.gather(*web.office._background)
    assert await listed(api, tags="gold") == []
