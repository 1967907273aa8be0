"""The client's connections: used until its deadline, kept for the next, dropped in time."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.message import Content
from core.outcome import Sent, Unsent
from infra.telegram import client as module
from infra.telegram.client import TelegramClient
from sandbox.server import Sandbox

TOKEN = "42:token-of-ours"
TEXT = Content("sendMessage", {"text": "hello"})
NEVER_S = 1e9


class Pretended:
    """A clock that the test sets."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(rate=0, chat_rate=0, group_rate=0) as running:
        yield running


@pytest.fixture
def now_s() -> Pretended:
    return Pretended()


@pytest.fixture
async def client(sandbox: Sandbox, now_s: Pretended) -> AsyncIterator[TelegramClient]:
    made = TelegramClient(sandbox.url, TOKEN, now_s)
    yield made
    await made.close()


async def test_after_the_deadline_not_a_byte_is_written_on_a_new_connection(
    sandbox: Sandbox, client: TelegramClient, now_s: Pretended
) -> None:
    assert await client.send("5", TEXT, now_s() - 0.001) == Unsent("too late to write")
    assert sandbox.telegram.counts.requests == 0


async def test_nor_on_one_that_stood_already(
    sandbox: Sandbox, client: TelegramClient, now_s: Pretended
) -> None:
    assert await client.send("5", TEXT, now_s()) == Sent((1,))
    now_s.now_s += 1
    assert await client.send("5", TEXT, now_s() - 0.5) == Unsent("too late to write")
    assert sandbox.telegram.counts.requests == 1


async def test_what_was_too_late_leaves_its_connection_to_the_next(
    sandbox: Sandbox, client: TelegramClient, now_s: Pretended
) -> None:
    for _ in range(5):
        assert isinstance(await client.send("5", TEXT, now_s() - 1), Unsent)
    assert isinstance(await client.send("5", TEXT, NEVER_S), Sent)
    assert len(sandbox._server.connections) == 1


async def test_each_request_has_a_deadline_of_its_own(
    sandbox: Sandbox, client: TelegramClient, now_s: Pretended
) -> None:
    deadlines = [NEVER_S, now_s() - 1] * 5
    outcomes = await asyncio.gather(*(client.send("5", TEXT, each) for each in deadlines))
    assert [type(outcome) for outcome in outcomes] == [Sent, Unsent] * 5
    assert sandbox.telegram.receipts.last == 5


async def test_an_idle_connection_is_dropped_before_telegram_drops_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert module.IDLE_CONNECTION_S == 10
    monkeypatch.setattr(module, "IDLE_CONNECTION_S", 0.05)
    made = TelegramClient(sandbox.url, TOKEN, lambda: 0.0)
    await made.send("5", TEXT, NEVER_S)
    [first] = sandbox._server.connections
    await asyncio.sleep(0.1)
    await made.send("5", TEXT, NEVER_S)
    assert first not in sandbox._server.connections
    await made.close()


async def test_a_connection_that_the_server_has_closed_is_not_written_to(
    sandbox: Sandbox, client: TelegramClient
) -> None:
    await client.send("5", TEXT, NEVER_S)
    for connection in sandbox._server.connections:
        connection.force_close()
    await asyncio.sleep(0.02)
    assert isinstance(await client.send("5", TEXT, NEVER_S), Sent)
