"""What people are to be told of broadcasts: one has paused itself, theirs is completed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.alert import Alert, AlertKind, Concern
from core.broadcast import BY_PERSON, Broadcast, BroadcastState
from infra.db.broadcast_row import as_broadcast, with_tallies
from infra.db.concerns import HEAD, OVERLAP
from infra.db.tables import broadcasts

b = broadcasts.c


async def paused(connection: AsyncConnection, bot_id: int) -> list[Concern]:
    """Broadcasts that have paused themselves and wait for a person. Each time is one of its own:
    one that is resumed and pauses itself again is another concern.
    """
    stands = (b.bot_id == bot_id, b.why.is_not(None), b.state == BroadcastState.PAUSED.value)
    rows = await connection.execute(with_tallies().where(*stands))
    return [_concern(AlertKind.BROADCAST, row, row.paused_at) for row in rows]


async def completed(connection: AsyncConnection, bot_id: int, until: datetime) -> list[Concern]:
    """Broadcasts that a person made in the bot, and that were completed since then."""
    these = (b.bot_id == bot_id, _is_completed(), b.ended_at >= until - OVERLAP)
    rows = await connection.execute(with_tallies().where(*these, b.key.like(f"{BY_PERSON}%")))
    return [_concern(AlertKind.COMPLETED, row, row.ended_at) for row in rows]


async def gone(connection: AsyncConnection, bot_id: int, found: Sequence[Alert]) -> set[int]:
    """Alerts about broadcasts that were completed, and run again or ended once more since."""
    told = {each.id: each.subject for each in found if each.kind is AlertKind.COMPLETED}
    if not told:
        return set()
    ids = {int(subject.partition(":")[0]) for subject in told.values()}
    query = select(b.id, b.ended_at).where(b.bot_id == bot_id, b.id.in_(ids), _is_completed())
    still = {_subject(*row) for row in await connection.execute(query)}
    return {id_ for id_, subject in told.items() if subject not in still}


def _concern(kind: AlertKind, row: Any, at: datetime | None) -> Concern:
    broadcast = as_broadcast(row)
    return Concern(kind, _subject(broadcast.id, at), _facts(broadcast))


def _subject(broadcast_id: int, at: datetime | None) -> str:
    return f"{broadcast_id}:{at.isoformat() if at is not None else ''}"


def _facts(broadcast: Broadcast) -> dict[str, Any]:
    content, tally = broadcast.content, broadcast.tally
    return {
        "broadcast": broadcast.id,
        "name": broadcast.name,
        "head": " ".join(content.text.split())[:HEAD],
        "method": content.method,
        "why": broadcast.why,
        "made_by": broadcast.made_by,
        **asdict(tally),
        "pending": tally.pending,
    }


def _is_completed() -> Any:
    return b.state == BroadcastState.COMPLETED.value
