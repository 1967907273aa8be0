"""Scenarios that mostly wait for leases to run out: run at the same time, judged one by one."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from tests.servers.postgres import PostgresServer

Scenario = Callable[[PostgresServer], Awaitable[None]]
Test = Callable[["SideBySide"], None]

AT_ONCE = 6
"""Each starts processes, and there may be but two cores."""


def scenario(body: Scenario) -> Test:
    """A test that begins together with all others of its kind that were selected."""

    def test(side_by_side: "SideBySide") -> None:
        side_by_side.finish(body)

    test.__name__, test.__doc__ = body.__name__, body.__doc__
    test.__module__ = body.__module__
    test.scenario = body  # type: ignore[attr-defined]
    return test


class SideBySide:
    """Runs scenarios on an event loop in a thread that outlives their processes."""

    def __init__(self, scenarios: Iterable[Scenario], postgres: PostgresServer) -> None:
        self._ends: dict[Scenario, Future[None]] = {body: Future() for body in scenarios}
        self._postgres = postgres
        self._loop, self._left = asyncio.new_event_loop(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="scenarios")

    def finish(self, body: Scenario) -> None:
        """Wait for its end; raises what it raised."""
        self._ends[body].result()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._left.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._play_until_left())

    async def _play_until_left(self) -> None:
        playing = asyncio.create_task(self._play())
        await self._left.wait()
        playing.cancel()
        await asyncio.wait([playing])

    async def _play(self) -> None:
        room = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._one(body, end, room) for body, end in self._ends.items()))

    async def _one(self, body: Scenario, end: Future[None], room: asyncio.Semaphore) -> None:
        try:
            async with room:
                await body(self._postgres)
            end.set_result(None)
        except BaseException as error:
            end.set_exception(error)
            if not isinstance(error, Exception):
                raise
