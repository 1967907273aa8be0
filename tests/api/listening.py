"""Whoever reads a stream of events."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from tests.api.web import Asker

EVENTS = "/api/v1/events"
WITHIN_S = 5.0


@dataclass(frozen=True)
class Told:
    id: int
    topic: str
    data: Any


@dataclass
class Listener:
    answer: aiohttp.ClientResponse
    told: list[Told] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    last_id: str = ""
    _rest: str = ""

    async def until(self, enough: Callable[["Listener"], bool]) -> "Listener":
        """Read on until there is enough."""
        async with asyncio.timeout(WITHIN_S):
            while not enough(self) and await self.read():
                pass
        assert enough(self), f"the stream ended after {self.told} {self.comments}"
        return self

    async def read(self) -> bool:
        """One chunk; whether there was one."""
        chunk = await self.answer.content.readany()
        *frames, self._rest = (self._rest + chunk.decode()).split("\n\n")
        for frame in frames:
            self._take(frame)
        return bool(chunk)

    def _take(self, frame: str) -> None:
        fields = dict(line.partition(": ")[::2] for line in frame.splitlines())
        if "" in fields:
            self.comments.append(fields[""])
        if "id" in fields:
            self.last_id = fields["id"]
        if "data" in fields:
            told = Told(int(fields["id"]), fields["event"], orjson.loads(fields["data"]))
            self.told.append(told)

    def states(self, message_id: int) -> list[str]:
        return [each.data["state"] for each in self.told if each.data.get("id") == message_id]


@asynccontextmanager
async def listening(asker: Asker, last_id: str = "", topics: str = "") -> AsyncIterator[Listener]:
    """Connected, and known to the server."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with asker.session.get(EVENTS, params={"topics": topics}, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        listener = Listener(answer)
        yield await listener.until(lambda one: bool(one.last_id))
