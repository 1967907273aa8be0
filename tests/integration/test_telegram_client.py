"""The client against a server that misbehaves on request: what each mishap is called."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from core.message import Content
from core.outcome import (
    Flooded,
    Migrated,
    Outcome,
    Rejected,
    Retryable,
    Sent,
    Unauthorized,
    Uncertain,
)
from infra.telegram import client as module
from infra.telegram.client import TelegramClient
from sandbox.faults import Kind
from sandbox.server import Sandbox
from tests.servers.process import free_port

TOKEN = "42:token-of-ours"
TEXT = Content("sendMessage", {"text": "hello"})
NEVER_S = 1e9


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[TelegramClient]:
    made = TelegramClient(sandbox.url, TOKEN, lambda: 0.0)
    yield made
    await made.close()


async def sent(url: str) -> Outcome:
    """What comes of one message to this address."""
    made = TelegramClient(url, TOKEN, lambda: 0.0)
    try:
        return await made.send("5", TEXT, NEVER_S)
    finally:
        await made.close()


async def test_a_message_arrives_as_it_is(sandbox: Sandbox, client: TelegramClient) -> None:
    content = Content("sendMessage", {"text": "Grüße", "disable_notification": True})
    assert await client.send("-1005", content, NEVER_S) == Sent((1,))
    assert await client.send("@name", content, NEVER_S) == Sent((1,))
    [number, name] = sandbox.telegram.receipts.whole([1, 2])
    assert number["params"] == {"chat_id": -1005, "text": "Grüße", "disable_notification": True}
    assert name["params"]["chat_id"] == "@name"
    assert number["bot_id"] == 42


@pytest.mark.parametrize(
    ("fault", "details", "kind", "reason", "accepted"),
    [
        (Kind.CUT_BEFORE, {}, Uncertain, "connection lost", 0),
        (Kind.CUT_AFTER, {}, Uncertain, "connection lost", 1),
        (Kind.ERROR, {"status": 502, "html": True}, Uncertain, "http 502", 0),
        (Kind.ERROR, {"status": 504, "html": True, "after": True}, Uncertain, "http 504", 1),
        (Kind.ERROR, {"status": 500}, Uncertain, "http 500", 0),
        (Kind.BLOCKED, {}, Rejected, "blocked", 0),
        (Kind.KICKED, {}, Rejected, "kicked", 0),
        (Kind.DEACTIVATED, {}, Rejected, "deactivated", 0),
        (Kind.NOT_FOUND, {}, Rejected, "chat not found", 0),
        (Kind.NO_RIGHTS, {}, Rejected, "no rights", 0),
    ],
)
async def test_each_mishap_has_its_name(
    sandbox: Sandbox,
    client: TelegramClient,
    fault: Kind,
    details: dict[str, Any],
    kind: type,
    reason: str,
    accepted: int,
) -> None:
    sandbox.telegram.faults.add(fault, 5, **details)
    outcome = await client.send("5", TEXT, NEVER_S)
    assert isinstance(outcome, kind)
    assert getattr(outcome, "reason", "") == reason
    assert sandbox.telegram.receipts.last == accepted
    assert sandbox.telegram.counts.requests == 1


async def test_a_flood_a_move_and_a_refused_token_are_told_apart(
    sandbox: Sandbox, client: TelegramClient
) -> None:
    sandbox.telegram.faults.add(Kind.FLOOD, 5, retry_after=7)
    sandbox.telegram.faults.add(Kind.MIGRATED, -6, to=-1007)
    sandbox.telegram.faults.add(Kind.BAD_TOKEN, 8)
    flooded = await client.send("5", TEXT, NEVER_S)
    assert isinstance(flooded, Flooded)
    assert flooded.retry_after_s == 7
    assert await client.send("-6", TEXT, NEVER_S) == Migrated("-1007")
    assert await client.send("8", TEXT, NEVER_S) == Unauthorized("Unauthorized")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}",
        "http://nowhere.invalid",
        "http://a..b",
        "http://host:99999",
        "https://127.0.0.1:{port}",
    ],
)
async def test_where_nobody_answers_nothing_was_sent(url: str) -> None:
    outcome = await sent(url.format(port=free_port()))
    assert isinstance(outcome, Retryable)
    assert outcome.reason == "connect"


async def test_a_handshake_that_fails_sends_nothing(sandbox: Sandbox) -> None:
    outcome = await sent(sandbox.url.replace("http:", "https:"))
    assert isinstance(outcome, Retryable)
    assert sandbox.telegram.receipts.last == 0


@pytest.mark.parametrize("bound", ["ANSWER_WITHIN_S", "REQUEST_WITHIN_S"])
async def test_an_answer_that_takes_too_long_is_uncertain(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(module, bound, 0.1)
    sandbox.telegram.faults.add(Kind.HOLD, 5)
    outcome = await sent(sandbox.url)
    assert isinstance(outcome, Uncertain)
    assert outcome.reason == "timeout"
    assert sandbox.telegram.receipts.last == 1


async def test_who_finds_no_connection_free_has_sent_nothing(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IN_FLIGHT", 1)
    monkeypatch.setattr(module, "CONNECT_WITHIN_S", 0.05)
    sandbox.telegram.faults.add(Kind.HOLD, 5)
    made = TelegramClient(sandbox.url, TOKEN, lambda: 0.0)
    held = [asyncio.create_task(made.send("5", TEXT, NEVER_S)) for _ in range(2)]
    assert await sandbox.telegram.holds.wait(2)
    assert isinstance(await made.send("6", TEXT, NEVER_S), Retryable)
    sandbox.telegram.holds.release()
    assert {type(outcome) for outcome in await asyncio.gather(*held)} == {Sent}
    assert sandbox.telegram.counts.requests == 2
    await made.close()


async def test_a_redirect_is_not_followed() -> None:
    posted = []

    async def handle(request: web.BaseRequest) -> web.Response:
        posted.append(request.path)
        return web.Response(status=307, headers={"Location": "/again"})

    server = web.Server(handle)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    outcome = await sent(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}")
    listener.close()
    await server.shutdown(0)
    assert isinstance(outcome, Uncertain)
    assert posted == [f"/bot{TOKEN}/sendMessage"]


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nA b\r\n\r\n"])
async def test_what_is_told_of_a_mishap_never_holds_the_token(said: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    outcome = await sent(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    server.close()
    assert isinstance(outcome, Uncertain)
    assert TOKEN not in repr(outcome)
    assert "token-of-ours" not in repr(outcome)
