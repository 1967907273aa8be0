"""The answer that does not end: `text/event-stream`, as the HTML standard has it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from apps.api.events.feed import Feed
from apps.api.events.streams import Stream

log = logging.getLogger(__name__)

MEDIA_TYPE = "text/event-stream"
BEAT_S = 15.0
CHECK_S = 30.0
TAKEN_WITHIN_S = 30.0
"""A reader that takes nothing for so long is let go."""

AGAIN_MS = 2_000
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

StillMay = Callable[[], Awaitable[bool]]
"""Whether the key or the session that asked is still good."""


class EventStream(Response):
    """`first` is what was missed."""

    media_type = MEDIA_TYPE

    def __init__(self, feed: Feed, stream: Stream, first: bytes, still_may: StillMay) -> None:
        super().__init__(headers=HEADERS, media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._feed, self._stream, self._first, self._still_may = feed, stream, first, still_may

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        tasks = [asyncio.create_task(each) for each in (self._pump(send), _gone(receive))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._feed.close(self._stream)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        pump = tasks[0]
        if pump.cancelled() or (error := pump.exception()) is None:
            return
        if not isinstance(error, TimeoutError):
            raise error
        log.info("a reader of events took nothing for %g s", TAKEN_WITHIN_S)

    async def _pump(self, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(head)
        await _put(send, f"retry: {AGAIN_MS}\n\n".encode() + self._first)
        loop = asyncio.get_running_loop()
        check_at_s = loop.time() + CHECK_S
        while not self._stream.end:
            found = await self._frames()
            if found or not self._stream.end:
                await _put(send, found or b": beat\n\n")
            if loop.time() >= check_at_s and not self._stream.end:
                check_at_s = loop.time() + CHECK_S
                if not await self._still_may():
                    self._stream.close("the key or the session is over")
        await _put(send, f": {self._stream.end}\n\n".encode(), more=False)

    async def _frames(self) -> bytes:
        """Nothing, if nothing comes for a while, or the stream is over."""
        try:
            async with asyncio.timeout(BEAT_S):
                return await self._stream.frames()
        except TimeoutError:
            return b""


async def _put(send: Send, body: bytes, *, more: bool = True) -> None:
    async with asyncio.timeout(TAKEN_WITHIN_S):
        await send({"type": "http.response.body", "body": body, "more_body": more})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
