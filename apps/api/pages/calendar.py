"""The calendar: posts by the day, to be moved by hand."""

from fastapi import APIRouter
from starlette.responses import Response

from apps.api.chat_titles import ChatTitles
from apps.api.ids import Id
from apps.api.pages.render import TheView, View
from apps.api.schemas.calendar import MOVABLE
from infra.db.series import Series

router = APIRouter(prefix="/calendar")


@router.get("")
async def calendar(view: TheView) -> Response:
    """Its entries are asked for by the page itself."""
    channels = await view.office.channels.listed()
    return view.page("calendar.html", channels=channels)


@router.get("/message/{message_id}")
async def message(view: TheView, message_id: Id) -> Response:
    """What the panel shows of a post."""
    found = await view.office.ledger.reading.get(message_id)
    titles = await _titles(view)
    movable = found.state in MOVABLE
    return view.page("calendar_message.html", message=found, titles=titles, movable=movable)


@router.get("/series/{series_id}")
async def series(view: TheView, series_id: Id) -> Response:
    """What the panel shows of an occurrence that is still to come."""
    found = await Series(view.office.database, view.office.bot_id).get(series_id)
    return view.page("calendar_series.html", series=found, titles=await _titles(view))


@router.get("/broadcast/{broadcast_id}")
async def broadcast(view: TheView, broadcast_id: Id) -> Response:
    """What the panel shows of a broadcast."""
    found = await view.office.ledger.broadcasts.get(broadcast_id)
    return view.page("calendar_broadcast.html", broadcast=found)


async def _titles(view: View) -> ChatTitles:
    return ChatTitles(await view.office.channels.listed())
