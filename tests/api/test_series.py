"""Series over the API: made once, shown with their next times, paused, skipped, cancelled."""

from typing import Any

from core.scope import Scope
from infra.db.occurrences import SERIES_AHEAD_S
from tests.api.asks import MESSAGES, SERIES, new, rows
from tests.api.web import Asker, Web

EVERY_MINUTE = {"repeat": "every minute"}


async def made(api: Asker, **changes: Any) -> dict[str, Any]:
    answer = await api.post(MESSAGES, new(repeat="every day at 09:00", **changes))
    assert answer.status == 201, answer.text
    series: dict[str, Any] = answer.json["series"]
    assert answer.headers["Location"] == f"{SERIES}/{series['id']}"
    return series


async def test_a_series_tells_its_next_times(api: Asker) -> None:
    told = await made(api, zone="Asia/Tashkent", at="2031-05-04T00:00", missed="skip")
    assert (told["state"], told["words"]) == ("active", "every day at 09:00")
    assert (told["zone"], told["starts"]) == ("Asia/Tashkent", "2031-05-04T00:00:00")
    assert told["next"] == [f"2031-05-0{day}T04:00:00Z" for day in range(4, 9)]
    assert (told["missed"], told["skipped"], told["text"]) == ("skip", 0, "Hello")
    assert (await api.get(f"{SERIES}/{told['id']}")).json == {**told, "messages": []}


async def test_what_is_wrong_is_told_by_its_field(api: Asker) -> None:
    for field, changes in {
        "repeat": {"repeat": "every blue moon"},
        "zone": {"repeat": "every day at 09:00", "zone": "Mars"},
        "expires_at": {"repeat": "every day at 09:00", "expires_at": "2031-05-04T00:00Z"},
        "missed": {"repeat": "every day at 09:00", "missed": "hope"},
    }.items():
        answer = await api.post(MESSAGES, new(**changes))
        assert (answer.status, answer.fields) == (422, {field}), answer.text
    assert (await api.get(SERIES)).json == {"items": [], "next": None}


async def test_the_same_key_makes_one_series(api: Asker) -> None:
    key = {"Idempotency-Key": "k"}
    body = new(repeat="every day at 09:00")
    first = await api.post(MESSAGES, body, headers=key)
    again = await api.post(MESSAGES, body, headers=key)
    assert (first.status, again.status, again.json) == (201, 200, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    for other in (new(), body | {"text": "Other"}, body | {"repeat": "every day at 10:00"}):
        answer = await api.post(MESSAGES, other, headers=key)
        assert (answer.status, answer.json["type"]) == (422, "urn:analyticbot:key-conflict")
    assert len((await api.get(SERIES)).json["items"]) == 1


async def test_series_are_listed_a_page_at_a_time(api: Asker) -> None:
    ids = [(await made(api, text=str(n)))["id"] for n in range(5)]
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await api.get(f"{SERIES}?limit=2&cursor={cursor}")).json
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert seen == ids[::-1]
    assert (await api.get(f"{SERIES}?cursor=WyJhIl0")).fields == {"cursor"}


async def test_it_is_paused_resumed_and_cancelled(api: Asker) -> None:
    where = f"{SERIES}/{(await made(api))['id']}"
    assert (await api.post(f"{where}/resume")).status == 409
    paused = (await api.post(f"{where}/pause")).json
    assert (paused["state"], paused["next"]) == ("paused", [])
    resumed = (await api.post(f"{where}/resume")).json
    assert (resumed["state"], len(resumed["next"])) == ("active", 5)
    assert (await api.post(f"{where}/cancel")).json["state"] == "cancelled"
    assert (await api.post(f"{where}/cancel")).status == 409


async def test_its_messages_are_shown_and_changed(web: Web, api: Asker) -> None:
    answer = await api.post(MESSAGES, new(**EVERY_MINUTE))
    where = answer.headers["Location"]
    await web.office.ledger.series.materialise(SERIES_AHEAD_S, 3)
    [*_, first] = (await api.get(where)).json["messages"]
    assert first["series_id"] == answer.json["series"]["id"]
    edited = await api.ask("PATCH", f"{MESSAGES}/{first['id']}", {"text": "Only this time"})
    assert (edited.status, edited.json["text"]) == (200, "Only this time")
    await api.post(f"{where}/cancel")
    assert (await api.get(f"{MESSAGES}/{first['id']}")).json["state"] == "cancelled"


async def test_one_time_is_left_out(web: Web, api: Asker) -> None:
    told = await made(api)
    where, first = f"{SERIES}/{told['id']}", told["next"][0]
    assert (await api.post(f"{where}/skip", {"at": first})).status == 200
    assert (await api.post(f"{where}/skip", {"at": first})).status == 409
    written = await api.post(MESSAGES, new(**EVERY_MINUTE))
    await web.office.ledger.series.materialise(SERIES_AHEAD_S, 3)
    where = written.headers["Location"]
    message = (await api.get(where)).json["messages"][0]
    assert (await api.post(f"{where}/skip", {"at": message["at"]})).status == 200
    assert (await api.get(f"{MESSAGES}/{message['id']}")).json["reason"] == "skipped by hand"


async def test_what_is_not_there_is_not_found(web: Web, api: Asker) -> None:
    for number in (0, -1, 2**63, 99):
        for path in ("pause", "resume", "cancel", "skip"):
            body = {"at": "2031-01-01T00:00Z"} if path == "skip" else None
            assert (await api.post(f"{SERIES}/{number}/{path}", body)).status == 404
        assert (await api.get(f"{SERIES}/{number}")).status == 404
    assert await rows(web) == 0


async def test_it_cannot_be_edited_and_a_reader_changes_nothing(web: Web, api: Asker) -> None:
    where = f"{SERIES}/{(await made(api))['id']}"
    assert (await api.ask("PATCH", where, {"text": "x"})).status == 405
    async with web.with_key(Scope.READ) as reader:
        for path in ("pause", "resume", "cancel", "skip"):
            assert (await reader.post(f"{where}/{path}", {"at": "x"})).status == 403
        assert (await reader.get(where)).json["state"] == "active"
