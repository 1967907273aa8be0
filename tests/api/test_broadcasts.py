"""Broadcasts over the API: their whole life, and what became of each recipient."""

import asyncio
import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest

from core.contact import Contact
from core.message import State
from core.scope import Scope
from infra.broadcast_csv import parts
from infra.db import broadcast_report
from infra.db.broadcast_report import Recipient
from tests.api.people import (
    EVERYBODY,
    drafted,
    end,
    forget_answers,
    join,
    join_many,
    of_another_bot,
    relabel,
)
from tests.api.web import Asker, Web

ALL = "/api/v1/broadcasts"
COUNTS = ("sent", "failed", "skipped", "uncertain", "pending")
DEEDS = ("start", "move", "pause", "resume", "cancel", "retry")


async def settled(api: Asker, broadcast_id: int) -> Any:
    """Once all of its rows are there."""
    async with asyncio.timeout(10):
        while not (found := (await api.get(f"{ALL}/{broadcast_id}")).json)["built"]:
            await asyncio.sleep(0.02)
    return found


async def test_a_broadcast_goes_through_its_life(web: Web, api: Asker) -> None:
    await join(web, Contact(1, first_name="Ada"), Contact(2), list_name="spring")
    await join(web, Contact(3))
    asked = {
        "text": "Hello {first_name|friend}!",
        "audience": {"list": "spring"},
        "name": "Spring sale",
        "hours": {"from": "9:00", "to": "21:30", "zone": "Europe/Berlin", "own_zones": True},
        "errors_in_a_row": 5,
        "disable_notification": True,
    }
    made = await api.post(ALL, asked)
    assert made.status == 201, made.text
    told = made.json
    assert made.headers["Location"] == f"{ALL}/{told['id']}"
    assert (told["state"], told["built"], told["recipients"]) == ("draft", True, 2)
    assert told["hours"] == {
        "from": "09:00",
        "to": "21:30",
        "zone": "Europe/Berlin",
        "own_zones": True,
    }
    assert told["params"] == {"text": asked["text"], "disable_notification": True}
    assert told["plan"]["takes_s"] == pytest.approx(2 / 30, abs=0.1)
    here = f"{ALL}/{told['id']}"
    later = (await api.post(f"{here}/start", {"at": "2027-01-04T09:00", "zone": "UTC"})).json
    assert (later["state"], later["at"]) == ("scheduled", "2027-01-04T09:00:00Z")
    moved = (await api.post(f"{here}/move")).json
    assert (moved["state"], moved["tally"]["pending"]) == ("running", 2)
    assert (await api.post(f"{here}/pause")).json["state"] == "paused"
    assert (await api.post(f"{here}/resume", {})).json["state"] == "running"
    assert (await api.post(f"{here}/start")).status == 409
    over = (await api.post(f"{here}/cancel")).json
    assert (over["state"], over["tally"]["skipped"], over["left_s"]) == ("cancelled", 2, None)
    refused = await api.post(f"{here}/resume")
    assert (refused.status, refused.json["type"]) == (409, "urn:analyticbot:refused-by-state")


async def test_each_of_a_list_of_chats_is_written_down_once_and_sent_at_once(api: Asker) -> None:
    asked = {"text": "hi", "chat_ids": [1, "2", "@Some_Name", 1], "start": True}
    key = {"Idempotency-Key": "autumn"}
    made = await api.post(ALL, asked, headers=key)
    assert (made.status, made.json["state"]) == (201, "running")
    assert made.json["tally"]["total"] == 3
    again = await api.post(ALL, asked, headers=key)
    assert (again.status, again.json["id"]) == (201, made.json["id"])
    other = await api.post(ALL, {**asked, "text": "ho"}, headers=key)
    assert (other.status, other.json["type"]) == (422, "urn:analyticbot:key-conflict")
    assert len((await api.get(ALL)).json["items"]) == 1


async def test_a_key_finds_its_broadcast_though_its_answer_is_lost(web: Web, api: Asker) -> None:
    asked, key = {"text": "hi", "chat_ids": [1, 2], "start": True}, {"Idempotency-Key": "k"}
    first = await api.post(ALL, asked, headers=key)
    await forget_answers(web)
    found = await api.post(ALL, asked, headers=key)
    assert (found.status, found.json["id"]) == (200, first.json["id"])
    assert found.json["tally"]["total"] == 2
    await forget_answers(web)
    more = await api.post(ALL, {**asked, "chat_ids": [1, 2, 3]}, headers=key)
    assert (more.status, more.json["type"]) == (422, "urn:analyticbot:key-conflict")


async def test_a_long_audience_is_written_down_after_the_answer(web: Web, api: Asker) -> None:
    await join_many(web, 2_500)
    made = await api.post(ALL, {"text": "hi", "audience": EVERYBODY})
    assert made.json["recipients"] == 2_500
    found = await settled(api, made.json["id"])
    assert found["tally"]["total"] == 2_500


REFUSED: Sequence[tuple[dict[str, Any], str]] = [
    ({"audience": None}, "audience"),
    ({"chat_ids": [1]}, "chat_ids"),
    ({"audience": None, "chat_ids": []}, "chat_ids"),
    ({"audience": None, "chat_ids": [1, "x y"]}, "chat_ids[1]"),
    ({"audience": None, "chat_ids": [1], "text": "Hi {first_name}"}, "chat_ids"),
    ({"text": ""}, "text"),
    ({"text": "a\x00b"}, "text"),
    ({"text": "a\ud800b"}, "text"),
    ({"text": "Hi {nick}"}, "text"),
    ({"text": "<b>x", "parse_mode": "HTML"}, "text"),
    ({"name": "a\x00b"}, "name"),
    ({"no_such": 1}, "no_such"),
    ({"idempotency_key": "mine"}, "idempotency_key"),
    ({"photo": "/etc/passwd"}, "photo"),
    ({"audience": {"tags": ["a"], "without_tags": ["a"]}}, "audience.without_tags"),
    ({"audience": {"list": "a\x00b"}}, "audience.list"),
    ({"audience": {"joined_since": "yesterday"}}, "audience.joined_since"),
    ({"audience": {"nobody": 1}}, "audience.nobody"),
    ({"hours": {"from": "9", "to": "21:00"}}, "hours.from"),
    ({"hours": {"from": "9:00", "to": "25:00"}}, "hours.to"),
    ({"hours": {"from": "9:00", "to": "10:00", "zone": "Mars/Base"}}, "hours.zone"),
    ({"errors_in_a_row": 40_000}, "errors_in_a_row"),
    ({"on_uncertain": "maybe"}, "on_uncertain"),
    ({"at": "2027-01-04T09:00"}, "at"),
    ({"at": "2020-01-04T09:00Z"}, "at"),
    ({"zone": "UTC"}, "zone"),
]


async def test_what_cannot_be_is_refused_by_its_field(api: Asker) -> None:
    for changes, field in REFUSED:
        asked = {"text": "hi", "audience": EVERYBODY, **changes}
        # orjson would refuse half a surrogate pair.
        body = json.dumps({name: value for name, value in asked.items() if value is not None})
        headers = {"Content-Type": "application/json"}
        answer = await api.ask("POST", ALL, data=body, headers=headers)
        assert (answer.status, answer.fields) == (422, {field}), answer.text
    assert (await api.get(ALL)).json["items"] == []


async def test_a_list_that_is_not_there_is_not_found(api: Asker) -> None:
    answer = await api.post(ALL, {"text": "hi", "audience": {"list": "no"}})
    assert answer.status == 404


async def test_html_in_names_is_a_text_like_any_other(api: Asker) -> None:
    name = "<script>alert(1)</script>'; DROP TABLE broadcasts; --\r\nX-Evil: 1"
    number = await drafted(api, name=name)
    assert (await api.get(f"{ALL}/{number}")).json["name"] == name


async def test_one_that_is_not_ours_is_not_found(web: Web, api: Asker) -> None:
    number = await drafted(api)
    await of_another_bot(web, number)
    for which in (number, 0, -1, 999, 2**63, 10**30):
        for end_ in ("", "/report", "/report.csv", "/recipients"):
            assert (await api.get(f"{ALL}/{which}{end_}")).status == 404, (which, end_)
    for deed in DEEDS:
        assert (await api.post(f"{ALL}/{number}/{deed}")).status == 404, deed
    assert (await api.post(f"{ALL}/{number}/test", {"chat_id": 1})).status == 404
    assert (await api.get(ALL)).json == {"items": [], "next": None}


async def test_who_may_only_read_changes_nothing(web: Web, api: Asker) -> None:
    number = await drafted(api)
    async with web.with_key(Scope.READ) as reader, web.nobody() as nobody:
        assert (await reader.get(f"{ALL}/{number}")).status == 200
        assert (await reader.post(ALL, {"text": "hi", "audience": {}})).status == 403
        for deed in (*DEEDS, "test"):
            assert (await reader.post(f"{ALL}/{number}/{deed}")).status == 403, deed
            assert (await nobody.post(f"{ALL}/{number}/{deed}")).status == 401, deed
        for end_ in ("/report", "/report.csv", "/recipients"):
            assert (await nobody.get(f"{ALL}/{number}{end_}")).status == 401


async def test_pages_of_broadcasts_begin_with_the_newest(api: Asker) -> None:
    numbers = [await drafted(api) for _ in range(3)]
    first = (await api.get(ALL, params={"limit": 2})).json
    assert [each["id"] for each in first["items"]] == numbers[:0:-1]
    second = (await api.get(ALL, params={"limit": 2, "cursor": first["next"]})).json
    assert ([each["id"] for each in second["items"]], second["next"]) == (numbers[:1], None)
    assert (await api.get(ALL, params={"cursor": "WyJ4Il0"})).fields == {"cursor"}


async def test_a_test_copy_is_a_message_of_its_own(web: Web, api: Asker) -> None:
    await join(web, Contact(5, first_name="Ada & Co"))
    number = await drafted(api, text="<b>Hi {first_name|you}</b>", parse_mode="HTML", paid=True)
    sent = await api.post(f"{ALL}/{number}/test", {"chat_id": 5})
    assert sent.status == 202, sent.text
    message = await web.office.ledger.reading.get(sent.json["message_id"])
    assert sent.headers["Location"] == f"/api/v1/messages/{message.id}"
    assert message.content.text == "<b>Hi Ada &amp; Co</b>"
    assert not message.content.paid
    assert (await api.post(f"{ALL}/{number}/test", {"chat_id": "x y"})).fields == {"chat_id"}


async def test_a_test_copy_is_one_though_its_answer_is_lost(web: Web, api: Asker) -> None:
    number, key = await drafted(api), {"Idempotency-Key": "k"}
    first = await api.post(f"{ALL}/{number}/test", {"chat_id": 5}, headers=key)
    await forget_answers(web)
    again = await api.post(f"{ALL}/{number}/test", {"chat_id": 5}, headers=key)
    assert (again.status, again.json) == (202, first.json)


async def failing(web: Web, api: Asker) -> int:
    """Of six recipients three failed, for two reasons, and one is uncertain."""
    await join(web, *(Contact(number, first_name="=1+1") for number in range(1, 7)))
    number = await drafted(api, start=True)
    await end(web, number, "sent", None)
    await api.post(f"{ALL}/{number}/pause")
    for state, reason, chats in (
        ("failed", "blocked", ["1", "2"]),
        ("failed", "deactivated", ["3"]),
        ("uncertain", "=HYPERLINK()", ["4"]),
    ):
        await relabel(web, number, state, reason, chats)
    return number


async def test_a_report_tells_reasons_and_recipients(web: Web, api: Asker) -> None:
    number = await failing(web, api)
    report = (await api.get(f"{ALL}/{number}/report")).json
    assert [(each["reason"], each["recipients"]) for each in report["reasons"]] == [
        ("blocked", 2),
        ("deactivated", 1),
        ("=HYPERLINK()", 1),
    ]
    assert report["reasons"][0]["said"] == "said blocked"
    everybody = (await api.get(f"{ALL}/{number}/recipients")).json
    assert [each["chat_id"] for each in everybody["items"]] == [str(n) for n in range(1, 7)]
    assert everybody["items"][0]["name"] == "=1+1"


LISTED: Sequence[tuple[dict[str, Any], list[str]]] = [
    ({}, ["1", "2", "3", "4", "5", "6"]),
    ({"state": "sent"}, ["5", "6"]),
    ({"state": "failed"}, ["1", "2", "3"]),
    ({"state": ["failed", "uncertain"]}, ["1", "2", "3", "4"]),
    ({"state": ["failed", "sent"]}, ["1", "2", "3", "5", "6"]),
    ({"reason": "deactivated"}, ["3"]),
    ({"state": "sent", "reason": "blocked"}, []),
    ({"reason": "none such"}, []),
]


async def test_recipients_are_told_a_page_at_a_time(
    web: Web, api: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast_report, "LOOKED", 2)
    number = await failing(web, api)
    for asked, chats in LISTED:
        assert await all_pages(api, f"{ALL}/{number}/recipients", asked) == chats


async def all_pages(api: Asker, path: str, asked: dict[str, Any]) -> list[str]:
    found: list[str] = []
    turn: dict[str, Any] = {}
    for _ in range(12):
        page = await api.get(path, params={**asked, "limit": 2, **turn})
        assert page.status == 200, page.text
        assert len(page.json["items"]) <= 2
        found += [each["chat_id"] for each in page.json["items"]]
        if page.json["next"] is None:
            return found
        turn = {"cursor": page.json["next"]}
    raise AssertionError("pages without an end")


async def test_a_cursor_of_another_list_is_refused(web: Web, api: Asker) -> None:
    number = await failing(web, api)
    here = f"{ALL}/{number}/recipients"
    cursor = (await api.get(here, params={"limit": 1})).json["next"]
    other = await api.get(here, params={"state": "failed", "cursor": cursor})
    assert (other.status, other.fields) == (422, {"cursor"})


async def test_the_file_holds_everybody_and_no_formula(web: Web, api: Asker) -> None:
    number = await failing(web, api)
    answer = await api.get(f"{ALL}/{number}/report.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="broadcast-{number}.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["chat_id"] for row in rows] == [str(n) for n in range(1, 7)]
    assert {row["name"] for row in rows} == {"'=1+1"}
    assert rows[3]["reason"] == "'=HYPERLINK()"
    some = (await api.get(f"{ALL}/{number}/report.csv", params={"state": "failed"})).text
    assert len(some.splitlines()) == 4


async def test_a_file_of_any_length_is_made_a_page_at_a_time() -> None:
    pages = 0
    page = [Recipient("1", "N", "n", State.SENT, "", "", 1, None, (7,))] * 2_000

    async def all_pages() -> Any:
        nonlocal pages
        while pages < 25:
            pages += 1
            yield page

    lines, behind = 0, 0
    async for part in parts(all_pages()):
        lines += part.count(b"\n")
        behind = max(behind, pages - lines // 2_000)
    assert (lines, behind) == (50_001, 0)


async def test_whoever_was_missed_is_tried_again(web: Web, api: Asker) -> None:
    number = await failing(web, api)
    some = await api.post(f"{ALL}/{number}/retry", {"reasons": ["blocked"]})
    assert (some.json["again"], some.json["more"]) == (2, False)
    assert some.json["broadcast"]["tally"] == {
        "total": 6,
        "sent": 2,
        "failed": 1,
        "skipped": 0,
        "uncertain": 1,
        "pending": 2,
    }
    rest = await api.post(f"{ALL}/{number}/retry", {"states": ["failed", "uncertain"]})
    assert rest.json["again"] == 2
    assert (await api.post(f"{ALL}/{number}/retry", {"states": ["sent"]})).fields == {"states"}
    draft = await drafted(api)
    assert (await api.post(f"{ALL}/{draft}/retry")).status == 409


async def test_its_pace_is_what_ended_of_late(web_on_either: Web) -> None:
    web = web_on_either
    async with web.with_key() as api:
        await join_many(web, 60)
        number = await drafted(api, start=True)
        begun = (await api.get(f"{ALL}/{number}")).json
        assert (begun["per_s"], begun["left_s"]) == (0.0, pytest.approx(2.0, abs=0.1))
        half: Sequence[str] = [str(n) for n in range(1, 31)]
        await end(web, number, "sent", None, half)
        shown = (await api.get(f"{ALL}/{number}")).json
        assert shown["tally"]["sent"] == 30
        assert 5 <= shown["per_s"] <= 30
        assert shown["left_s"] == pytest.approx(30 / shown["per_s"], rel=0.1)
        [listed] = (await api.get(ALL)).json["items"]
        assert listed["per_s"] > 0
