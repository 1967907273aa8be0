"""Messages over the API: made once, shown, changed, put right."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from apps.api import intake
from apps.api.access import Caller
from apps.api.schemas.message import NewMessage
from core.outcome import Rejected, Uncertain
from core.scope import Scope
from tests.api.asks import LATER, MESSAGES, end, give_to_another_bot, made, new, rows
from tests.api.web import Asker, Web

KEYBOARD = "reply_markup.inline_keyboard"
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"text": "no chat"}, "chat_id"),
    ({"chat_id": True, "text": "x"}, "chat_id"),
    ({"chat_id": 0, "text": "x"}, "chat_id"),
    ({"chat_id": str(10**30), "text": "x"}, "chat_id"),
    ({"chat_id": 5}, "text"),
    ({"chat_id": 5, "text": "x" * 4097}, "text"),
    ({"chat_id": 5, "photo": "https://x.org/a.png", "caption": "x" * 1025}, "caption"),
    ({"chat_id": 5, "text": "x", "caption": "y"}, "caption"),
    ({"chat_id": 5, "text": "<b>x", "parse_mode": "HTML"}, "text"),
    ({"chat_id": 5, "text": "x", "parse_mod": "HTML"}, "parse_mod"),
    ({"chat_id": 5, "text": "x", "message": "y"}, "message"),
    ({"chat_id": 5, "text": "x", "idempotency_key": "bot:1:1:5"}, "idempotency_key"),
    (
        {"chat_id": 5, "text": "x", "reply_markup": {"inline_keyboard": [[{}]]}},
        "reply_markup.inline_keyboard[0][0]",
    ),
    ({"chat_id": 5, "text": "x", "at": "soon"}, "at"),
    ({"chat_id": 5, "text": "x", "at": "2001-01-01T00:00Z"}, "at"),
    ({"chat_id": 5, "text": "x", "at": 1}, "at"),
    ({"chat_id": 5, "text": "x", "zone": "Mars/Base"}, "zone"),
    ({"chat_id": 5, "text": "x", "expires_at": "2001-01-01T00:00Z"}, "expires_at"),
    ({"chat_id": 5, "text": "x", "at": LATER, "expires_at": LATER}, "expires_at"),
    ({"chat_id": 5, "text": "x", "on_uncertain": "hope"}, "on_uncertain"),
    ({"chat_id": 5, "text": "x", "missed": "skip"}, "missed"),
]
OTHERS: list[dict[str, Any]] = [
    {"text": "Other"},
    {"chat_id": 6},
    {"at": "2031-05-04T09:00:01Z"},
    {"at": None},
    {"expires_at": "2031-05-05T09:00Z"},
    {"on_uncertain": "park"},
    {"repeat": "every day at 09:00"},
]
QUERIES = [
    "limit=0",
    "limit=201",
    "cursor=x",
    "state=lost",
    "since=2031",
    "since=2031-01-01T00:00",
    "broadcast_id=9223372036854775808",
    "chat_id=%00",
    "q=%00",
    "reason=%00",
    "chat_id=a%20b",
    "since=0001-01-01T00:00:00%2B14:00",
    "cursor=W10",
]
WAYS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("PATCH", "", {"text": "x"}),
    ("POST", "/cancel", None),
    ("POST", "/retry", None),
    ("POST", "/settle", {"as": "sent"}),
]


async def test_a_message_is_in_the_ledger_when_it_is_answered(web: Web, api: Asker) -> None:
    answer = await api.post(MESSAGES, new(at="2031-05-04T09:00:00+02:00"))
    told = answer.json["message"]
    assert (answer.status, answer.headers["Location"]) == (201, f"{MESSAGES}/{told['id']}")
    message = await web.office.ledger.reading.get(told["id"])
    assert message.wanted_at.isoformat() == "2031-05-04T07:00:00+00:00"
    assert told["at"] == "2031-05-04T07:00:00Z"
    assert (told["chat_id"], told["text"], told["state"]) == ("-100123", "Hello", "scheduled")
    assert (told["series_id"], told["broadcast_id"], told["late_ms"]) == (None, None, None)
    shown = await api.get(answer.headers["Location"])
    assert shown.json == {**told, "history": []}
    assert shown.headers["ETag"] == answer.headers["ETag"]


async def test_a_wall_time_needs_a_zone(api: Asker) -> None:
    answer = await api.post(MESSAGES, new(at="2031-05-04T09:00"))
    assert (answer.status, answer.fields) == (422, {"at"})
    told = await made(api, at="2031-05-04T09:00", zone="Asia/Tashkent")
    assert told["at"] == "2031-05-04T04:00:00Z"


async def test_a_time_that_clocks_leave_out_is_refused(api: Asker) -> None:
    answer = await api.post(MESSAGES, new(at="2031-03-30T02:30", zone="Europe/Berlin"))
    assert (answer.status, answer.fields) == (422, {"at"})


async def test_a_file_goes_by_its_url_with_its_caption(api: Asker) -> None:
    options = {"photo": "https://example.org/a.png", "caption": "<b>A</b>", "parse_mode": "HTML"}
    told = (await api.post(MESSAGES, {"chat_id": 5, **options})).json["message"]
    assert (told["method"], told["params"], told["text"]) == ("sendPhoto", options, "<b>A</b>")


async def test_what_is_wrong_is_told_by_its_field(web: Web, api: Asker) -> None:
    for body, field in WRONG:
        answer = await api.post(MESSAGES, body)
        assert answer.status == 422, answer.text
        assert answer.fields == {field}, answer.text
    assert await rows(web) == 0


async def test_everything_of_a_message_is_kept(api: Asker) -> None:
    told = await made(api, at=LATER, expires_at="2031-05-05T09:00Z", on_uncertain="park")
    assert (told["expires_at"], told["on_uncertain"]) == ("2031-05-05T09:00:00Z", "park")


async def test_the_same_key_makes_one_message(web: Web, api: Asker) -> None:
    key = {"Idempotency-Key": "order 17"}
    first = await api.post(MESSAGES, new(at=LATER), headers=key)
    again = await api.post(MESSAGES, new(at=LATER), headers=key)
    assert (first.status, again.status) == (201, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert again.json == first.json
    assert await rows(web) == 1


async def test_an_edit_does_not_take_the_key_from_its_message(web: Web, api: Asker) -> None:
    key = {"Idempotency-Key": "order 17"}
    first = await api.post(MESSAGES, new(at=LATER), headers=key)
    change = {"text": "Other", "at": "2031-06-01T00:00Z"}
    await api.ask("PATCH", first.headers["Location"], change)
    again = await api.post(MESSAGES, new(at=LATER), headers=key)
    assert (again.status, again.json["message"]["text"]) == (200, "Other")
    assert await rows(web) == 1


async def test_a_key_stands_for_one_request(web: Web, api: Asker) -> None:
    key = {"Idempotency-Key": "k"}
    await api.post(MESSAGES, new(at=LATER), headers=key)
    for other in OTHERS:
        answer = await api.post(MESSAGES, new(at=LATER) | other, headers=key)
        assert (answer.status, answer.fields) == (422, {"Idempotency-Key"}), answer.text
        assert answer.json["type"] == "urn:analyticbot:key-conflict"
    assert await rows(web) == 1


async def test_a_key_is_its_callers_own(web: Web, api: Asker) -> None:
    key = {"Idempotency-Key": "k"}
    await api.post(MESSAGES, new(), headers=key)
    async with web.with_key(Scope.WRITE) as other:
        answer = await other.post(MESSAGES, new(text="Another's"), headers=key)
    assert (answer.status, await rows(web)) == (201, 2)


async def test_no_key_reaches_what_the_bot_has_made(web: Web, api: Asker) -> None:
    for key in ("bot:1:1:5", "api:key:1:x", "api:"):
        assert (await api.post(MESSAGES, new(), headers={"Idempotency-Key": key})).status == 201
    newest = await web.office.ledger.reading.newest()
    assert all(message.key.startswith("api:key:") for message in newest)


async def test_a_row_whose_answer_was_never_seen_is_found(web: Web, api: Asker) -> None:
    """The first one's process dies after its commit."""
    [key] = await web.office.keys.listed()
    caller, asked = Caller(f"key:{key.id}", Scope.ADMIN), NewMessage(**new())
    await intake.take(web.office, caller, asked, "k")
    again = await api.post(MESSAGES, new(), headers={"Idempotency-Key": "k"})
    assert (again.status, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert await rows(web) == 1


async def test_many_at_once_under_one_key_make_one_message(web_on_either: Web) -> None:
    async with web_on_either.with_key(Scope.WRITE) as api:
        asked = (api.post(MESSAGES, new(), headers={"Idempotency-Key": "k"}) for _ in range(20))
        answers = await asyncio.gather(*asked)
        assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
        assert len({answer.json["message"]["id"] for answer in answers}) == 1
    assert await rows(web_on_either) == 1


async def test_messages_are_listed_a_page_at_a_time(api: Asker) -> None:
    ids = [(await made(api, chat_id=5, text=f"{n}", at=LATER))["id"] for n in range(5)]
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await api.get(f"{MESSAGES}?chat_id=5&limit=2&cursor={cursor}")).json
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert sorted(seen) == ids
    assert len(seen) == len(ids)


async def test_a_list_is_filtered(api: Asker) -> None:
    first = await made(api, chat_id=5, text="A Needle", at=LATER)
    second = await made(api, chat_id=6, text="hay", at="2031-06-01T00:00Z")
    await api.post(f"{MESSAGES}/{second['id']}/cancel")

    async def ids(query: str) -> list[int]:
        answer = await api.get(f"{MESSAGES}?{query}")
        assert answer.status == 200, answer.text
        return [each["id"] for each in answer.json["items"]]

    assert await ids("state=scheduled&state=queued") == [first["id"]]
    assert await ids("state=cancelled") == [second["id"]]
    assert await ids("q=needle") == [first["id"]]
    assert await ids("chat_id=6") == [second["id"]]
    assert await ids("since=2031-05-20T00:00:00Z") == [second["id"]]
    assert await ids("until=2031-05-20T00:00:00%2B02:00") == [first["id"]]


async def test_a_list_that_cannot_be_is_refused(api: Asker) -> None:
    for query in QUERIES:
        answer = await api.get(f"{MESSAGES}?{query}")
        assert answer.status == 422, (query, answer.text)


async def test_what_cannot_be_an_id_is_not_found(api: Asker) -> None:
    for number in (0, -1, 2**63, 10**40, 99):
        for method, path, body in WAYS:
            answer = await api.ask(method, f"{MESSAGES}/{number}{path}", body)
            assert answer.status == 404, answer.text


async def test_a_word_is_no_id(api: Asker) -> None:
    assert (await api.get(f"{MESSAGES}/abc")).status == 422


async def test_another_bots_message_is_not_there(web: Web, api: Asker) -> None:
    told = await made(api, at=LATER)
    await give_to_another_bot(web)
    where = f"{MESSAGES}/{told['id']}"
    assert (await api.get(where)).status == 404
    assert (await api.ask("PATCH", where, {"text": "x"})).status == 404
    assert (await api.post(f"{where}/cancel")).status == 404
    assert (await api.get(MESSAGES)).json["items"] == []


async def test_what_waits_is_cancelled_once(api: Asker) -> None:
    where = f"{MESSAGES}/{(await made(api, at=LATER))['id']}"
    first = await api.post(f"{where}/cancel")
    assert (first.json["state"], first.json["reason"]) == ("cancelled", "cancelled")
    assert first.json["ended_at"] is not None
    assert (await api.post(f"{where}/cancel")).status == 409


async def test_what_has_failed_is_sent_again(web: Web, api: Asker) -> None:
    told = await made(api)
    where = f"{MESSAGES}/{told['id']}"
    assert (await api.post(f"{where}/retry")).status == 409
    await end(web, told["id"], Rejected("chat_not_found", "Bad Request: chat not found"))
    failed = (await api.get(where)).json
    assert (failed["state"], failed["reason"]) == ("failed", "chat_not_found")
    [attempt] = failed["history"]
    assert attempt["description"] == "Bad Request: chat not found"
    assert (await api.post(f"{where}/retry")).json["state"] == "scheduled"


@pytest.mark.parametrize(("how", "state"), [("sent", "sent"), ("resend", "scheduled")])
async def test_what_is_uncertain_is_settled(web: Web, api: Asker, how: str, state: str) -> None:
    told = await made(api, on_uncertain="park")
    where = f"{MESSAGES}/{told['id']}"
    await end(web, told["id"], Uncertain("timeout", "no answer"))
    assert (await api.get(where)).json["state"] == "uncertain"
    wrong = await api.post(f"{where}/settle", {"as": "maybe"})
    assert (wrong.status, wrong.fields) == (422, {"as"})
    assert (await api.post(f"{where}/settle", {"as": how})).json["state"] == state
    assert (await api.post(f"{where}/settle", {"as": how})).status == 409


async def test_a_reader_changes_nothing(web: Web, api: Asker) -> None:
    where = f"{MESSAGES}/{(await made(api, at=LATER))['id']}"
    async with web.with_key(Scope.READ) as reader:
        assert (await reader.get(where)).status == 200
        assert (await reader.post(MESSAGES, new())).status == 403
        assert (await reader.ask("PATCH", where, {"text": "x"})).status == 403
        assert (await reader.post(f"{where}/cancel")).status == 403
    async with web.nobody() as nobody:
        assert (await nobody.get(where)).status == 401
        assert (await nobody.post(MESSAGES, new())).status == 401
    assert await rows(web) == 1


async def test_asked_again_after_its_time_it_is_found(web: Web, api: Asker) -> None:
    now = web.office.now()
    soon = (now + timedelta(minutes=2)).isoformat()
    asked = {
        "in time": new(at=soon),
        "or never": new(expires_at=soon),
        "recurring": new(at=soon, repeat="every day at 09:00"),
    }
    for key, body in asked.items():
        assert (await api.post(MESSAGES, body, headers={"Idempotency-Key": key})).status == 201
    web.office.now = lambda: now + timedelta(hours=1)
    for key, body in asked.items():
        again = await api.post(MESSAGES, body, headers={"Idempotency-Key": key})
        assert again.status == 200, again.text
        assert (await api.post(MESSAGES, body, headers={"Idempotency-Key": "new"})).status == 422
