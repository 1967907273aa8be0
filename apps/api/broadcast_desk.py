"""A broadcast as it was asked for over the API, drafted and begun."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from apps.api.access import Caller
from apps.api.idempotency import KEY_HEADER, conflict
from apps.api.intake import BY_API, PLAIN_KEY
from apps.api.iso_times import moment_of
from apps.api.office import Office
from apps.api.schemas.broadcast import NewBroadcast
from apps.api.schemas.content import MESSAGE
from core.broadcast import Broadcast, BroadcastState, Draft
from core.broadcast_plan import Plan
from core.errors import InvalidInput, KeyConflict
from infra.broadcast_order import Order, check_audience, check_same, draft_of
from infra.celery.requests import chat_list


@dataclass(frozen=True, slots=True)
class Asked:
    """All that was asked for, and could be read. `chats` is None where it has an audience; `at`
    None is now, where it `starts`.
    """

    draft: Draft
    chats: Sequence[str] | None
    starts: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """`created`: whether this request made it or found it."""

    broadcast: Broadcast
    plan: Plan
    created: bool


async def make(office: Office, caller: Caller, asked: NewBroadcast, key: str | None) -> Made:
    """Raises InvalidInput, NotFound for a list that there is not, or Problem where the key stands
    for another request.
    """
    wanted = _read(office, caller, asked, key)
    with asked.told():
        await check_audience(office.audiences, wanted.draft)
    desk = office.ledger.broadcasts
    try:
        made = await desk.create(wanted.draft)
        if not made.created:
            _check_same(await desk.get(made.broadcast_id), wanted)
    except KeyConflict:
        if key is None:
            raise
        raise conflict(key) from None
    await _build(office, made.broadcast_id, wanted.chats)
    found = await desk.get(made.broadcast_id)
    if wanted.starts and found.state is BroadcastState.DRAFT:
        await desk.start(found.id, wanted.at)
        office.hurry()
        found = await desk.get(found.id)
    return Made(found, await _plan(office, found), made.created)


def _read(office: Office, caller: Caller, asked: NewBroadcast, key: str | None) -> Asked:
    _check_whom(asked)
    chats = chat_list(asked.chat_ids) if asked.chat_ids is not None else None
    at = moment_of(asked.at, asked.zone, office.now()) if asked.at is not None else None
    if asked.zone is not None and at is None:
        raise InvalidInput("zone", "goes with at", "give both, or none")
    draft = _draft(office, asked)
    own = f"{BY_API}{caller.name}:{key or uuid4().hex}"
    draft = replace(draft, request=replace(draft.request, key=own))
    return Asked(draft, chats, asked.start or at is not None, at)


def _draft(office: Office, asked: NewBroadcast) -> Draft:
    options: dict[str, Any] = asked.changes()
    text = options.pop(MESSAGE, None)
    options["on_uncertain"] = asked.on_uncertain
    order = Order(
        text,
        options,
        asked.audience.audience("audience.") if asked.audience is not None else None,
        asked.name,
        asked.hours.asked() if asked.hours is not None else None,
        asked.paid,
        asked.errors_in_a_row,
    )
    with asked.told():
        return draft_of(office.settings, order, PLAIN_KEY)


def _check_whom(asked: NewBroadcast) -> None:
    if asked.audience is None and asked.chat_ids is None:
        remedy = "give it, or chat_ids; {} is everybody"
        raise InvalidInput("audience", "is missing", remedy)
    if asked.audience is not None and asked.chat_ids is not None:
        raise InvalidInput("chat_ids", "goes without audience", "choose one")


def _check_same(found: Broadcast, wanted: Asked) -> None:
    """Raises KeyConflict. Asked once more after it was begun, the same chats are no others."""
    if wanted.chats is not None and len(set(wanted.chats)) == found.tally.total:
        found = replace(found, built=False)
    check_same(found, wanted.draft, KEY_HEADER)


async def _build(office: Office, broadcast_id: int, chats: Sequence[str] | None) -> None:
    """Write its recipients' rows: of an audience the first of them, the others beside. Where that
    ends with this process, workers go on; chats are known to the caller alone.
    """
    build = office.ledger.broadcast_build
    if chats is not None:
        async for _ in build.chats(broadcast_id, chats):
            pass
        return
    slices = build.audience(broadcast_id)
    if await anext(slices, None) is not None:
        office.leave(_go_on(slices))


async def _go_on(slices: Any) -> None:
    async for _ in slices:
        pass


async def _plan(office: Office, found: Broadcast) -> Plan:
    settings, recipients = office.settings, found.tally.total
    if not found.built and found.audience is not None:
        recipients = await office.audiences.count(found.audience)
    rates = (settings.telegram_rate, found.paid, settings.telegram_paid_rate)
    return Plan(recipients, found.content.cost, *rates)
