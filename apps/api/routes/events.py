"""What happens, as it happens."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from apps.api.access import Caller, Reader, bearer, caller_of, cookie
from apps.api.events.event_data import BroadcastEvent, HealthEvent, MessageEvent, Topic
from apps.api.events.event_stream import MEDIA_TYPE, EventStream
from apps.api.events.streams import Stream
from apps.api.office import Office, TheOffice
from apps.api.problems import Problem
from apps.api.schemas.problem import Responses, problems
from core.errors import InvalidInput, LedgerUnavailable
from core.scope import Scope

router = APIRouter(prefix="/events", tags=["events"])

EXAMPLE = """retry: 2000

id: 1772355600123456
event: message
data: {"id":7,"chat_id":"-1001234567890","channel":"Our news","state":"sent","reason":"",\
"at":"2026-03-01T09:00:00Z","sent_at":"2026-03-01T09:00:00.004Z","late_ms":4.0,"text":"Hello"}

"""
ANSWERS: Responses = {
    200: {
        "description": "Events, until one of both sides ends it.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": EXAMPLE}},
    },
    **problems(429),
}
LAST = "Last-Event-ID"
DIGITS = 18


@router.get("", status_code=200, response_class=EventStream, responses=ANSWERS)
async def events(
    request: Request,
    office: TheOffice,
    caller: Reader,
    topics: Annotated[
        str, Query(description="Of `message`, `broadcast`, `health`, with commas; else all.")
    ] = "",
    last: Annotated[
        str | None, Header(alias=LAST, description="The last event seen: go on after it.")
    ] = None,
) -> Response:
    """What happens, as server-sent events.

    `message`: a post came in, moved on or ended. `broadcast`: how far one is, at most once a
    second. `health`: how the system fares has changed. Whoever comes back with `Last-Event-ID`
    is told what was missed, of the last ten minutes and up to 1,000 events.
    """
    stream = Stream(caller.name, _topics(topics))
    first = await office.feed.open(stream, _number(last))
    return EventStream(office.feed, stream, first, lambda: _still_may(request, office))


def _topics(text: str) -> frozenset[Topic]:
    names = {name.strip() for name in text.split(",")} - {""}
    if not names <= set(Topic):
        remedy = "name some of " + ", ".join(Topic)
        raise InvalidInput("topics", "has a topic that there is not", remedy)
    return frozenset(map(Topic, names)) or frozenset(Topic)


def _number(last: str | None) -> int | None:
    if not last:
        return None
    if not (last.isascii() and last.isdecimal() and len(last) <= DIGITS):
        raise InvalidInput(LAST, "is no id of an event", "leave it out, or send the last one seen")
    return int(last)


async def _still_may(request: Request, office: Office) -> bool:
    request.state.caller = None  # found anew
    try:
        caller: Caller = await caller_of(
            request, office, await bearer(request), await cookie(request)
        )
    except Problem:
        return False
    except LedgerUnavailable:
        return True  # nobody can tell: it is asked again
    return caller.scope.may(Scope.READ)


SCHEMAS = (MessageEvent, BroadcastEvent, HealthEvent)
"""What `data` is, by the topic."""
