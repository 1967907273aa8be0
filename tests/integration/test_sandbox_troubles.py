"""Each fault, over HTTP: what the client sees, and what the receipts say."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from sandbox import faults
from sandbox.client import Client, Reply
from sandbox.server import Sandbox


async def accepted(client: Client) -> int:
    return int((await client.get("stats"))["accepted"])


@pytest.mark.parametrize(
    ("kind", "chat", "code", "description"),
    [
        ("blocked", 5, 403, "Forbidden: bot was blocked by the user"),
        ("deactivated", 5, 403, "Forbidden: user is deactivated"),
        ("kicked", -1005000000000, 403, "Forbidden: bot was kicked from the supergroup chat"),
        ("kicked", -5, 403, "Forbidden: bot was kicked from the group chat"),
        ("kicked", "@chan", 403, "Forbidden: bot was kicked from the channel chat"),
        ("not_found", 5, 400, "Bad Request: chat not found"),
        ("bad_token", 5, 401, "Unauthorized"),
    ],
)
async def test_telegram_says_no_in_its_own_words(
    client: Client, kind: str, chat: Any, code: int, description: str
) -> None:
    await client.post("faults", kind=kind, chat=chat)
    reply = await client.send(chat)
    assert (reply.status, reply.body["error_code"]) == (code, code)
    assert reply.description == description
    assert await accepted(client) == 0


async def test_missing_rights_are_named_after_what_was_sent(client: Client) -> None:
    await client.post("chats", chat=-5, fault="no_rights")
    text = await client.send(-5)
    photo = await client.call("sendPhoto", chat_id=-5, photo="https://example.com/a.jpg")
    told = "Bad Request: not enough rights to send {} to the chat"
    assert text.description == told.format("text messages")
    assert photo.description == told.format("photos")


async def test_a_flood_passes_and_tells_how_long_it_lasts(client: Client) -> None:
    await client.post("faults", kind="flood", chat=5, count=1, retry_after=17)
    reply = await client.send(5)
    assert reply.body["parameters"] == {"retry_after": 17}
    assert reply.headers["Retry-After"] == "17"
    assert (await client.send(5)).status == 200
    stats = await client.get("stats")
    assert (stats["floods"], stats["over_limit"]) == (1, 0)


async def test_a_migrated_group_names_its_supergroup(client: Client) -> None:
    await client.post("faults", kind="migrated", chat=-5, to=-1009)
    reply = await client.send(-5)
    assert reply.description == "Bad Request: group chat was upgraded to a supergroup chat"
    assert reply.body["parameters"] == {"migrate_to_chat_id": -1009}


@pytest.mark.parametrize(("after", "receipts"), [(False, 0), (True, 1)])
async def test_a_5xx_comes_before_or_after_the_message_was_accepted(
    client: Client, after: bool, receipts: int
) -> None:
    await client.post("faults", kind="error", status=503, after=after, count=1)
    reply = await client.send(5)
    assert (reply.status, reply.body["error_code"]) == (503, 503)
    assert await accepted(client) == receipts


async def test_a_bad_gateway_speaks_html(client: Client) -> None:
    await client.post("faults", kind="error", html=True, count=1)
    reply = await client.send(5)
    assert (reply.status, reply.body) == (502, {})
    assert reply.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(("kind", "receipts"), [("cut_before", 0), ("cut_after", 1)])
async def test_a_cut_connection_hides_whether_the_message_was_accepted(
    client: Client, kind: str, receipts: int
) -> None:
    await client.post("faults", kind=kind, chat=5, count=1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.send(5)
    assert await accepted(client) == receipts
    assert (await client.get("stats"))["cuts"] == 1
    assert (await client.send(5)).status == 200


@pytest.mark.parametrize("after", [False, True])
async def test_a_slow_answer_takes_its_time(client: Client, after: bool) -> None:
    await client.post("faults", kind="slow", delay_s=0.15, after=after, count=1)
    began = time.monotonic()
    sending = asyncio.create_task(client.send(5))
    await client.get("in_flight", count=1, wait_s=5)
    if after:
        await client.get("receipts", count=1, wait_s=5)
    assert (await sending).status == 200
    assert time.monotonic() - began >= 0.15


async def test_a_message_refused_for_its_content_spends_no_fault_of_later_phases(
    client: Client,
) -> None:
    await client.post("faults", kind="cut_after", chat=5, count=1)
    assert (await client.send(5, "")).status == 400
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.send(5)


@pytest.mark.parametrize(("after", "receipts"), [(False, 0), (True, 1)])
async def test_a_held_send_waits_for_its_release(
    client: Client, after: bool, receipts: int
) -> None:
    await client.post("faults", kind="hold", chat=5, after=after)
    sending = asyncio.create_task(client.send(5))
    [held] = (await client.get("held", count=1, wait_s=5))["held"]
    assert (held["chat_id"], held["accepted"]) == (5, after)
    assert await accepted(client) == receipts
    assert (await client.get("stats"))["in_flight"] == 1
    assert await client.post("release") == {"released": 1}
    assert (await sending).status == 200
    assert (await client.send(5)).status == 200


async def test_a_held_send_may_be_released_by_cutting_it(client: Client) -> None:
    await client.post("faults", kind="hold", chat=5)
    sending = asyncio.create_task(client.send(5))
    await client.get("held", wait_s=5)
    await client.post("release", chat=5, cut=True)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await sending
    assert await accepted(client) == 1


async def test_a_release_that_keeps_the_fault_holds_the_next_send_too(client: Client) -> None:
    await client.post("faults", kind="hold")
    for _ in range(2):
        sending = asyncio.create_task(client.send(5))
        await client.get("held", wait_s=5)
        await client.post("release", keep=True)
        await sending


async def test_one_chats_release_leaves_the_others_waiting(client: Client) -> None:
    await client.post("faults", kind="hold")
    sending = [asyncio.create_task(client.send(chat)) for chat in (5, 6)]
    await client.get("held", count=2, wait_s=5)
    assert await client.post("release", chat=5) == {"released": 1}
    await sending[0]
    [left] = (await client.get("held"))["held"]
    assert left["chat_id"] == 6
    await client.post("release")
    await sending[1]


async def test_a_frozen_server_accepts_and_keeps_silent(client: Client) -> None:
    await client.post("freeze")
    sending = [asyncio.create_task(client.send(chat)) for chat in (5, 6)]
    await client.get("held", count=2, wait_s=5)
    assert await accepted(client) == 2
    assert not any(task.done() for task in sending)
    assert await client.post("thaw") == {"released": 2}
    assert [(await task).status for task in sending] == [200, 200]


async def test_a_stopping_server_does_not_wait_for_what_it_holds() -> None:
    async with Sandbox() as sandbox, Client(sandbox.url) as client:
        await client.post("faults", kind="hold")
        sending = asyncio.create_task(client.send(5))
        await client.get("held", wait_s=5)
        began = time.monotonic()
        await sandbox.stop()
        assert time.monotonic() - began < 1
        with pytest.raises(aiohttp.ClientError):
            await sending


async def test_max_in_flight_remembers_the_busiest_moment(client: Client) -> None:
    await client.post("freeze")
    sending = [asyncio.create_task(client.send(chat)) for chat in range(1, 9)]
    assert await client.get("in_flight", count=8, wait_s=5) == {"in_flight": 8}
    await client.post("thaw")
    await asyncio.gather(*sending)
    stats = await client.get("stats")
    assert (stats["in_flight"], stats["max_in_flight"]) == (0, 8)


@pytest.mark.parametrize(
    ("chat", "statuses"),
    [
        (faults.BLOCKED_USER, [403, 403]),
        (-faults.BLOCKED_USER, [403, 403]),
        (faults.MISSING_CHAT, [400, 400]),
        (faults.CHAT_WITHOUT_RIGHTS, [400, 400]),
        (faults.DEACTIVATED_USER, [403, 403]),
        (-faults.MIGRATED_CHAT, [400, 400]),
        (faults.FLOODED_ONCE, [429, 200]),
        (faults.FLOODED_THRICE, [429, 429, 429, 200]),
        (faults.ERROR_ONCE, [500, 200]),
        (faults.BAD_GATEWAY_ONCE, [502, 200]),
        (faults.ERROR_ALWAYS, [500, 500]),
        (faults.HIDDEN_ONCE, [504, 200]),
        (faults.CUT_BEFORE_ONCE, [0, 200]),
        (faults.CUT_AFTER_ONCE, [0, 200]),
    ],
)
async def test_a_magic_chat_needs_no_admin(client: Client, chat: int, statuses: list[int]) -> None:
    async def status() -> int:
        try:
            reply: Reply = await client.send(chat)
        except aiohttp.ServerDisconnectedError:
            return 0
        return reply.status

    assert [await status() for _ in statuses] == statuses
    hidden = chat in (faults.CUT_AFTER_ONCE, faults.HIDDEN_ONCE)
    assert await accepted(client) == statuses.count(200) + hidden


async def test_faults_can_be_listed_and_removed(client: Client) -> None:
    fault = await client.post("faults", kind="flood", chat=5)
    assert (await client.get("faults"))["faults"] == [fault]
    assert await client.delete("faults", id=fault["id"]) == {"removed": 1}
    assert (await client.send(5)).status == 200


async def test_a_blocked_user_can_still_be_looked_up(client: Client) -> None:
    assert (await client.call("getChat", chat_id=faults.BLOCKED_USER)).status == 200
    assert (await client.call("getChat", chat_id=faults.MISSING_CHAT)).status == 400
