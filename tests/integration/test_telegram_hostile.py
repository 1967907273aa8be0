"""Servers that answer in parts, too much, too little, or not at all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from core.message import Content
from core.outcome import Rejected, Sent, Uncertain
from infra.telegram.client import TelegramClient

TOKEN = "42:token-of-ours"
TEXT = Content("sendMessage", {"text": "hello"})
NEVER_S = 1e9
BODY = b'{"ok":true,"result":{"message_id":7}}'
SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


class Server:
    """Answers each request with `said`, byte strings with a breath between them."""

    def __init__(self) -> None:
        self.said: tuple[bytes, ...] = (SIZED,)
        self.closes = False
        self.connections = 0
        self.requests = asyncio.Queue[bytes]()
        self._writers: list[asyncio.StreamWriter] = []

    async def close(self) -> None:
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.requests.put_nowait(await reader.readexactly(length))
                await self._answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        for part in self.said:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.005)
        if self.closes:
            writer.close()


@pytest.fixture
async def server() -> Server:
    return Server()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[TelegramClient]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    made = TelegramClient(f"http://127.0.0.1:{port}", TOKEN, lambda: 0.0)
    yield made
    await made.close()
    listening.close()
    await server.close()


def bytewise(said: bytes) -> tuple[bytes, ...]:
    return tuple(said[at : at + 9] for at in range(0, len(said), 9))


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (
    len(BODY),
    BODY,
)
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    "said", [(SIZED,), bytewise(SIZED), (CHUNKED,), bytewise(CHUNKED), (CONTINUE, SIZED)]
)
async def test_an_answer_in_parts_is_whole_in_the_end_and_its_connection_is_kept(
    server: Server, client: TelegramClient, said: tuple[bytes, ...]
) -> None:
    server.said = said
    outcomes = [await client.send("5", TEXT, NEVER_S) for _ in range(3)]
    assert (outcomes, server.connections) == ([Sent((7,))] * 3, 1)


async def test_a_body_that_ends_with_its_connection_is_whole(
    server: Server, client: TelegramClient
) -> None:
    server.said, server.closes = (b"HTTP/1.1 200 OK\r\n\r\n" + BODY,), True
    assert await client.send("5", TEXT, NEVER_S) == Sent((7,))


@pytest.mark.parametrize(
    "said", [SIZED[:-5], CHUNKED[:-9], b"HTTP/1.1 200 OK\r\n", b"SSH-2.0-nonsense\r\n", b""]
)
async def test_an_answer_that_breaks_off_is_hidden_and_the_next_gets_a_new_connection(
    server: Server, client: TelegramClient, said: bytes
) -> None:
    server.said, server.closes = (said,), True
    assert isinstance(await client.send("5", TEXT, NEVER_S), Uncertain)
    server.said, server.closes = (SIZED,), False
    assert await client.send("5", TEXT, NEVER_S) == Sent((7,))
    assert server.connections == 2


async def test_what_is_said_unasked_answers_nobody(server: Server, client: TelegramClient) -> None:
    other = SIZED.replace(b"7}", b"8}")
    server.said = (SIZED, other)
    assert await client.send("5", TEXT, NEVER_S) == Sent((7,))
    await asyncio.sleep(0.05)  # by then the second has come
    server.said = (SIZED,)
    assert await client.send("5", TEXT, NEVER_S) == Sent((7,))
    assert server.connections == 2


async def test_the_answer_to_who_has_gone_is_given_to_nobody_else(
    server: Server, client: TelegramClient
) -> None:
    server.said = ()
    gone = asyncio.create_task(client.send("5", TEXT, NEVER_S))
    await server.requests.get()
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    server.said = (SIZED,)
    assert await client.send("5", TEXT, NEVER_S) == Sent((7,))
    assert server.connections == 2


@pytest.mark.parametrize("text", ["half a character: \ud800", 2**70])
async def test_what_no_json_can_hold_is_refused_before_a_byte_is_written(
    server: Server, client: TelegramClient, text: object
) -> None:
    outcome = await client.send("5", Content("sendMessage", {"text": text}), NEVER_S)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "content"
    assert server.requests.empty()
