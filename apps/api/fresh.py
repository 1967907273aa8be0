"""What is dear to ask for: asked once for all who want it at a time, and kept for a moment."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Generic, TypeVar

T = TypeVar("T")


class Fresh(Generic[T]):
    """The answer of `ask`, no older than `for_s` when it is given out.

    Whoever comes while it is being asked waits for that answer. An error is told to all who wait,
    and not kept.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]], for_s: float) -> None:
        self._ask, self._for_s = ask, for_s
        self._asking: asyncio.Task[T] | None = None
        self._good_until_s = 0.0

    async def get(self) -> T:
        if self._asking is None or (self._asking.done() and self._is_stale()):
            # What is logged on the way is about none of those who wait.
            self._asking = asyncio.create_task(self._asked(), context=Context())
        # Shielded: one who goes away takes the answer from nobody else.
        return await asyncio.shield(self._asking)

    def _is_stale(self) -> bool:
        return time.monotonic() >= self._good_until_s

    async def _asked(self) -> T:
        self._good_until_s = 0.0
        found = await self._ask()
        self._good_until_s = time.monotonic() + self._for_s
        return found
