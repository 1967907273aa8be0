"""Broadcasts: one content for many chats, and their whole life."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Body, Response

from apps.api import broadcast_desk, cursors
from apps.api.access import Reader, Writer
from apps.api.idempotency import OncePerKey, TheKey
from apps.api.ids import Id
from apps.api.iso_times import moment_of
from apps.api.office import Office, TheOffice
from apps.api.prefix import API
from apps.api.schemas.broadcast import (
    Broadcast,
    Broadcasts,
    MadeBroadcast,
    NewBroadcast,
    TestCopy,
    TestSent,
    When,
    made,
    told,
)
from apps.api.schemas.lists import PER_PAGE, Cursor, Limit
from apps.api.schemas.problem import problems
from core.chat_id import parse_chat_id
from infra.broadcast_trial import as_seen_by, copy_for

router = APIRouter(prefix="/broadcasts", tags=["broadcasts"], route_class=OncePerKey)

Start = Annotated[When, Body(default_factory=When)]


@router.post(
    "",
    status_code=201,
    responses=problems(404, 409)
    | {200: {"model": MadeBroadcast, "description": "The key found it."}},
)
async def create(
    office: TheOffice, caller: Writer, asked: NewBroadcast, key: TheKey, response: Response
) -> MadeBroadcast:
    """Make a broadcast.

    It is checked for each of its recipients, who are written down, the first of them at once and
    the others beside: `built` tells when all are. Nothing is sent before it is started, unless
    `start` or `at` say so.
    """
    taken = await broadcast_desk.make(office, caller, asked, key)
    response.status_code = 201 if taken.created else 200
    response.headers["Location"] = f"{API}/broadcasts/{taken.broadcast.id}"
    paces = await office.paces.of([taken.broadcast])
    return made(taken.broadcast, paces[taken.broadcast.id], office.now(), taken.plan)


@router.get("")
async def listed(
    office: TheOffice, caller: Reader, limit: Limit = PER_PAGE, cursor: Cursor = None
) -> Broadcasts:
    """Broadcasts, the newest first."""
    before = cursors.number(cursor) if cursor is not None else None
    found = await office.ledger.broadcasts.newest(limit, before)
    paces, now = await office.paces.of(found), office.now()
    items = [told(each, paces[each.id], now) for each in found]
    return Broadcasts(
        items=items, next=cursors.encode([found[-1].id]) if found[limit - 1 :] else None
    )


@router.get("/{broadcast_id}", responses=problems(404))
async def show(office: TheOffice, caller: Reader, broadcast_id: Id) -> Broadcast:
    """A broadcast: how far it is, how fast, and for how long still."""
    return await shown(office, broadcast_id)


@router.post("/{broadcast_id}/test", status_code=202, responses=problems(404))
async def test(
    office: TheOffice,
    caller: Writer,
    broadcast_id: Id,
    to: TestCopy,
    response: Response,
    key: TheKey,
) -> TestSent:
    """Send it to one chat, as that one would get it. It does not count, and costs no fee."""
    chat_id = parse_chat_id(to.chat_id)
    found = await office.ledger.broadcasts.get(broadcast_id)
    content = found.content
    if found.fields is not None:
        content = await as_seen_by(office.audiences, chat_id, content)
    own = f"{broadcast_id}:{caller.name}:{key or uuid4().hex}"
    request = copy_for(chat_id, content, own, found.max_attempts)
    scheduled = await office.ledger.intake.schedule(request)
    office.hurry()
    response.headers["Location"] = f"{API}/messages/{scheduled.message.id}"
    return TestSent(message_id=scheduled.message.id)


@router.post("/{broadcast_id}/start", responses=problems(404, 409))
async def start(office: TheOffice, caller: Writer, broadcast_id: Id, when: Start) -> Broadcast:
    """Let a draft be sent: now, or at a time."""
    at = moment_of(when.at, when.zone, office.now()) if when.at is not None else None
    await office.ledger.broadcasts.start(broadcast_id, at)
    office.hurry()
    return await shown(office, broadcast_id)


@router.post("/{broadcast_id}/move", responses=problems(404, 409))
async def move(office: TheOffice, caller: Writer, broadcast_id: Id, when: Start) -> Broadcast:
    """Let one that is scheduled begin at another time, or now. Refused once it has begun."""
    at = moment_of(when.at, when.zone, office.now()) if when.at is not None else None
    await office.ledger.broadcasts.move(broadcast_id, at)
    office.hurry()
    return await shown(office, broadcast_id)


@router.post("/{broadcast_id}/pause", responses=problems(404, 409))
async def pause(office: TheOffice, caller: Writer, broadcast_id: Id) -> Broadcast:
    """Hold it: within two seconds nothing more is sent."""
    await office.ledger.broadcasts.pause(broadcast_id)
    return await shown(office, broadcast_id)


@router.post("/{broadcast_id}/resume", responses=problems(404, 409))
async def resume(office: TheOffice, caller: Writer, broadcast_id: Id) -> Broadcast:
    """Let it go on exactly where it stopped."""
    await office.ledger.broadcasts.resume(broadcast_id)
    office.hurry()
    return await shown(office, broadcast_id)


@router.post("/{broadcast_id}/cancel", responses=problems(404, 409))
async def cancel(office: TheOffice, caller: Writer, broadcast_id: Id) -> Broadcast:
    """Call it off for good: who waits is skipped."""
    await office.ledger.broadcasts.cancel(broadcast_id)
    return await shown(office, broadcast_id)


async def shown(office: Office, broadcast_id: int) -> Broadcast:
    """Raises NotFound."""
    found = await office.ledger.broadcasts.get(broadcast_id)
    paces = await office.paces.of([found])
    return told(found, paces[found.id], office.now())
