"""One update of a conversation after the other, in the order in which they came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiogram.fsm.storage.base import BaseEventIsolation, StorageKey


@dataclass(slots=True)
class Turn:
    """A conversation's lock, and how many hold it or wait for it."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Turns(BaseEventIsolation):
    """As aiogram's own, but a conversation in which nothing happens takes no memory."""

    def __init__(self) -> None:
        self._turns: dict[StorageKey, Turn] = {}

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncIterator[None]:
        turn = self._turns.setdefault(key, Turn())
        turn.users += 1
        try:
            async with turn.lock:  # who came first is first
                yield
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[key]

    async def close(self) -> None:
        self._turns.clear()
