"""Broadcasts: which there are, how each gets on, and a new one."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from apps.api.ids import Id
from apps.api.pages.render import TheView, View
from apps.api.shown import broadcast_words as words
from apps.api.shown.audience_query import TheAudience
from apps.api.shown.shown_message import shown
from core.bot_methods import MEDIA
from core.broadcast import SCHEDULED, Broadcast, BroadcastState
from core.broadcast_plan import Plan
from infra.db.broadcast_pace import Pace
from infra.db.tags import Tags

router = APIRouter(prefix="/broadcasts")

PAGE = 20
KINDS = ("photo", "video", "document", "animation", "audio", "voice")
COUNTED = ("sent", "failed", "uncertain", "skipped")
"""In the order of the bar."""


@router.get("")
async def broadcasts(
    view: TheView, before: Annotated[int | None, Query(gt=0, lt=2**63)] = None
) -> Response:
    found = await view.office.ledger.broadcasts.newest(PAGE + 1, before)
    paces = await view.office.paces.of(found[:PAGE])
    rows = [_shown(each, paces[each.id], view) for each in found[:PAGE]]
    return view.page(
        "broadcasts.html",
        rows=rows,
        newer="/broadcasts" if before is not None else "",
        older=f"?before={found[PAGE - 1].id}" if len(found) > PAGE else "",
    )


@router.get("/new")
async def new(
    view: TheView,
    query: TheAudience,
    source: Annotated[int | None, Query(alias="from")] = None,
) -> Response:
    """Empty, or with what another one says and to whom."""
    office = view.office
    first = await office.ledger.broadcasts.get(source) if source is not None else None
    asked = dict(query.asked)
    if first is not None and first.audience is not None:
        asked = words.asked_of(first.audience)
    return view.page(
        "broadcast_draft.html",
        first=_first(first),
        asked=asked,
        is_some=any(asked.values()),
        lists=[each.name for each in await office.audiences.lists.listed()],
        tags=await Tags(office.database, office.bot_id).names(),
        kinds=KINDS,
    )


@router.get("/plan")
async def plan(view: TheView, query: TheAudience, paid: bool = False) -> Response:
    """How many get it, how long that takes, and what it costs."""
    query = await query.told(view.office.audiences)
    recipients = 0 if query.problem else await view.office.audiences.count(query.audience)
    told = _plan(recipients, 1, paid, view)
    return view.page("broadcast_plan.html", plan=told, problem=query.problem)


@router.get("/{broadcast_id}")
async def broadcast(view: TheView, broadcast_id: Id) -> Response:
    found = await view.office.ledger.broadcasts.get(broadcast_id)
    content, audience = found.content, found.audience
    told = await _standing(found, view)
    return view.page(
        "broadcast.html",
        **told,
        preview=shown(content.text, content.params, content).preview,
        media=next((kind for kind in MEDIA if kind in content.params), ""),
        whom=words.whom_told(audience),
        whom_address=words.address_of(audience) if audience is not None else "",
        hours=words.hours_told(found.hours) if found.hours is not None else "",
    )


@router.get("/{broadcast_id}/progress")
async def progress(view: TheView, broadcast_id: Id) -> Response:
    """How far it is: looked at anew while it goes on."""
    found = await view.office.ledger.broadcasts.get(broadcast_id)
    return view.page("broadcast_progress.html", **await _standing(found, view))


async def _standing(found: Broadcast, view: View) -> dict[str, Any]:
    paces = await view.office.paces.of([found])
    ahead = found.state is BroadcastState.RUNNING and found.wanted_at > view.now
    return {
        **_shown(found, paces[found.id], view),
        "reasons": await view.office.broadcast_report.reasons(found.id),
        "may": words.may(found, ahead),
        "plan": _plan(found.tally.total, found.content.cost, found.paid, view),
    }


def _shown(found: Broadcast, pace: Pace, view: View) -> dict[str, Any]:
    tally = found.tally
    state = found.shown(view.now)
    opens_at = found.opens_at
    waits = state == BroadcastState.RUNNING and opens_at is not None and opens_at > view.now
    return {
        "broadcast": found,
        "name": words.name_of(found),
        "text": words.text_of(found),
        "state": state,
        "pace": pace,
        "ended": tally.total - tally.pending,
        "bars": _bars(found),
        "why": words.why_told(found),
        "is_ahead": state == SCHEDULED,
        "opens_at": opens_at if waits else None,
    }


def _bars(found: Broadcast) -> list[tuple[str, float, float]]:
    """Parts of the bar: what they count, where they begin, and how wide they are, in percent."""
    tally, begins, bars = found.tally, 0.0, []
    for name in COUNTED:
        width = 100 * getattr(tally, name) / tally.total if tally.total else 0.0
        if width:
            bars.append((name, round(begins, 3), round(width, 3)))
        begins += width
    return bars


def _plan(recipients: int, cost: int, paid: bool, view: View) -> Plan:
    settings = view.office.settings
    return Plan(recipients, cost, settings.telegram_rate, paid, settings.telegram_paid_rate)


def _first(found: Broadcast | None) -> dict[str, str]:
    """What the form begins with."""
    params = found.content.params if found is not None else {}
    kind = next((each for each in KINDS if each in params), "")
    return {
        "name": found.name if found is not None else "",
        "text": found.content.text if found is not None else "",
        "parse_mode": str(params.get("parse_mode", "")),
        "kind": kind,
        "media": str(params.get(kind, "")),
    }
