"""Waiting for something to become true, without polling."""

import asyncio
from collections.abc import Callable


class Signal:
    """Wakes whoever waits once his condition holds; costs nothing while nobody waits."""

    def __init__(self) -> None:
        self._waiters: dict[asyncio.Future[None], Callable[[], bool]] = {}

    def notify(self) -> None:
        """Something changed: look at each waiter's condition."""
        for waiter, holds in self._waiters.items():
            if not waiter.done() and holds():
                waiter.set_result(None)

    async def wait_for(self, holds: Callable[[], bool], wait_s: float) -> bool:
        """Whether the condition holds, now or within `wait_s`."""
        if holds() or wait_s <= 0:
            return holds()
        waiter = asyncio.get_running_loop().create_future()
        self._waiters[waiter] = holds
        try:
            await asyncio.wait([waiter], timeout=wait_s)
        finally:
            del self._waiters[waiter]
        return holds()
