"""Many messages at once. Its router stands before the one of single messages, see setup."""

from fastapi import APIRouter

from apps.api import cursors
from apps.api.access import Writer
from apps.api.idempotency import OncePerKey
from apps.api.iso_times import aware
from apps.api.office import TheOffice
from apps.api.schemas.bulk import Bulk, BulkDone, Refused
from apps.api.schemas.problem import problems
from core.chat_id import parse_chat_id
from core.errors import InvalidInput
from infra.db.desk_acts import POSSIBLE, Act
from infra.db.listing import Wanted

router = APIRouter(prefix="/messages", tags=["messages"], route_class=OncePerKey)


@router.post("/bulk", responses=problems(413))
async def bulk(asked: Bulk, caller: Writer, office: TheOffice) -> BulkDone:
    """Cancel, retry or settle many: by their ids, or all that are in a state.

    Those whose state has changed meanwhile are refused, one by one; the others are done.
    """
    desk = office.ledger.desk_bulk
    if asked.ids is not None:
        done = await desk.these(asked.do, _ids(asked))
    else:
        after = cursors.decode(asked.cursor) if asked.cursor else None
        done = await desk.all(asked.do, _wanted(asked), after)
    if done.done and asked.do in (Act.RETRY, Act.SETTLE_RESEND):
        office.hurry()
    return BulkDone(
        done=done.done,
        refused=[Refused(id=each, problem=str(error)) for each, error in done.refused],
        more=done.next is not None,
        next=cursors.encode(done.next) if done.next is not None else None,
    )


def _ids(asked: Bulk) -> list[int]:
    """Raises InvalidInput where more than ids are given: which of the two counts?"""
    others = sorted(asked.model_fields_set - {"do", "ids"})
    if others:
        raise InvalidInput(others[0], "does not go with ids", "give the one or the other")
    return asked.ids or []


def _wanted(asked: Bulk) -> Wanted:
    """Raises InvalidInput."""
    possible = POSSIBLE[asked.do]
    if asked.state is None:
        raise InvalidInput("ids", "are not given, nor is a state", "give one of them")
    if asked.state not in possible:
        only = " or ".join(possible)
        raise InvalidInput("state", f"{asked.do} is for what is {only}", f"give {possible[0]}")
    return Wanted(
        states=(asked.state,),
        chat_id=parse_chat_id(asked.chat_id) if asked.chat_id is not None else "",
        broadcast_id=asked.broadcast_id,
        series_id=asked.series_id,
        reason=asked.reason,
        since=aware(asked.since, "since") if asked.since is not None else None,
        until=aware(asked.until, "until") if asked.until is not None else None,
        q=asked.q,
    )
