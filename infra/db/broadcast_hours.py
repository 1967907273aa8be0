"""Broadcasts outside of their hours: put off until these open, and not looked at before."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.sending_hours import SendingHours
from infra.db.broadcast_row import hours_of
from infra.db.lanes import WHOLE, is_running
from infra.db.moments import utc_now
from infra.db.tables import broadcasts
from infra.db.zone_lanes import open_lanes

AT_ONCE = 16
"""Broadcasts that a claim takes from: with each its statement grows."""

b = broadcasts.c


@dataclass(frozen=True, slots=True)
class Open:
    """A broadcast that may be sent from now, and from which of its lanes."""

    broadcast_id: int
    lanes: Sequence[int]


class Hours:
    """Tells what is open for one claim, which looks `ahead_s` ahead and for which hours end
    `lead_s` early.
    """

    def __init__(self, bot_id: int, ahead_s: float, lead_s: float) -> None:
        self._bot_id, self._ahead_s, self._lead_s = bot_id, ahead_s, lead_s

    async def open_now(
        self, connection: AsyncConnection, candidates: Select[tuple[int]], most: int
    ) -> list[Open]:
        """Which of these broadcasts are within their hours: `most` and AT_ONCE at most, drawn by
        lot, so that each has its turn. Those found closed, and lanes of them, are not claimed from
        before they open again.
        """
        asked = candidates.add_columns(
            *(b.opens_at, b.hours_from, b.hours_to, b.hours_zone, b.own_zones),
            utc_now().label("now"),
        )
        rows = (await connection.execute(asked)).all()
        drawn: list[Open] = []
        for row in random.sample(rows, len(rows)):
            if lanes := await self._lanes(connection, row):
                drawn.append(Open(row.id, lanes))
            if len(drawn) == min(most, AT_ONCE):
                break
        return drawn

    async def _lanes(self, connection: AsyncConnection, row: Any) -> Sequence[int]:
        hours = hours_of(row)
        if hours is not None and hours.own_zones:
            times = self._ahead_s, self._lead_s
            return await open_lanes(connection, self._bot_id, row, hours, *times)
        if hours is None or await self._is_open(connection, row, hours):
            return (WHOLE,)
        return ()

    async def _is_open(self, connection: AsyncConnection, row: Any, hours: SendingHours) -> bool:
        moment = max(row.now, row.opens_at)
        opens_at = hours.opens(moment, self._lead_s)
        if opens_at == moment:
            return True
        # Whoever has moved its start meanwhile has said when it opens.
        unmoved = (b.id == row.id, is_running(), b.opens_at == row.opens_at)
        put_off = update(broadcasts).where(*unmoved)
        await connection.execute(put_off.values(opens_at=opens_at))
        return False
