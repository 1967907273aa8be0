"""The lanes of a broadcast whose hours are in its recipients' zones: written, and put off."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SmallInteger, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.sending_hours import SendingHours, is_zone
from infra.db.lanes import DEFAULT, due_lanes
from infra.db.moments import within
from infra.db.tables import broadcast_lanes
from infra.db.upsert import insert_into

AT_ONCE = 8
"""Lanes of a broadcast that a claim takes from: drawn by lot, so that each has its turn."""

of = broadcast_lanes.c


async def open_lanes(
    connection: AsyncConnection,
    bot_id: int,
    broadcast: Any,
    hours: SendingHours,
    ahead_s: float,
    lead_s: float,
) -> Sequence[int]:
    """Lanes with something due that are within their hours, and for `lead_s` more: AT_ONCE at most,
    in no order. Those found closed are not looked at before they open again.
    """
    query = due_lanes(bot_id, broadcast.id, within(ahead_s))
    found = (await connection.execute(query.order_by(of.lane))).all()
    opened: list[int] = []
    closed: dict[datetime, list[int]] = {}
    for each in random.sample(found, len(found)):
        moment = max(broadcast.now, broadcast.opens_at, each.opens_at)
        opens_at = hours.in_zone(each.zone).opens(moment, lead_s)
        if opens_at > moment:
            closed.setdefault(opens_at, []).append(each.lane)
        elif len(opened) < AT_ONCE:
            opened.append(each.lane)
        else:
            break
    for opens_at, lanes in closed.items():
        await _put_off(connection, broadcast.id, lanes, opens_at)
    return opened


async def _put_off(
    connection: AsyncConnection, broadcast_id: int, lanes: Iterable[int], opens_at: datetime
) -> None:
    these = (of.broadcast_id == broadcast_id, of.lane.in_(lanes))
    # Not waited for: who has one of them puts it off as well, maybe in another order.
    free = select(of.lane).where(*these).with_for_update(skip_locked=True).cte("free")
    put_off = update(broadcast_lanes).where(*these, of.lane.in_(select(free.c.lane)))
    await connection.execute(put_off.values(opens_at=opens_at))


async def write_lanes(
    connection: AsyncConnection,
    dialect: str,
    broadcast: Any,
    zones: Iterable[str | None] = (),
) -> None:
    """See to it that there is a lane for each of these zones that is one, and the default's. The
    broadcast's row is locked, so that no two give the same number.
    """
    query = select(of.zone, of.lane).where(of.broadcast_id == broadcast.id)
    known = {row.zone: row.lane for row in await connection.execute(query)}
    rows = [
        {"broadcast_id": broadcast.id, "zone": zone, "lane": lane, "opens_at": broadcast.now}
        for zone, lane in _new(known, broadcast.hours_zone, zones).items()
    ]
    if rows:
        await connection.execute(insert_into(dialect, broadcast_lanes), rows)


def lane_of(broadcast_id: int, zone: Any) -> ColumnElement[int]:
    """The lane of a recipient with this zone: the default's where it has none of its own."""
    its_own = (of.broadcast_id == broadcast_id, of.zone == zone)
    found = select(of.lane).where(*its_own).scalar_subquery()
    return func.coalesce(found, literal(DEFAULT), type_=SmallInteger)


def _new(known: Mapping[str, int], default: str, zones: Iterable[str | None]) -> dict[str, int]:
    told = sorted({zone for zone in zones if zone and is_zone(zone)} - {default})
    missing = [zone for zone in (default, *told) if zone not in known]
    return {zone: DEFAULT + len(known) + place for place, zone in enumerate(missing)}
