"""The sandbox over HTTP: sending, receipts, limits, the page, and malformed input."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from sandbox.client import Client
from sandbox.server import Sandbox

API = "/bot1:token/sendMessage"


ARGUMENTS = {"chat_id": "42", "text": "Tëxt & <b>", "disable_notification": "true"}


@pytest.mark.parametrize(
    "options",
    [
        {"json": ARGUMENTS},
        {"json": {**ARGUMENTS, "chat_id": 42}},
        {"data": ARGUMENTS},
        {"params": ARGUMENTS},
        {"params": {"chat_id": "42"}, "data": {"text": "Tëxt & <b>"}},
        {"data": aiohttp.FormData(ARGUMENTS, default_to_multipart=True)},
    ],
    ids=["json", "json number", "form", "query", "query and form", "multipart"],
)
async def test_arguments_may_be_written_in_any_way(client: Client, options: Any) -> None:
    reply = await client.request("POST", API, **options)
    assert reply.status == 200
    assert (reply.result["chat"]["id"], reply.result["text"]) == (42, "Tëxt & <b>")


async def test_a_method_may_be_asked_for_by_get_and_in_any_case(client: Client) -> None:
    reply = await client.request("GET", "/bot1:token/SENDmessage?chat_id=42&text=hello+there")
    assert reply.result["text"] == "hello there"


async def test_message_ids_grow_in_each_chat(client: Client) -> None:
    ids = [(await client.send(chat)).result["message_id"] for chat in (5, 5, 6, 5)]
    assert ids == [1, 2, 1, 3]


async def test_entities_count_utf16_units(client: Client) -> None:
    reply = await client.send(5, "\U0001f600 <b>bold</b>", parse_mode="HTML")
    assert reply.result["text"] == "\U0001f600 bold"
    assert reply.result["entities"] == [{"type": "bold", "offset": 3, "length": 4}]


async def test_listed_entities_come_back_checked(client: Client) -> None:
    listed = [{"type": "code", "offset": 1, "length": 2}, {"type": "url", "offset": 0, "length": 1}]
    reply = await client.send(5, "abcd", entities=listed)
    assert reply.result["entities"] == listed[:1]
    reply = await client.send(5, "ab", entities=[{"type": "bold", "offset": 0, "length": 3}])
    assert "ends after the end of the text" in reply.description


async def test_a_channel_signs_its_messages_itself(client: Client) -> None:
    reply = await client.send("@our_channel")
    assert reply.result["sender_chat"] == reply.result["chat"]
    assert reply.result["chat"]["type"] == "channel"
    assert "from" not in reply.result


async def test_a_declared_chat_has_its_names_and_is_found_by_them(client: Client) -> None:
    await client.post("chats", chat=-1001, type="channel", title="News", username="news_of_us")
    await client.post("chats", chat=-1001, members=12)
    reply = await client.send("@News_of_us")
    assert reply.result["chat"] == {
        "id": -1001,
        "title": "News",
        "username": "news_of_us",
        "type": "channel",
    }
    assert (await client.call("getChatMemberCount", chat_id=-1001)).result == 12
    assert (await client.call("getChat", chat_id=-1001)).result["title"] == "News"


async def test_an_upload_is_described_and_its_receipt_has_no_bytes(client: Client) -> None:
    form = aiohttp.FormData({"chat_id": "5", "caption": "see"})
    form.add_field("document", b"x" * 5000, filename="report.pdf", content_type="application/pdf")
    reply = await client.request("POST", "/bot1:token/sendDocument", data=form)
    document = reply.result["document"]
    assert (document["file_name"], document["file_size"]) == ("report.pdf", 5000)
    [receipt] = (await client.get("receipts"))["receipts"]
    assert receipt["params"]["document"]["file_size"] == 5000


async def test_an_album_may_bring_its_files_along(client: Client) -> None:
    media = [
        {"type": "photo", "media": "attach://one", "caption": "first"},
        {"type": "video", "media": "https://example.com/two.mp4"},
    ]
    form = aiohttp.FormData({"chat_id": "5", "media": json.dumps(media)})
    form.add_field("one", b"bytes", filename="one.jpg")
    reply = await client.request("POST", "/bot1:token/sendMediaGroup", data=form)
    first, second = reply.result
    assert (first["message_id"], second["message_id"]) == (1, 2)
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "first"
    assert (await client.get("stats"))["accepted"] == 2


async def test_a_copy_is_a_new_message_and_a_forward_names_its_origin(client: Client) -> None:
    posted = await client.post("messages", chat="@source", text="worth reading")
    source = {"from_chat_id": "@source", "message_id": posted["message_id"]}
    copied = await client.call("copyMessage", chat_id=5, **source)
    forwarded = await client.call("forwardMessage", chat_id=5, **source)
    assert copied.result == {"message_id": 1}
    assert forwarded.result["text"] == "worth reading"
    assert forwarded.result["forward_origin"]["type"] == "channel"


async def test_what_cannot_be_found_is_not_copied(client: Client) -> None:
    await client.send(5)
    reply = await client.call("copyMessages", chat_id=6, from_chat_id=5, message_ids=[1, 9])
    assert reply.result == [{"message_id": 1}]
    reply = await client.call("copyMessage", chat_id=6, from_chat_id=5, message_id=9)
    assert reply.description == "Bad Request: message to copy not found"


async def test_receipts_tell_what_was_accepted_and_nothing_else(client: Client) -> None:
    await client.send(5, "one")
    await client.send(5, "")
    await client.send(-6, "two")
    log = await client.get("receipts")
    assert [(r["seq"], r["chat_id"], r["text"]) for r in log["receipts"]] == [
        (1, 5, "one"),
        (2, -6, "two"),
    ]
    assert log["last"] == 2
    assert log["receipts"][0]["received_at"] <= log["receipts"][0]["accepted_at"]
    [only] = (await client.get("receipts", chat=-6))["receipts"]
    assert only["seq"] == 2


async def test_a_long_poll_answers_when_its_receipts_are_there(client: Client) -> None:
    waiting = asyncio.create_task(client.get("receipts", since=1, count=2, wait_s=10))
    for number in range(3):
        assert not waiting.done()
        await client.send(5, f"{number}")
    log = await waiting
    assert [receipt["text"] for receipt in log["receipts"]] == ["1", "2"]


async def test_a_long_poll_for_a_chat_overhears_the_others(client: Client) -> None:
    waiting = asyncio.create_task(client.get("receipts", chat=7, wait_s=10))
    await client.send(5)
    await client.send(7)
    assert [receipt["chat_id"] for receipt in (await waiting)["receipts"]] == [7]


async def test_a_long_poll_outlives_a_reset(client: Client) -> None:
    await client.send(5)
    waiting = asyncio.create_task(client.get("receipts", count=2, wait_s=10))
    await client.get("stats")
    await client.post("reset")
    for text in ("one", "two"):
        await client.send(5, text)
    assert [receipt["text"] for receipt in (await waiting)["receipts"]] == ["one", "two"]


async def test_a_long_poll_gives_up_in_time(client: Client) -> None:
    assert (await client.get("receipts", wait_s=0.05))["receipts"] == []


async def test_many_receipts_come_as_columns(client: Client) -> None:
    await asyncio.gather(*(client.send(chat, f"n{chat}") for chat in range(1, 51)))
    columns = (await client.get("receipts", compact=1))["columns"]
    assert columns["seq"] == list(range(1, 51))
    assert set(columns["text"]) == {f"n{chat}" for chat in range(1, 51)}


async def test_over_the_limit_nothing_is_accepted() -> None:
    async with Sandbox(rate=0, chat_rate=1) as sandbox, Client(sandbox.url) as client:
        assert (await client.send(5)).status == 200
        reply = await client.send(5)
        stats = await client.get("stats")
    assert (reply.status, reply.headers["Retry-After"]) == (429, "1")
    assert reply.description == "Too Many Requests: retry after 1"
    assert reply.body["parameters"] == {"retry_after": 1}
    assert (stats["accepted"], stats["over_limit"], stats["rejected"]) == (1, 1, {"429": 1})


async def test_limits_can_be_changed_while_it_runs(client: Client) -> None:
    rates = await client.post("limits", chat_rate=1)
    assert rates == {"rate": 0, "chat_rate": 1, "group_rate": 0, "paid_rate": 1000}
    assert [(await client.send(5)).status for _ in range(2)] == [200, 429]


async def test_a_reset_forgets_all_but_the_rates(client: Client) -> None:
    await client.send(5)
    await client.post("faults", kind="blocked")
    await client.post("reset")
    assert (await client.get("stats"))["accepted"] == 0
    assert (await client.send(5)).result["message_id"] == 1
    assert (await client.get("receipts"))["last"] == 1


async def test_only_the_token_asked_for_is_known() -> None:
    async with Sandbox(token="1:right") as sandbox:
        async with Client(sandbox.url, "1:right") as client:
            assert (await client.call("getMe")).result["id"] == 1
        async with Client(sandbox.url, "1:wrong") as client:
            reply = await client.call("getMe")
    assert reply.body == {"ok": False, "error_code": 401, "description": "Unauthorized"}


@pytest.mark.parametrize(
    "path",
    ["/bot/getMe", "/bot1:a", "/bot1:a/", "/botx:a/getMe", "/bot1:a/noSuch", "/bot1/getMe", "/bot"],
)
async def test_what_does_not_exist_is_not_found(client: Client, path: str) -> None:
    reply = await client.request("POST", path)
    assert reply.body == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_the_page_is_served_and_asks_nobody_else(client: Client) -> None:
    reply = await client.request("GET", "/")
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "http://" not in reply.text
    assert "https://" not in reply.text
    assert "innerHTML" not in reply.text


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("POST", "faults", {"kind": "nonsense"}),
        ("POST", "faults", {"kind": "flood", "count": "many"}),
        ("POST", "faults", {"kind": "flood", "chat": "not a chat"}),
        ("POST", "chats", {}),
        ("POST", "chats", {"chat": 5, "type": "club"}),
        ("POST", "messages", {}),
        ("POST", "limits", {"rate": []}),
    ],
)
async def test_the_admin_is_told_his_mistakes(
    client: Client, verb: str, path: str, body: Any
) -> None:
    reply = await client.request(verb, f"/admin/{path}", json=body)
    assert reply.status == 400
    assert reply.body["error"]
