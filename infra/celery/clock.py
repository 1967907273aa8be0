"""The clock that deadlines are taken from: it never jumps, and runs while the machine sleeps."""

import asyncio
import time

# Without CLOCK_BOOTTIME (not Linux) a suspended machine stops the clock: a sender that wakes
# up could then write after its lease. Its connection has long been closed by Telegram.
CLOCK_ID = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class BootClock:
    """Seconds since the machine started."""

    def now_s(self) -> float:
        return time.clock_gettime(CLOCK_ID)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
