"""Updates as a bot gets them: by getUpdates, and brought to its webhook."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.client import Client
from sandbox.server import Sandbox
from sandbox.signals import Signal


@pytest.fixture
def sandbox(sandbox_of_one_bot: Sandbox) -> Sandbox:
    sandbox_of_one_bot.telegram.postman.waits_s = (0.0, 0.01)
    return sandbox_of_one_bot


async def texts(client: Client, **arguments: Any) -> list[str]:
    updates = (await client.call("getUpdates", **arguments)).result
    return [update["message"]["text"] for update in updates]


async def polls(sandbox: Sandbox) -> None:
    """Once a bot waits for updates, which is no request in flight."""
    counts = sandbox.telegram.counts
    assert await counts.changed.wait_for(lambda: counts.requests > counts.in_flight, 10)


class Hook:
    """A bot's webhook: answers with each status of `statuses`, then 200 and `reply`."""

    def __init__(self, *statuses: int, reply: Any = None) -> None:
        self.requests: list[tuple[Any, Any]] = []
        self._statuses, self._reply, self._came = list(statuses), reply, Signal()

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append((request.headers, await request.json()))
        self._came.notify()
        status = self._statuses.pop(0) if self._statuses else 200
        headers = {"Location": "/elsewhere"} if status == 302 else None
        told = self._reply if status == 200 else None
        return web.json_response(told, status=status, headers=headers)

    async def updates(self, count: int) -> list[dict[str, Any]]:
        assert await self._came.wait_for(lambda: len(self.requests) >= count, 10)
        return [update for _, update in self.requests]


async def elsewhere(_: web.Request) -> web.Response:
    """Where nobody should follow a redirect to."""
    return web.Response()


@asynccontextmanager
async def listening(hook: Hook) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/hook", hook.answer)
    application.router.add_get("/elsewhere", elsewhere)
    async with TestServer(application) as server:
        yield str(server.make_url("/hook"))


async def test_what_people_write_comes_until_it_is_confirmed(client: Client) -> None:
    for text in ("one", "two", "three"):
        await client.post("write", user=7, text=text)
    updates = (await client.call("getUpdates", limit=2)).result
    assert [update["message"]["text"] for update in updates] == ["one", "two"]
    assert await texts(client, offset=updates[0]["update_id"] + 1) == ["two", "three"]
    assert await texts(client, offset=-1) == ["three"]
    assert await texts(client) == ["three"]


async def test_a_long_poll_answers_when_somebody_writes(sandbox: Sandbox, client: Client) -> None:
    waiting = asyncio.create_task(texts(client, timeout=30))
    await polls(sandbox)
    await client.post("write", user=7, text="hello")
    assert await waiting == ["hello"]


async def test_a_second_poll_ends_the_first(sandbox: Sandbox, client: Client) -> None:
    first = asyncio.create_task(client.call("getUpdates", timeout=30))
    await polls(sandbox)
    await client.call("getUpdates")
    reply = await first
    assert (reply.status, reply.body["error_code"]) == (409, 409)
    assert reply.description == (
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running"
    )


async def test_bots_have_mailboxes_of_their_own() -> None:
    async with Sandbox() as sandbox, Client(sandbox.url) as one, Client(sandbox.url, "2:b") as two:
        for bot in (one, two):
            await bot.call("getMe")
        await one.post("write", user=7, text="to the newest bot")
        await one.post("write", user=7, text="to the other", bot=1)
        assert await texts(two) == ["to the newest bot"]
        assert await texts(one) == ["to the other"]


async def test_a_stopping_server_answers_who_polls() -> None:
    async with Sandbox() as sandbox, Client(sandbox.url) as client:
        polling = asyncio.create_task(client.call("getUpdates", timeout=50))
        await polls(sandbox)
        await sandbox.stop()
        assert (await polling).result == []


async def test_a_fault_of_get_updates_strikes(client: Client) -> None:
    await client.post("faults", kind="error", method="getUpdates", count=1)
    await client.post("write", user=7, text="kept")
    assert (await client.call("getUpdates")).status == 502
    assert await texts(client) == ["kept"]


async def test_a_webhook_gets_the_updates_in_order_with_its_secret(client: Client) -> None:
    hook = Hook()
    await client.post("write", user=7, text="waited")
    async with listening(hook) as url:
        await client.call("setWebhook", url=url, secret_token="s3cret_")
        await client.post("write", user=7, text="came")
        updates = await hook.updates(2)
        assert [update["message"]["text"] for update in updates] == ["waited", "came"]
        assert hook.requests[0][0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret_"
        info = (await client.call("getWebhookInfo")).result
    assert (info["url"], info["has_custom_certificate"]) == (url, False)


async def test_a_webhook_that_fails_is_tried_again(client: Client) -> None:
    hook = Hook(500, 302, 503)
    async with listening(hook) as url:
        await client.call("setWebhook", url=url)
        for text in ("one", "two"):
            await client.post("write", user=7, text=text)
        updates = await hook.updates(5)
        info = (await client.call("getWebhookInfo")).result
    assert [u["message"]["text"] for u in updates] == ["one"] * 4 + ["two"]
    told = "Wrong response from the webhook: 503 Service Unavailable"
    assert info["last_error_message"] == told
    assert info["last_error_date"] > 0


async def test_a_webhook_may_answer_with_a_method(client: Client) -> None:
    hook = Hook(reply={"method": "sendMessage", "chat_id": 7, "text": "at once"})
    async with listening(hook) as url:
        await client.call("setWebhook", url=url)
        await client.post("write", user=7, text="hello")
        [receipt] = (await client.get("receipts", wait_s=10))["receipts"]
    assert (receipt["method"], receipt["text"]) == ("sendMessage", "at once")


async def test_polling_and_a_webhook_exclude_each_other(sandbox: Sandbox, client: Client) -> None:
    polling = asyncio.create_task(client.call("getUpdates", timeout=30))
    await polls(sandbox)
    await client.call("setWebhook", url="http://127.0.0.1:9/")
    assert (await polling).description == "Conflict: terminated by setWebhook request"
    reply = await client.call("getUpdates")
    assert (reply.status, reply.description) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first",
    )
    await client.call("deleteWebhook")
    assert (await client.call("getUpdates")).result == []


async def test_pending_updates_are_seen_and_may_be_dropped(client: Client) -> None:
    await client.call("getUpdates", allowed_updates=["message"])
    await client.post("write", user=7, text="old")
    waiting = await client.get("updates", bot=1)
    assert [update["message"]["text"] for update in waiting["pending"]] == ["old"]
    assert waiting["webhook"] is None
    info = (await client.call("getWebhookInfo")).result
    assert (info["pending_update_count"], info["allowed_updates"]) == (1, ["message"])
    await client.call("deleteWebhook", drop_pending_updates=True)
    assert await texts(client) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"url": "ftp://example.com/"}, "invalid webhook URL specified"),
        ({"url": "https://"}, "invalid webhook URL specified"),
        (
            {"url": "https://example.com/", "secret_token": "no spaces"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_a_webhook_that_cannot_be_is_refused(
    client: Client, arguments: dict[str, str], told: str
) -> None:
    reply = await client.call("setWebhook", **arguments)
    assert (reply.status, reply.description) == (400, f"Bad Request: {told}")
