"""Gather what comes while one round trip is under way into the next one."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Grouped(Generic[T, R]):
    """Turns single calls into grouped ones without making any of them wait for company.

    `flush` takes the gathered items and returns as many results, in their order. Its
    error goes to every caller of the group. A caller that is cancelled gives up only the
    wait: its item has been handed over.
    """

    def __init__(
        self, flush: Callable[[list[T]], Awaitable[list[R]]], max_items: int = 256
    ) -> None:
        self._flush = flush
        self._max_items = max_items
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def __call__(self, item: T) -> R:
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None:
            # It serves whoever calls: what it logs is not about the one who came first.
            self._worker = asyncio.create_task(self._work(), context=Context())
        return await future

    async def _work(self) -> None:
        try:
            # One turn of the loop lets those that are ready now share the first group too.
            await asyncio.sleep(0)
            while self._waiting:
                group = self._waiting[: self._max_items]
                del self._waiting[: self._max_items]
                await self._run(group)
        finally:
            self._worker = None

    async def _run(self, group: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._flush([item for item, _ in group])
        except BaseException as error:
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), result in zip(group, results, strict=True):
            if not future.done():
                future.set_result(result)
