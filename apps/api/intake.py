"""A message as it was asked for over the API, written into the ledger once."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from apps.api.access import Caller
from apps.api.idempotency import conflict
from apps.api.iso_times import moment_of
from apps.api.office import Office
from apps.api.schemas.content import MESSAGE
from apps.api.schemas.message import NewMessage
from apps.api.spoken_times import read_repeat, zone_of
from core.errors import InvalidInput, KeyConflict
from core.message import Message, Request
from core.preflight import check_time
from core.recurrence import Recurrence
from core.recurring_message import Missed, RecurringMessage
from infra.celery.requests import message_request

BY_API = "api:"
"""Keys of what was asked for over the API begin so, and with their caller: nobody meets another's,
nor one of the bot's.
"""

UTC_NAME = "UTC"
PLAIN_KEY = "api"

AGES = timedelta(days=3_650)
"""Longer than the ledger knows any key: see `_check_times`."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What stands in the ledger, and whether this request made it or found it."""

    what: Message | RecurringMessage
    created: bool


async def take(office: Office, caller: Caller, asked: NewMessage, key: str | None) -> Taken:
    """Raises InvalidInput, or Problem where the key stands for another request."""
    now = office.now()
    zone = zone_of(asked.zone) if asked.zone is not None else ZoneInfo(UTC_NAME)
    due_at = _moment(asked.at, asked, now, "at")
    request = _request(office, asked, due_at, _moment(asked.expires_at, asked, now, "expires_at"))
    request = replace(request, key=f"{BY_API}{caller.name}:{key or uuid4().hex}")
    try:
        await _check_times(office, request, now)
        if asked.repeat is None:
            made = await office.ledger.intake.schedule(request)
            return Taken(made.message, made.created)
        return await _series(office, request, asked, due_at, zone)
    except KeyConflict:
        if key is None:
            raise
        raise conflict(key) from None


def _moment(text: str | None, asked: NewMessage, now: datetime, field: str) -> datetime | None:
    return moment_of(text, asked.zone, now, field, AGES) if text is not None else None


async def _check_times(office: Office, request: Request, now: datetime) -> None:
    """Raises InvalidInput for what is past, unless it is there: asked for again, it is found."""
    try:
        if request.due_at is not None:
            check_time(request.due_at, now, "at")
        if request.expires_at is not None and request.expires_at <= (request.due_at or now):
            raise InvalidInput("expires_at", "is not after the time to send", "give a later time")
    except InvalidInput:
        message = await office.ledger.intake.find(request)
        if message is None and not await office.ledger.series.has_key(request.key):
            raise


def _request(
    office: Office, asked: NewMessage, due_at: datetime | None, expires_at: datetime | None
) -> Request:
    if asked.missed is not None and asked.repeat is None:
        raise InvalidInput("missed", "goes with repeat alone", "leave it out")
    if expires_at is not None and asked.repeat is not None:
        raise InvalidInput("expires_at", "does not go with repeat", "leave it out")
    options = asked.changes()
    text = options.pop(MESSAGE, None)
    options["on_uncertain"] = asked.on_uncertain
    with asked.told():
        settings = office.settings
        request = message_request(settings, asked.chat_id, text, options, PLAIN_KEY, due_at)
    # Another time under the same key is another message, whatever becomes of the first one's time.
    times = [moment.isoformat() if moment else "" for moment in (due_at, expires_at)]
    return replace(request, expires_at=expires_at, also=" ".join(times).strip())


async def _series(
    office: Office, request: Request, asked: NewMessage, due_at: datetime | None, zone: ZoneInfo
) -> Taken:
    rule, now = asked.repeat or "", office.now()
    repeat = await asyncio.to_thread(_recurrence, rule, due_at, zone, now)
    missed = asked.missed or Missed.SEND
    if await office.ledger.intake.find(request) is not None:
        raise KeyConflict("idempotency_key", "stands for a message")
    made = await office.ledger.series.create(request, repeat, missed)
    return Taken(made.series, made.created)


def _recurrence(text: str, at: datetime | None, zone: ZoneInfo, now: datetime) -> Recurrence:
    """Some rules take a while to reckon with."""
    return read_repeat(text, at, zone, now).recurrence
