"""Requests that keep their distance, whichever process makes them: Redis gives out the turns."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from core.errors import PreviewBusy
from infra.telegram.governor import US
from infra.telegram.turns import answered, connected

SCRIPT = Path(__file__).parent / "spacing.lua"


class Spacing:
    """At most `rate` turns a second for all who share this name on this Redis; 0: no limit.

    Make it on the event loop that will use it, and close it there. A Redis that lost its
    keys knows nothing of the turns that are still slept for: for as long as the longest
    patience, twice as many may leave.
    """

    def __init__(
        self,
        url: str,
        name: str,
        rate: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._redis = connected(url, f"spacing-{name}")
        self._key, self._sleep = f"spacing:{name}", sleep
        self._interval_us = round(US / rate) if rate else 0
        self._script = self._redis.register_script(SCRIPT.read_text())

    async def turn(self, patience_s: float) -> None:
        """Book the next turn and sleep until it.

        Raises PreviewBusy, and books nothing, where it is more than `patience_s` away;
        GovernorUnavailable where Redis does not answer: then there is no turn.
        """
        if not self._interval_us:
            return
        booked, wait_us = await self._ask(patience_s=patience_s)
        if not booked:
            raise PreviewBusy(wait_us / US)
        await self._sleep(wait_us / US)

    async def hold(self, seconds: float) -> None:
        """Give no turn to anybody for so long. Turns already booked are not taken back."""
        if self._interval_us and seconds > 0:
            await self._ask(hold_s=seconds)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _ask(self, patience_s: float = 0.0, hold_s: float = 0.0) -> tuple[int, int]:
        args = [self._interval_us, round(patience_s * US), round(hold_s * US)]
        booked, wait_us = await answered(self._script(keys=[self._key], args=args))
        return booked, wait_us
