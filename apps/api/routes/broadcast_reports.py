"""What became of broadcasts: by reason, by recipient, as a file; and who is tried again."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.responses import StreamingResponse

from apps.api import cursors
from apps.api.access import Reader, Writer
from apps.api.idempotency import OncePerKey
from apps.api.ids import Id
from apps.api.office import TheOffice
from apps.api.routes.broadcasts import shown
from apps.api.schemas.broadcast_report import (
    Recipients,
    Report,
    Retried,
    Retry,
    reason,
    recipient,
)
from apps.api.schemas.lists import PER_PAGE, Cursor, Limit
from apps.api.schemas.problem import problems
from apps.api.schemas.text import PlainText
from apps.api.slices import begin
from core.errors import InvalidInput
from core.message import State
from infra.broadcast_csv import parts
from infra.db.broadcast_reasons import UNREACHED
from infra.db.broadcast_report import Place

CSV = "text/csv; charset=utf-8"
COLUMNS = "chat_id,name,username,state,reason,description,attempts,sent_at,message_ids\r\n"

router = APIRouter(prefix="/broadcasts", tags=["broadcasts"], route_class=OncePerKey)

States = Annotated[
    list[State] | None, Query(alias="state", max_length=8, description="Any, by default.")
]
AReason = Annotated[
    PlainText | None,
    Query(alias="reason", max_length=200, description='Of who was not reached; "": none is known.'),
]


@router.get("/{broadcast_id}/report", responses=problems(404))
async def report(office: TheOffice, caller: Reader, broadcast_id: Id) -> Report:
    """Why recipients were not reached, with how many each, and what Telegram said to one."""
    found = await shown(office, broadcast_id)
    reasons = await office.broadcast_report.reasons(broadcast_id)
    return Report(id=found.id, tally=found.tally, reasons=list(map(reason, reasons)))


@router.get(
    "/{broadcast_id}/report.csv",
    responses=problems(404) | {200: {"content": {"text/csv": {"example": COLUMNS}}}},
    response_class=StreamingResponse,
)
async def csv(
    office: TheOffice, caller: Reader, broadcast_id: Id, states: States = None
) -> StreamingResponse:
    """Each recipient as a row of CSV, streamed. A spreadsheet may open it: no cell is a formula."""
    await office.ledger.broadcasts.get(broadcast_id)
    pages = office.broadcast_report.pages(broadcast_id, set(states or ()))
    name = f'attachment; filename="broadcast-{broadcast_id}.csv"'
    return StreamingResponse(parts(pages), headers={"content-disposition": name}, media_type=CSV)


@router.get("/{broadcast_id}/recipients", responses=problems(404))
async def recipients(
    office: TheOffice,
    caller: Reader,
    broadcast_id: Id,
    states: States = None,
    why: AReason = None,
    limit: Limit = PER_PAGE,
    cursor: Cursor = None,
) -> Recipients:
    """Its recipients, by chat; those who were not reached by state and reason first."""
    await office.ledger.broadcasts.get(broadcast_id)
    after = _place_in(cursor) if cursor is not None else None
    part = await office.broadcast_report.part(broadcast_id, set(states or ()), why, after, limit)
    end = part.after
    following = cursors.encode([end.chat_id, end.state, end.reason]) if end is not None else None
    return Recipients(items=list(map(recipient, part.items)), next=following)


@router.post("/{broadcast_id}/retry", responses=problems(404, 409))
async def retry(
    office: TheOffice,
    caller: Writer,
    broadcast_id: Id,
    wanted: Annotated[Retry, Body(default_factory=Retry)],
) -> Retried:
    """Send it again to those whom it did not reach, and to nobody else."""
    states = set(wanted.states)
    if not states or not states <= set(UNREACHED):
        raise InvalidInput("states", "are not all of who was not reached", ", ".join(UNREACHED))
    slices = office.ledger.broadcast_retry.slices(broadcast_id, states, set(wanted.reasons))
    again, more = await begin(office, slices)
    office.hurry()
    return Retried(again=again, more=more, broadcast=await shown(office, broadcast_id))


def _place_in(cursor: str) -> Place:
    match cursors.decode(cursor):
        case (str(chat_id), str(state), str(why)) if not state or state in set(UNREACHED):
            return Place(chat_id, state, why)
    raise cursors.another_list()
