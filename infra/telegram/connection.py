"""One HTTP/1.1 connection: a request at a time, and its answer whole."""

import asyncio
from typing import NamedTuple, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

FINAL_STATUS = 200


class ConnectionLost(OSError):
    """It ended, or spoke no HTTP, before the whole answer was there."""


class Answer(NamedTuple):
    status: int
    body: bytes
    retry_after: str | None


class Connection(asyncio.Protocol):
    """Carries one request at a time; `lost` is done when it has ended."""

    transport: asyncio.Transport

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self.idle_since_s = 0.0
        self._clean = True
        self._answer: asyncio.Future[Answer] | None = None
        self._parser = HttpResponseParser(self)
        self._body: list[bytes] = []
        self._retry_after: str | None = None
        self._sized = self._headed = False

    @property
    def usable(self) -> bool:
        """It stands, and nothing is under way: what comes next will answer the next request."""
        return self._clean and not self.transport.is_closing()

    async def ask(self, request: bytes, within_s: float) -> Answer:
        self._clean, self._answer = False, self._loop.create_future()
        timer = self._loop.call_later(within_s, self._fail, TimeoutError("no answer"))
        try:
            self.transport.write(request)
            return await self._answer
        finally:
            self._answer = None
            timer.cancel()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is of no such class

    def data_received(self, data: bytes) -> None:
        if self._answer is None:  # said unasked: whatever follows answers none of ours
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(ConnectionLost(f"not HTTP: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._headed and not self._sized and exc is None:  # its end is the body's
            self._end()
        self._fail(ConnectionLost(str(exc or "closed by the server")))
        self.lost.set_result(None)

    def close(self) -> None:
        self.transport.abort()

    # What the parser calls

    def on_message_begin(self) -> None:
        self._clean = self._sized = self._headed = False
        self._body, self._retry_after = [], None

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in (b"content-length", b"transfer-encoding"):
            self._sized = True
        elif name == b"retry-after":
            self._retry_after = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._headed = True

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        self._headed = False
        if self._parser.get_status_code() >= FINAL_STATUS:  # else the answer is still to come
            self._clean = self._parser.should_keep_alive()
            self._end()

    def _end(self) -> None:
        if self._answer is not None and not self._answer.done():
            body, status = b"".join(self._body), self._parser.get_status_code()
            self._answer.set_result(Answer(status, body, self._retry_after))

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
