"""Events for whoever listens: the ledger is asked once a second, however many there are."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Iterator
from contextvars import Context
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel

from apps.api.events.event_data import BroadcastEvent, HealthEvent, MessageEvent, Topic
from apps.api.events.streams import Event, Stream, Streams
from core.epoch import EPOCH
from core.errors import LedgerUnavailable
from infra.db.changes import Changes, PostNow, Watch

log = logging.getLogger(__name__)

EVERY_S = 1.0
STOPS = "the server stops"
KEPT = 1_000
KEPT_FOR = timedelta(minutes=10)
MICROSECOND = timedelta(microseconds=1)


class Feed:
    """One process's. It looks only while somebody listens; what it saw last it keeps for a while,
    so that whoever comes back misses nothing, and is told nothing twice.
    """

    def __init__(self, watch: Watch) -> None:
        self.streams = Streams()
        self._watch = watch
        self._kept: deque[Event] = deque(maxlen=KEPT)
        # The id of the last event or look; all events after `_whole_from` are kept.
        self._last = self._whole_from = 0
        self._starting = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._troubled = False
        self._over = asyncio.Event()

    async def open(self, stream: Stream, after: int | None) -> bytes:
        """Listen from now on; what came after the event `after` is returned as it goes on the
        wire. Raises Problem where there are too many streams, LedgerUnavailable.

        Of what this process has seen, that is told exactly. Of what came before it looked, posts
        are told as they are now: some of them may have been told before.
        """
        self.streams.add(stream)
        try:
            async with self._starting:
                if self._task is None and not self._over.is_set():
                    await self._look()
                    # It outlives the request that began it.
                    self._task = asyncio.create_task(self._run(), context=Context())
            earlier = await self._earlier(after) if after is not None else []
        except BaseException:
            self.close(stream)
            raise
        if self._over.is_set():
            stream.close(STOPS)
        stream.skip()  # what has come meanwhile is kept
        later = [event for event in self._kept if after is not None and event.id > after]
        missed = (each.frame for each in (*earlier, *later) if each.topic in stream.topics)
        # An id without data: whoever is cut off before the first event comes back with it.
        return b"".join((*missed, f"id: {self._last}\n\n".encode()))

    def close(self, stream: Stream) -> None:
        self.streams.drop(stream)

    async def stop(self) -> None:
        """All streams end; no more are served."""
        self._over.set()
        self.streams.end(STOPS)
        if self._task is not None:  # a look under way comes to its end
            await asyncio.wait({self._task}, timeout=EVERY_S)

    async def _run(self) -> None:
        try:
            while self.streams and not await self._over_within(EVERY_S):
                await self._look_if_there()
        except Exception:
            log.exception("events failed")
            self.streams.end("something went wrong here; come back")
        finally:
            self._task = None

    async def _over_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._over.wait()
        except TimeoutError:
            return False

    async def _look_if_there(self) -> None:
        try:
            await self._look()
            self._troubled = False
        except LedgerUnavailable as error:
            if not self._troubled:
                log.warning("events wait for the ledger: %s", error)
            self._troubled = True

    async def _look(self) -> None:
        """Look until nothing is left, and tell it. After a long time of nobody, begin anew."""
        if self._last and _now() - self._last > KEPT_FOR // MICROSECOND:
            self._watch.forget()
        more = True
        while more:
            fresh = self._watch.is_new
            changes = await self._watch.look()
            more = changes.more
            if fresh:
                self._kept.clear()
                self._whole_from = self._last = max(self._last, _id_of(changes.at))
            self._tell(changes)

    def _tell(self, changes: Changes) -> None:
        events = list(self._events(changes))
        self._last = max(self._last, _id_of(changes.at))
        for event in events:
            if len(self._kept) == KEPT:
                self._whole_from = self._kept[0].id
            self._kept.append(event)
        self.streams.tell(events)

    def _events(self, changes: Changes) -> Iterator[Event]:
        for post in changes.posts:
            yield self._next(Topic.MESSAGE, MessageEvent.of(post), changes.at)
        for broadcast in changes.broadcasts:
            yield self._next(Topic.BROADCAST, BroadcastEvent.of(broadcast), changes.at)
        if changes.health:
            yield self._next(Topic.HEALTH, HealthEvent.of(changes), changes.at)

    def _next(self, topic: Topic, data: BaseModel, at: datetime) -> Event:
        self._last = max(self._last + 1, _id_of(at))
        return _event(self._last, topic, data)

    async def _earlier(self, after: int) -> list[Event]:
        """What came before all that is kept."""
        oldest, until = max(after, self._last - KEPT_FOR // MICROSECOND), self._whole_from
        if oldest >= until:
            return []
        found = await self._watch.between(_time_of(oldest), _time_of(until))
        return list(_in_order(found[-KEPT:], oldest))


def _in_order(found: Iterable[tuple[datetime, PostNow]], after: int) -> Iterator[Event]:
    last = after
    for at, post in found:
        last = max(last + 1, _id_of(at))
        yield _event(last, Topic.MESSAGE, MessageEvent.of(post))


def _event(number: int, topic: Topic, data: BaseModel) -> Event:
    told = data.model_dump_json()
    return Event(number, topic, f"id: {number}\nevent: {topic}\ndata: {told}\n\n".encode())


def _id_of(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _time_of(number: int) -> datetime:
    return EPOCH + number * MICROSECOND


def _now() -> int:
    return _id_of(datetime.now(UTC))
