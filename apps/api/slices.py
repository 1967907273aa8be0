"""Work that is done slice by slice: some of it while somebody waits, the rest beside."""

import time
from collections.abc import AsyncIterator

from apps.api.office import Office

WITHIN_S = 1.0


async def begin(office: Office, slices: AsyncIterator[int]) -> tuple[int, bool]:
    """How many so far, and whether there are more to come: those the office sees to. Where it ends
    before they do, the same asked once more goes on with them.
    """
    count, enough_at_s = 0, time.monotonic() + WITHIN_S
    async for each in slices:
        count += each
        if time.monotonic() > enough_at_s:
            office.leave(_rest(slices))
            return count, True
    return count, False


async def _rest(slices: AsyncIterator[int]) -> None:
    async for _ in slices:
        pass
