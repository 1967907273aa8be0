"""What the client makes of the bytes that come back, however they come."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.message import Content
from core.outcome import Flooded, Outcome, Retryable, Sent, Uncertain
from infra.telegram import connections as module
from infra.telegram.client import TelegramClient

TEXT = Content("sendMessage", {"text": "hello"})
NEVER_S = 1e9
BODY = b'{"ok":true,"result":{"message_id":7}}'
SIZED = b"HTTP/1.1 200 OK\r\nContent-Length: 37\r\n\r\n" + BODY
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\n" + BODY[:5] + b"\r\n20\r\n" + BODY[5:] + b"\r\n0\r\n\r\n"
)
UNSIZED = b"HTTP/1.0 200 OK\r\n\r\n" + BODY
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
CLOSING = SIZED.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n")
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
CUT = None
"""The server closes the connection there."""

Say = Callable[[int], list[bytes | None]]


@asynccontextmanager
async def talking(
    say: Say, made: list[int], tls: ssl.SSLContext | None = None
) -> AsyncIterator[TelegramClient]:
    """A client of a server that says this to its nth request; `made` counts its connections."""
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        made.append(len(made))
        while await _request(reader):
            asked += 1
            for part in say(asked):
                if part is CUT:
                    writer.close()
                    return
                writer.write(part)
                await asyncio.sleep(0.001)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    url = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    client = TelegramClient(url, "42:token", lambda: 0.0)
    try:
        yield client
    finally:
        await client.close()
        server.close()
        await asyncio.sleep(0.005)  # the server's ends see it


async def _request(reader: asyncio.StreamReader) -> bool:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return False
    assert head.startswith(b"POST /bot42:token/sendMessage HTTP/1.1\r\nHost: ")
    size = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    return bool(await reader.readexactly(size))


async def answers(say: Say, count: int = 1) -> tuple[list[Outcome], int]:
    """What comes of so many messages, one after the other, and over how many connections."""
    made: list[int] = []
    async with talking(say, made) as client:
        return [await client.send("5", TEXT, NEVER_S) for _ in range(count)], len(made)


@pytest.mark.parametrize(
    ("parts", "connections"),
    [
        ([SIZED], 1),
        ([SIZED[:9], SIZED[9:30], SIZED[30:60], SIZED[60:]], 1),
        ([CHUNKED], 1),
        ([CHUNKED[:50], CHUNKED[50:70], CHUNKED[70:]], 1),
        ([EARLY, SIZED], 1),
        ([EARLY + SIZED], 1),
        ([CLOSING], 2),
        ([CLOSING, CUT], 2),
        ([UNSIZED, CUT], 2),
        ([SIZED + b"HTTP/1.1 200 OK\r\n"], 2),
        ([SIZED, b"HTTP/1.1 200 OK\r\n"], 2),
    ],
)
async def test_an_answer_is_read_however_it_comes(
    parts: list[bytes | None], connections: int
) -> None:
    made: list[int] = []
    async with talking(lambda _: parts, made) as client:
        assert await client.send("5", TEXT, NEVER_S) == Sent((7,))
        await asyncio.sleep(0.01)  # what is said unasked has come, too
        assert await client.send("5", TEXT, NEVER_S) == Sent((7,))
    assert len(made) == connections


@pytest.mark.parametrize(
    "parts",
    [
        [CUT],
        [SIZED[:-1], CUT],
        [CHUNKED[:-5], CUT],
        [SIZED[:20], CUT],
        [EARLY, CUT],
        [b"SSH-2.0-OpenSSH_9.2\r\n"],
        [b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", CUT],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", CUT],
    ],
)
async def test_half_an_answer_is_none(parts: list[bytes | None]) -> None:
    [outcome], _ = await answers(lambda _: parts)
    assert isinstance(outcome, Uncertain)
    assert outcome.reason == "connection lost"


async def test_what_was_answered_before_is_no_answer_to_what_is_asked_now() -> None:
    """Cut where the first answer, whose head said no length, would have been at its end."""
    first: list[bytes | None] = [NO_CONTENT]
    outcomes, made = await answers(lambda asked: first if asked == 1 else [CUT], 2)
    assert [getattr(each, "reason", "") for each in outcomes] == ["http 204", "connection lost"]
    assert made == 1


async def test_who_gives_up_leaves_no_answer_to_the_next_one() -> None:
    """The first answer comes late, when the second is waited for: on another connection."""
    asked, late = asyncio.Event(), SIZED.replace(b":7", b":1")
    made: list[int] = []

    def say(number: int) -> list[bytes | None]:
        asked.set()
        return [b"", late] if number == 1 else [SIZED]

    async with talking(say, made) as client:
        first = asyncio.create_task(client.send("5", TEXT, NEVER_S))
        await asked.wait()
        first.cancel()
        assert await client.send("5", TEXT, NEVER_S) == Sent((7,))
    assert len(made) == 2


async def test_a_flood_may_be_told_by_a_header_alone() -> None:
    said: list[bytes | None] = [
        b"HTTP/1.1 429 Too Many Requests\r\nRETRY-AFTER: 9\r\nContent-Length: 0\r\n\r\n"
    ]
    [outcome], _ = await answers(lambda _: said)
    assert isinstance(outcome, Flooded)
    assert outcome.retry_after_s == 9


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that is good for localhost, with its key, in one file."""
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    what = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    how = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    where = ("-keyout", str(file), "-out", str(file) + ".crt")
    subprocess.run(["openssl", *how, *what, *where], check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


Trusting = Callable[[], Awaitable[Outcome]]


@pytest.fixture
def over_tls(certificate: Path) -> Trusting:
    async def send() -> Outcome:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        async with talking(lambda _: [SIZED], [], context) as client:
            return await client.send("5", TEXT, NEVER_S)

    return send


async def test_a_certificate_that_nobody_vouches_for_sends_nothing(over_tls: Trusting) -> None:
    outcome = await over_tls()
    assert isinstance(outcome, Retryable)
    assert "certificate verify failed" in outcome.description


async def test_a_certificate_that_is_vouched_for_is_taken(
    over_tls: Trusting, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    module._trust.cache_clear()
    try:
        assert await over_tls() == Sent((7,))
    finally:
        module._trust.cache_clear()
