"""Series: messages that recur. `POST /messages` with `repeat` makes one."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter

from apps.api import cursors
from apps.api.access import Reader, Writer
from apps.api.idempotency import OncePerKey
from apps.api.ids import Id
from apps.api.iso_times import moment_of
from apps.api.office import Office, TheOffice
from apps.api.schemas.lists import PER_PAGE, Cursor, Limit
from apps.api.schemas.message import MessageOut, SeriesWithMessages
from apps.api.schemas.problem import problems
from apps.api.schemas.series import ManySeries, SeriesOut, Skip
from core.recurring_message import RecurringMessage

LAST_MESSAGES = 10

router = APIRouter(prefix="/series", tags=["series"], route_class=OncePerKey)


@router.get("")
async def listed(
    caller: Reader, office: TheOffice, limit: Limit = PER_PAGE, cursor: Cursor = None
) -> ManySeries:
    """Series, the newest first, a page at a time."""
    found = await office.ledger.series.newest(limit + 1, cursors.number(cursor) if cursor else None)
    items = found[:limit]
    following = cursors.encode([items[-1].id]) if len(found) > limit else None
    return ManySeries(items=await _all_shown(items, office), next=following)


@router.get("/{series_id}", responses=problems(404))
async def one(series_id: Id, caller: Reader, office: TheOffice) -> SeriesWithMessages:
    """One series, with the messages of its last times. It cannot be edited: cancel it and make
    another. A message that it has written can be, see `PATCH /messages/{message_id}`.
    """
    found = await office.ledger.series.get(series_id)
    messages = await office.ledger.series.messages(series_id, LAST_MESSAGES)
    shown_messages = [MessageOut.of(message) for message in messages]
    return await asyncio.to_thread(
        SeriesWithMessages.of, found, office.now(), messages=shown_messages
    )


@router.post("/{series_id}/pause", responses=problems(404, 409))
async def pause(series_id: Id, caller: Writer, office: TheOffice) -> SeriesOut:
    """Pause it. Messages of it that wait are cancelled."""
    await office.ledger.series.pause(series_id)
    return await _now(series_id, office)


@router.post("/{series_id}/resume", responses=problems(404, 409))
async def resume(series_id: Id, caller: Writer, office: TheOffice) -> SeriesOut:
    """Go on with the next time to come."""
    await office.ledger.series.resume(series_id)
    office.hurry()
    return await _now(series_id, office)


@router.post("/{series_id}/cancel", responses=problems(404, 409))
async def cancel(series_id: Id, caller: Writer, office: TheOffice) -> SeriesOut:
    """Cancel it for good. Messages of it that wait are cancelled."""
    await office.ledger.series.cancel(series_id)
    return await _now(series_id, office)


@router.post("/{series_id}/skip", responses=problems(404, 409))
async def skip(series_id: Id, asked: Skip, caller: Writer, office: TheOffice) -> SeriesOut:
    """Leave out one time: the next, or one whose message waits."""
    await office.ledger.series.get(series_id)
    await office.skipping.skip(series_id, moment_of(asked.at, asked.zone, office.now()))
    return await _now(series_id, office)


async def shown(series: RecurringMessage, office: Office) -> SeriesOut:
    return (await _all_shown([series], office))[0]


async def _all_shown(found: Sequence[RecurringMessage], office: Office) -> list[SeriesOut]:
    now = office.now()
    return await asyncio.to_thread(lambda: [SeriesOut.of(each, now) for each in found])


async def _now(series_id: int, office: Office) -> SeriesOut:
    return await shown(await office.ledger.series.get(series_id), office)
