"""Who listens to events: each with a queue of its own, that is bounded."""

import asyncio
from collections import Counter, deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from apps.api.events.event_data import Topic
from apps.api.problems import Problem

MOST = 500
MOST_OF_ONE = 20
QUEUED = 1_000
"""Events that wait for one reader. Whoever is slower is let go, and comes back for the rest."""

AGAIN_S = "5"


@dataclass(frozen=True, slots=True)
class Event:
    """`id` is a time in microseconds, later than that of any before; `frame` goes on the wire."""

    id: int
    topic: Topic
    frame: bytes


class Stream:
    """One reader's. `end` says why it is over, "" while it is not."""

    def __init__(self, caller: str, topics: Collection[Topic]) -> None:
        self.caller, self.topics, self.end = caller, frozenset(topics), ""
        self._frames: deque[bytes] = deque()
        self._wake = asyncio.Event()

    def put(self, event: Event) -> None:
        if event.topic not in self.topics or self.end:
            return
        if len(self._frames) == QUEUED:
            self._frames.clear()
            self.close("too slow; come back for the rest")
        else:
            self._frames.append(event.frame)
            self._wake.set()

    def skip(self) -> None:
        """Forget what waits."""
        self._frames.clear()

    def close(self, why: str) -> None:
        self.end = self.end or why
        self._wake.set()

    async def frames(self) -> bytes:
        """What has come since; waits for something, or for the end."""
        await self._wake.wait()
        self._wake.clear()
        found = b"".join(self._frames)
        self._frames.clear()
        return found


class Streams:
    """Those of one process."""

    def __init__(self) -> None:
        self._open: set[Stream] = set()
        self._of: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, stream: Stream) -> None:
        """Raises Problem where there are enough already."""
        later = {"Retry-After": AGAIN_S}
        if self._of[stream.caller] >= MOST_OF_ONE:
            detail = f"at most {MOST_OF_ONE} streams for one key or session; close one"
            raise Problem(429, "too-many-streams", "Too many streams", detail, headers=later)
        if len(self._open) >= MOST:
            detail = f"this process serves {MOST} streams already"
            raise Problem(503, "streams-full", "No more streams for now", detail, headers=later)
        self._open.add(stream)
        self._of[stream.caller] += 1

    def drop(self, stream: Stream) -> None:
        if stream in self._open:
            self._open.remove(stream)
            self._of[stream.caller] -= 1
            if not self._of[stream.caller]:
                del self._of[stream.caller]

    def tell(self, events: Iterable[Event]) -> None:
        for event in events:
            for stream in self._open:
                stream.put(event)

    def end(self, why: str) -> None:
        for stream in self._open:
            stream.close(why)
