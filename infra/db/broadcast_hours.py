"""Broadcasts outside of their hours: put off until these open, and not looked at before."""

from typing import Any

from sqlalchemy import Select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.broadcast_row import hours_of
from infra.db.lanes import is_running
from infra.db.moments import utc_now
from infra.db.tables import broadcasts

b = broadcasts.c


async def open_now(
    connection: AsyncConnection, candidates: Select[tuple[int]], lead_s: float
) -> list[int]:
    """Which of these broadcasts are within their hours, and for `lead_s` more. The others are not
    claimed from before they open again.
    """
    asked = candidates.add_columns(
        *(b.opens_at, b.hours_from, b.hours_to, b.hours_zone, utc_now().label("now"))
    )
    rows = await connection.execute(asked.order_by(b.id))
    return [row.id for row in rows if await _is_open(connection, row, lead_s)]


async def _is_open(connection: AsyncConnection, row: Any, lead_s: float) -> bool:
    hours = hours_of(row)
    if hours is None:
        return True
    moment = max(row.now, row.opens_at)
    opens_at = hours.opens(moment, lead_s)
    if opens_at == moment:
        return True
    put_off = update(broadcasts).where(b.id == row.id, is_running())
    await connection.execute(put_off.values(opens_at=opens_at))
    return False
