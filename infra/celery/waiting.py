"""What waits in this process for its time, where the broker holds nothing back."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from typing import Any

Work = Callable[[], Coroutine[Any, Any, None]]


class Waiting:
    """On one event loop. What a killed process had waiting, the leases bring back."""

    def __init__(self) -> None:
        self._places = itertools.count()
        self._held: dict[int, tuple[asyncio.TimerHandle, Work, Work]] = {}
        self._begun: set[asyncio.Task[None]] = set()

    def put(self, in_s: float, work: Work, given_up: Work) -> None:
        """Do `work` then; or `given_up`, where it is closed before. Both see to their errors."""
        place = next(self._places)
        handle = asyncio.get_running_loop().call_later(in_s, self._begin, place)
        self._held[place] = handle, work, given_up

    async def close(self) -> None:
        """Give up all whose time has not come, and wait for what has begun."""
        held, self._held = self._held, {}
        for handle, _, _ in held.values():
            handle.cancel()
        unmade = [given_up() for _, _, given_up in held.values()]
        await asyncio.gather(*self._begun, *unmade, return_exceptions=True)

    def _begin(self, place: int) -> None:
        _, work, _ = self._held.pop(place)
        task = asyncio.create_task(work())
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
