"""PATCH: of two who have read the same, the second is told that it has changed."""

import asyncio
from typing import Any

from core.message import OnUncertain, Request
from core.scope import Scope
from tests.api.asks import LATER, MESSAGES, claimed, made, new, sending
from tests.api.web import Answer, Asker, Web


async def patch(api: Asker, message_id: int, tag: str | None = None, **changes: object) -> Answer:
    headers = {} if tag is None else {"If-Match": tag}
    return await api.ask("PATCH", f"{MESSAGES}/{message_id}", changes, headers=headers)


async def tag_of(api: Asker, message_id: int) -> str:
    return (await api.get(f"{MESSAGES}/{message_id}")).headers["ETag"]


async def test_the_second_of_two_is_told(api: Asker) -> None:
    number = (await made(api, at=LATER))["id"]
    read = await tag_of(api, number)
    first = await patch(api, number, read, text="First")
    second = await patch(api, number, read, text="Second")
    assert (first.status, second.status) == (200, 412)
    assert second.json["type"] == "urn:analyticbot:changed-meanwhile"
    assert first.headers["ETag"] == await tag_of(api, number) != read
    assert (await patch(api, number, first.headers["ETag"], text="Second")).status == 200


async def test_of_many_at_once_with_one_tag_one_wins(web_on_either: Web) -> None:
    async with web_on_either.with_key(Scope.WRITE) as api:
        number = (await made(api, at=LATER))["id"]
        read = await tag_of(api, number)
        asked = (patch(api, number, read, text=f"by {n}") for n in range(10))
        answers = await asyncio.gather(*asked)
    assert sorted(answer.status for answer in answers) == [200] + [412] * 9


async def test_who_names_no_version_loses_nothing_of_anothers_change(web_on_either: Web) -> None:
    async with web_on_either.with_key(Scope.WRITE) as api:
        number = (await made(api, at=LATER))["id"]
        moved, edited = await asyncio.gather(
            patch(api, number, at="2031-06-01T00:00Z"), patch(api, number, text="Edited")
        )
        assert (moved.status, edited.status) == (200, 200)
        told = (await api.get(f"{MESSAGES}/{number}")).json
    assert (told["at"], told["text"]) == ("2031-06-01T00:00:00Z", "Edited")


async def test_which_tags_fit(api: Asker) -> None:
    number = (await made(api, at=LATER))["id"]
    read = await tag_of(api, number)
    for tag in ('"x"', f"W/{read}", read.strip('"'), '"', "\t,", '""', f'"x{read}'):
        assert (await patch(api, number, tag, text="No")).status == 412, tag
    for tag in ("*", f'"x", {read}'):
        answer = await patch(api, number, tag, expires_at="2031-06-01T00:00Z")
        assert answer.status == 200, tag
        await patch(api, number, expires_at=None)


async def test_that_a_worker_has_taken_it_is_no_change(web: Web, api: Asker) -> None:
    number = (await made(api))["id"]
    read = await tag_of(api, number)
    await claimed(web, number)
    assert await tag_of(api, number) == read
    answer = await patch(api, number, read, text="In time")
    assert (answer.status, answer.json["state"]) == (200, "scheduled")


async def test_what_is_on_its_way_cannot_be_changed(web: Web, api: Asker) -> None:
    number = (await made(api))["id"]
    read = await tag_of(api, number)
    await sending(web, number)
    for tag in (None, "*", read):
        answer = await patch(api, number, tag, text="Too late")
        assert (answer.status, answer.json["type"]) == (409, "urn:analyticbot:refused-by-state")
    assert (await api.get(f"{MESSAGES}/{number}")).json["text"] == "Hello"


async def test_what_has_ended_cannot_be_changed(api: Asker) -> None:
    number = (await made(api, at=LATER))["id"]
    await api.post(f"{MESSAGES}/{number}/cancel")
    assert (await patch(api, number, at=LATER)).status == 409


async def test_what_is_given_replaces_and_null_takes_away(api: Asker) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", "url": "https://example.org"}]]}
    number = (await made(api, text="<b>A</b>", parse_mode="HTML", reply_markup=keyboard))["id"]
    params = (await patch(api, number, text="<i>B</i>")).json["params"]
    assert params == {"text": "<i>B</i>", "parse_mode": "HTML", "reply_markup": keyboard}
    params = (await patch(api, number, reply_markup=None, protect_content=True)).json["params"]
    assert params == {"text": "<i>B</i>", "parse_mode": "HTML", "protect_content": True}
    answer = await patch(api, number, text="<i>B", parse_mode="HTML")
    assert (answer.status, answer.fields) == (422, {"text"})


async def test_a_text_becomes_a_picture_with_that_caption(api: Asker) -> None:
    number = (await made(api, text="A", disable_notification=True))["id"]
    told = (await patch(api, number, photo="https://example.org/a.png")).json
    assert told["method"] == "sendPhoto"
    expected = {"photo": "https://example.org/a.png", "caption": "A", "disable_notification": True}
    assert told["params"] == expected


async def test_a_new_text_has_no_entities_of_the_old_one(api: Asker) -> None:
    bold = [{"type": "bold", "offset": 0, "length": 5}]
    number = (await made(api, entities=bold))["id"]
    assert (await patch(api, number, protect_content=True)).json["params"]["entities"] == bold
    assert "entities" not in (await patch(api, number, text="Hi")).json["params"]


async def test_the_caption_of_an_album_is_changed_in_its_first_item(api: Asker) -> None:
    media = [{"type": "photo", "media": f"https://example.org/{n}.png"} for n in range(2)]
    body = {"chat_id": 5, "media": media, "caption": "A", "parse_mode": "HTML"}
    number = (await api.post(MESSAGES, body)).json["message"]["id"]
    first = (await patch(api, number, caption="<b>B</b>")).json["params"]["media"][0]
    assert (first["caption"], first["parse_mode"]) == ("<b>B</b>", "HTML")
    first = (await patch(api, number, caption=None)).json["params"]["media"][0]
    assert "caption" not in first


async def test_times_are_moved(web: Web, api: Asker) -> None:
    number = (await made(api, at=LATER))["id"]
    told = (await patch(api, number, at="2031-06-01T09:00", zone="Asia/Tashkent")).json
    assert (told["at"], told["due_at"]) == ("2031-06-01T04:00:00Z", "2031-06-01T04:00:00Z")
    told = (await patch(api, number, expires_at="2031-06-01T10:00Z")).json
    assert told["expires_at"] == "2031-06-01T10:00:00Z"
    assert (await patch(api, number, at="2031-06-02T00:00Z")).fields == {"at"}
    assert (await patch(api, number, expires_at=None)).json["expires_at"] is None


async def test_what_is_wrong_is_told_and_nothing_is_changed(api: Asker) -> None:
    number = (await made(api, at=LATER))["id"]
    read = await tag_of(api, number)
    wrong: dict[str, dict[str, Any]] = {
        "body": {},
        "at": {"at": None},
        "chat_id": {"chat_id": 6},
        "on_uncertain": {"on_uncertain": "park"},
        "repeat": {"repeat": "every day"},
        "text": {"text": None},
        "txt": {"txt": None},
        "caption": {"text": "a", "caption": "b"},
        "expires_at": {"expires_at": "2031-05-04T09:00:00Z", "text": "x"},
    }
    for field, changes in wrong.items():
        answer = await patch(api, number, **changes)
        assert (answer.status, answer.fields) == (422, {field}), answer.text
    assert await tag_of(api, number) == read


async def test_the_content_that_a_broadcast_shares_is_not_changed(web: Web, api: Asker) -> None:
    number = (await made(api, at=LATER))["id"]
    message = await web.office.ledger.reading.get(number)
    park = OnUncertain.PARK
    request = Request("", message.content, None, "a broadcast", park, message.max_attempts)
    await web.office.ledger.intake.schedule_broadcast(request, ["5"])
    [recipient] = [m for m in await web.office.ledger.reading.newest() if m.broadcast_id]
    answer = await patch(api, recipient.id, text="Other")
    assert answer.status == 409
    assert (await patch(api, recipient.id, at=LATER)).status == 200


async def test_a_message_made_meanwhile_has_another_tag(api: Asker) -> None:
    tags = {await tag_of(api, (await api.post(MESSAGES, new())).json["message"]["id"])}
    tags.add(await tag_of(api, (await made(api))["id"]))
    assert len(tags) == 2
