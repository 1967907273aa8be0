"""Messages: made, listed, changed, and put right where they went wrong."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from apps.api import changing, cursors, intake
from apps.api.access import Guarded, Reader, Writer
from apps.api.etags import Expected, etag_of
from apps.api.idempotency import REPLAYED, OncePerKey, TheKey
from apps.api.ids import Id
from apps.api.iso_times import aware
from apps.api.office import Office, TheOffice
from apps.api.prefix import API
from apps.api.routes.series import shown
from apps.api.schemas.lists import PER_PAGE, Cursor, Limit
from apps.api.schemas.message import (
    Made,
    MadeSeries,
    MessageOut,
    MessagePatch,
    Messages,
    MessageWithHistory,
    NewMessage,
    Settlement,
)
from apps.api.schemas.problem import problems
from apps.api.schemas.text import PlainText
from core.chat_id import parse_chat_id
from core.message import Message, State
from core.recurring_message import RecurringMessage
from infra.db.listing_ways import Wanted

LEDGER_ID = 2**63 - 1
LOOKS_AHEAD = timedelta(seconds=3)
"""So far ahead workers look every two seconds, by themselves."""

# Its key is the ledger's own: there the row and its key are written by one statement.
making = APIRouter(prefix="/messages", tags=["messages"], route_class=Guarded)
router = APIRouter(prefix="/messages", tags=["messages"], route_class=OncePerKey)

Row = Annotated[int | None, Query(ge=1, le=LEDGER_ID)]
Moment = Annotated[PlainText | None, Query(json_schema_extra={"format": "date-time"})]


@making.post(
    "",
    status_code=201,
    responses={200: {"model": Made | MadeSeries, "description": "It was there."}, **problems(413)},
)
async def make(
    asked: NewMessage, caller: Writer, office: TheOffice, answer: Response, key: TheKey = None
) -> Made | MadeSeries:
    """Make a message, or with `repeat` a series. It is in the ledger when this answers.

    The same request under the same key finds what the first one made (200), whatever has become
    of it since.
    """
    taken = await intake.take(office, caller, asked, key)
    if not taken.created:
        answer.status_code = 200
        answer.headers[REPLAYED] = "true"
    elif _is_near(taken.what, office):
        office.hurry()
    if isinstance(taken.what, Message):
        answer.headers["Location"] = f"{API}/messages/{taken.what.id}"
        answer.headers["ETag"] = etag_of(taken.what)
        return Made(message=MessageOut.of(taken.what))
    answer.headers["Location"] = f"{API}/series/{taken.what.id}"
    return MadeSeries(series=await shown(taken.what, office))


@router.get("")
async def listed(
    caller: Reader,
    office: TheOffice,
    state: Annotated[list[State], Query(description="Any of these.")] = [],  # noqa: B006
    chat_id: PlainText | None = None,
    broadcast_id: Row = None,
    series_id: Row = None,
    reason: PlainText | None = None,
    since: Moment = None,
    until: Moment = None,
    q: Annotated[PlainText, Query(max_length=200, description="A part of its text.")] = "",
    limit: Limit = PER_PAGE,
    cursor: Cursor = None,
) -> Messages:
    """Messages, a page at a time. `since` and `until` look at the time that was asked for; with
    them, and without a chat, a broadcast or a series, only posts are listed.
    """
    wanted = Wanted(
        states=tuple(state),
        chat_id=parse_chat_id(chat_id) if chat_id is not None else "",
        broadcast_id=broadcast_id,
        series_id=series_id,
        reason=reason,
        since=aware(since, "since") if since is not None else None,
        until=aware(until, "until") if until is not None else None,
        q=q,
    )
    after = cursors.decode(cursor) if cursor else None
    page = await office.listing.page(wanted, limit, after)
    items = [MessageOut.of(message) for message in page.items]
    return Messages(items=items, next=cursors.encode(page.next) if page.next else None)


@router.get("/{message_id}", responses=problems(404))
async def one(
    message_id: Id, caller: Reader, office: TheOffice, answer: Response
) -> MessageWithHistory:
    """One message, with every attempt."""
    message = await office.ledger.reading.get(message_id)
    answer.headers["ETag"] = etag_of(message)
    return MessageWithHistory.whole(message)


@router.patch("/{message_id}", responses=problems(404, 409, 412, 413))
async def change(
    message_id: Id,
    asked: MessagePatch,
    expected: Expected,
    caller: Writer,
    office: TheOffice,
    answer: Response,
) -> MessageOut:
    """Edit or move a message that still waits. With `If-Match`, only if it is in that version.

    409 once it is on its way or has ended; 412 where it has changed since it was read.
    """
    message = await changing.change(office, message_id, asked, expected)
    return _told(message, office, answer)


@router.post("/{message_id}/cancel", responses=problems(404, 409))
async def cancel(message_id: Id, caller: Writer, office: TheOffice, answer: Response) -> MessageOut:
    """Cancel a message that still waits."""
    await office.ledger.desk.cancel(message_id)
    return await _now(message_id, office, answer)


@router.post("/{message_id}/retry", responses=problems(404, 409))
async def retry(message_id: Id, caller: Writer, office: TheOffice, answer: Response) -> MessageOut:
    """Send once more what has failed, with as many attempts as a new message has."""
    await office.ledger.desk.retry(message_id)
    return await _now(message_id, office, answer)


@router.post("/{message_id}/settle", responses=problems(404, 409))
async def settle(
    message_id: Id, asked: Settlement, caller: Writer, office: TheOffice, answer: Response
) -> MessageOut:
    """Say of an uncertain message whether it is in the chat."""
    desk = office.ledger.desk
    await (desk.settle_sent if asked.how == "sent" else desk.settle_resend)(message_id)
    return await _now(message_id, office, answer)


async def _now(message_id: int, office: Office, answer: Response) -> MessageOut:
    return _told(await office.ledger.reading.get(message_id), office, answer)


def _told(message: Message, office: Office, answer: Response) -> MessageOut:
    if _is_near(message, office):
        office.hurry()
    answer.headers["ETag"] = etag_of(message)
    return MessageOut.of(message)


def _is_near(what: Message | RecurringMessage, office: Office) -> bool:
    """Whether a worker has something to do before it would look by itself."""
    if isinstance(what, RecurringMessage):
        return True
    return what.state is State.SCHEDULED and what.due_at <= office.now() + LOOKS_AHEAD
