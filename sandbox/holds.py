"""Requests kept waiting: by a hold on a chat, or by freezing every answer."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.refusals import Cut
from sandbox.signals import Signal


@dataclass(eq=False, slots=True)
class Held:
    """One request that waits. `accepted` tells whether its message is in the receipts."""

    chat_id: int | None
    method: str
    accepted: bool
    since: float
    verdict: "asyncio.Future[bool]"

    def facts(self) -> dict[str, Any]:
        return {
            "chat_id": self.chat_id,
            "method": self.method,
            "accepted": self.accepted,
            "since": self.since,
        }


@dataclass(slots=True)
class Holds:
    """All that wait. `changed` tells of every arrival."""

    waiting: list[Held] = field(default_factory=list)
    changed: Signal = field(default_factory=Signal)
    frozen: bool = False

    async def hold(self, chat_id: int | None, method: str, *, accepted: bool) -> None:
        """Wait for the release; raises Cut where the connection is to be closed instead."""
        verdict = asyncio.get_running_loop().create_future()
        held = Held(chat_id, method, accepted, time.time(), verdict)
        self.waiting.append(held)
        self.changed.notify()
        try:
            if await verdict:
                raise Cut
        finally:
            if held in self.waiting:
                self.waiting.remove(held)

    def release(self, chat_id: int | None = None, *, cut: bool = False) -> int:
        """Let go all, or one chat's; returns how many there were."""
        freed = [held for held in self.waiting if chat_id in (None, held.chat_id)]
        for held in freed:
            self.waiting.remove(held)
            if not held.verdict.done():
                held.verdict.set_result(cut)
        return len(freed)

    async def wait(self, count: int = 1, wait_s: float = 5.0) -> bool:
        """Whether at least this many requests wait, now or within `wait_s`."""
        return await self.changed.wait_for(lambda: len(self.waiting) >= count, wait_s)

    def freeze(self) -> None:
        """From here on nothing is answered, though everything is processed."""
        self.frozen = True

    def thaw(self) -> int:
        self.frozen = False
        return self.release()
