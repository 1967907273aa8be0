"""HTTP/1.1 connections to one server, kept open: POST, and the whole answer.

aiohttp's client takes three times the CPU of this: more than the rest of a send does.
Of HTTP it knows what a Bot API needs: a body of known length there, any answer back.
"""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from aiohappyeyeballs import start_connection

from core.errors import AnalyticBotError
from infra.telegram.connection import Answer, Connection

NAME_KEPT_S = 60.0
# An address that does not answer this soon is tried beside the next one (RFC 8305).
NEXT_ADDRESS_AFTER_S = 0.25
DEFAULT_PORTS = {"http": 80, "https": 443}
NO_ADDRESS = "TELEGRAM_API_URL is not an address"


class NotConnected(AnalyticBotError):
    """No connection stood: nothing was sent."""


class TooLate(AnalyticBotError):
    """The connection stood only after the moment until which the request might be begun."""


class Bounds(NamedTuple):
    """`connect_s` bounds the wait for a free connection and that for a new one, each;
    `answer_s` the wait for the answer once the request is written.
    """

    connections: int
    connect_s: float
    answer_s: float
    idle_s: float


class Connections:
    """The connections to the server at `url`; `now_s` is the clock of `write_before_s`."""

    def __init__(self, url: str, bounds: Bounds, now_s: Callable[[], float]) -> None:
        self._url, self._bounds, self._now_s = url, bounds, now_s
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Semaphore(bounds.connections)
        self._idle: deque[Connection] = deque()
        self._open: set[Connection] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._naming, self._addresses = asyncio.Lock(), list[Any]()
        self._named_at_s = 0.0

    async def post(
        self, method: str, body: bytes, write_before_s: float, within_s: float
    ) -> Answer:
        """Post JSON; `within_s` bounds all of it.

        Raises NotConnected and TooLate where nothing was written; ConnectionLost and
        TimeoutError where the answer is hidden.
        """
        end_s = self._loop.time() + within_s
        await self._find_room()
        try:
            connection = await self._take()
            try:
                # The last moment before the write.
                if self._now_s() > write_before_s:
                    raise TooLate
                head = b"%sContent-Length: %d\r\n\r\n" % (_head(self._url, method), len(body))
                left_s = min(end_s - self._loop.time(), self._bounds.answer_s)
                return await connection.ask(head + body, left_s)
            finally:
                self._put_back(connection)
        finally:
            self._room.release()

    async def close(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
        for connection in self._open:
            connection.close()
        if self._open:  # waited for together: who is cancelled meanwhile cancels none of these
            await asyncio.wait([connection.lost for connection in self._open])

    async def _find_room(self) -> None:
        if not self._room.locked():
            await self._room.acquire()
            return
        try:
            async with asyncio.timeout(self._bounds.connect_s):
                await self._room.acquire()
        except TimeoutError:
            raise NotConnected("no connection came free") from None

    async def _take(self) -> Connection:
        """The one that was used last, or a new one."""
        since_s = self._loop.time() - self._bounds.idle_s
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and connection.idle_since_s > since_s:
                return connection
            connection.close()
        return await self._connected()

    def _put_back(self, connection: Connection) -> None:
        if not connection.usable:
            connection.close()
            return
        connection.idle_since_s = self._loop.time()
        self._idle.append(connection)
        if self._sweeper is None:
            self._sweep()

    def _sweep(self) -> None:
        """Close what is idle for too long, and come again when the next one will be."""
        while self._idle and self._idle[0].idle_since_s <= self._loop.time() - self._bounds.idle_s:
            self._idle.popleft().close()
        self._sweeper = None
        if self._idle:
            at_s = self._idle[0].idle_since_s + self._bounds.idle_s
            self._sweeper = self._loop.call_at(at_s, self._sweep)

    async def _connected(self) -> Connection:
        try:
            async with asyncio.timeout(self._bounds.connect_s):
                connection = await self._connect()
        except OSError as error:  # of names, of TLS and of time are among them
            self._addresses = []
            raise NotConnected(f"{type(error).__name__}: {error}") from error
        except ValueError as error:  # no port, or no host's name
            raise NotConnected(NO_ADDRESS) from error
        self._open.add(connection)
        connection.lost.add_done_callback(lambda _: self._open.discard(connection))
        return connection

    async def _connect(self) -> Connection:
        parts = urlsplit(self._url)
        host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
        found = await self._find(host, port)
        line = await start_connection(found, happy_eyeballs_delay=NEXT_ADDRESS_AFTER_S)
        try:
            secure = parts.scheme == "https"
            _, connection = await self._loop.create_connection(
                Connection,
                sock=line,
                ssl=_trust() if secure else None,
                server_hostname=host if secure else None,
            )
        except BaseException:
            line.close()
            raise
        return connection

    async def _find(self, host: str, port: int) -> list[Any]:
        async with self._naming:
            if not self._addresses or self._loop.time() - self._named_at_s > NAME_KEPT_S:
                found = await self._loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                self._addresses, self._named_at_s = found, self._loop.time()
            return self._addresses


@lru_cache(maxsize=64)
def _head(url: str, method: str) -> bytes:
    parts = urlsplit(url)
    target = quote(f"{parts.path}{method}", safe="/:%")
    head = f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
    return f"{head}Content-Type: application/json\r\n".encode()


@cache
def _trust() -> ssl.SSLContext:
    """The machine's own authorities, and the host's name has to be in the certificate."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
