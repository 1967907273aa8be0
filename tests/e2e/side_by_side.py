"""Scenarios that mostly wait for leases to run out: run at the same time, judged one by one."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

import pytest

from tests.servers.postgres import PostgresServer

Scenario = Callable[[str], Awaitable[None]]
Chosen = tuple[Scenario, str]

SQLITE, POSTGRES, OWN = "sqlite", "postgres", "own"
"""OWN: the scenario brings a database server of its own."""

AT_ONCE = 12
"""Each starts processes, and there may be but two cores."""


def scenario(fast: str, *slow: str, takes_s: int) -> Callable[[Scenario], Any]:
    """A test that begins together with all others of its kind that were selected.

    It runs on the first database; on the others only in `make test-full`. The scenario gets
    the URL of an empty one ("" for a Stack's own SQLite file). Alone it takes about `takes_s`:
    the longest begin first.
    """

    def decorate(body: Scenario) -> Any:
        def test(side_by_side: "SideBySide", database: str) -> None:
            side_by_side.finish((body, database))

        test.__name__, test.__doc__, test.__module__ = body.__name__, body.__doc__, body.__module__
        body.takes_s = takes_s  # type: ignore[attr-defined]
        test.scenario = body  # type: ignore[attr-defined]
        kinds = [fast, *(pytest.param(kind, marks=pytest.mark.slow) for kind in slow)]
        return pytest.mark.parametrize("database", kinds)(test)

    return decorate


def chosen(item: pytest.Item) -> Chosen | None:
    """The scenario that this test stands for, and its database."""
    body = getattr(getattr(item, "obj", None), "scenario", None)
    return (body, item.callspec.params["database"]) if body else None  # type: ignore[attr-defined]


class SideBySide:
    """Runs scenarios on an event loop in a thread that outlives their processes."""

    def __init__(self, scenarios: Iterable[Chosen], postgres: PostgresServer) -> None:
        self._ends: dict[Chosen, Future[None]] = {one: Future() for one in scenarios}
        self._took_s: dict[Chosen, float] = {}
        self._postgres = postgres
        self._loop, self._left = asyncio.new_event_loop(), asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="scenarios")

    def finish(self, one: Chosen) -> None:
        """Wait for its end; raises what it raised."""
        self._ends[one].result()
        print(f"took {self._took_s[one]:.1f} s, beside others")

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
        longest_first = sorted(self._ends, key=lambda one: -one[0].takes_s)  # type: ignore[attr-defined]
        await asyncio.gather(*(self._one(one, self._ends[one], room) for one in longest_first))

    async def _one(self, one: Chosen, end: Future[None], room: asyncio.Semaphore) -> None:
        try:
            async with room:
                began = time.monotonic()
                await self._play_one(*one)
            self._took_s[one] = time.monotonic() - began
            end.set_result(None)
        except BaseException as error:
            end.set_exception(error)
            if not isinstance(error, Exception):
                raise

    async def _play_one(self, body: Scenario, database: str) -> None:
        if database != POSTGRES:
            return await body("")
        name = f"scenario_{list(self._ends).index((body, database))}"
        try:
            await body(self._postgres.create_database(name))
        finally:
            self._postgres.drop_database(name)
