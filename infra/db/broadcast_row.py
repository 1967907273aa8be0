"""A row of the table of broadcasts: from what was asked for, and back."""

from typing import Any

from sqlalchemy import Select, func, select

from core.audience import Audience
from core.broadcast import Broadcast, BroadcastState, Draft, Tally
from core.message import Content, OnUncertain
from core.sending_hours import SendingHours, is_zone
from infra.db.broadcast_list import list_id
from infra.db.moments import plus, utc_now
from infra.db.reading import stored
from infra.db.tables import broadcast_tallies, broadcasts

b, t = broadcasts.c, broadcast_tallies.c

ANYWHERE = "UTC"
"""The zone of hours whose own is unknown to this machine's tzdata, which may be older than that of
who wrote them.
"""

BUILDER_S = 10.0
"""Whoever creates a broadcast writes its rows. Heard of no more for so long, others go on."""


def columns(bot_id: int, draft: Draft) -> dict[str, Any]:
    request, hours = draft.request, draft.hours
    return {
        "bot_id": bot_id,
        "key": request.key,
        "fingerprint": draft.fingerprint,
        "content": stored(request.content),
        "name": draft.name,
        "state": BroadcastState.DRAFT.value,
        "audience": draft.audience.as_json() if draft.audience is not None else None,
        "list_id": list_id(bot_id, draft.audience),
        "fields": list(draft.fields) if draft.fields is not None else None,
        "builder_until": plus(utc_now(), BUILDER_S),
        "total": 0,
        "wanted_at": utc_now(),
        "hours_from": hours.begins if hours else None,
        "hours_to": hours.ends if hours else None,
        "hours_zone": hours.zone if hours else None,
        "own_zones": hours is not None and hours.own_zones,
        "paid": draft.paid,
        "errors_in_a_row": draft.errors_in_a_row,
        "on_uncertain": request.on_uncertain.value,
        "max_attempts": request.max_attempts,
        "expires_at": request.expires_at,
        "created_at": utc_now(),
    }


def with_tallies() -> Select[Any]:
    """Broadcasts, each with the sums of its shards."""
    of_it = t.broadcast_id == b.id
    sums = (
        select(func.coalesce(func.sum(t[name]), 0)).where(of_it).scalar_subquery().label(name)
        for name in ("sent", "failed", "skipped", "uncertain")
    )
    return select(broadcasts, *sums)


def hours_of(row: Any) -> SendingHours | None:
    """Never refused for their zone: one that is unknown here is taken as ANYWHERE, for claims read
    them, and would find nothing for any other broadcast or post either.
    """
    if row.hours_zone is None:
        return None
    zone = row.hours_zone if is_zone(row.hours_zone) else ANYWHERE
    return SendingHours(row.hours_from, row.hours_to, zone, row.own_zones)


def audience_of(row: Any) -> Audience | None:
    return Audience.from_json(row.audience) if row.audience is not None else None


def as_broadcast(row: Any) -> Broadcast:
    """From a row of `with_tallies`."""
    state = BroadcastState(row.state)
    tally = Tally(row.total, int(row.sent), int(row.failed), int(row.skipped), int(row.uncertain))
    return Broadcast(
        id=row.id,
        bot_id=row.bot_id,
        key=row.key,
        name=row.name,
        content=Content(row.content["method"], row.content["params"]),
        state=state,
        why=row.why or "",
        audience=audience_of(row),
        fields=tuple(row.fields) if row.fields is not None else None,
        hours=hours_of(row),
        paid=row.paid,
        errors_in_a_row=row.errors_in_a_row,
        on_uncertain=OnUncertain(row.on_uncertain),
        max_attempts=row.max_attempts,
        expires_at=row.expires_at,
        created_at=row.created_at,
        wanted_at=row.wanted_at,
        opens_at=row.opens_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        built=row.built_at is not None,
        tally=tally.called_off if state is BroadcastState.CANCELLED else tally,
    )
