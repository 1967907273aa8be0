"""What is amiss now, as the ledger has it: messages, channels, parts of the system. Broadcasts:
see broadcast_concerns.py.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.alert import AlertKind, Concern, ill_parts
from core.channel_rights import Right, is_out
from core.health import HealthState, Part
from core.message import POSTS, Content, State
from infra.db.channel_tables import channels
from infra.db.states import in_state
from infra.db.tables import messages
from infra.db.watch_tables import health, health_checks

c, h, m = channels.c, health.c, messages.c

OVERLAP = timedelta(seconds=60)
"""A message's end can be seen so long after the time that is written in it: its transaction may
have taken that long.
"""
MESSAGES = 500
"""So many are looked at in one go; more wait for the next."""

HEAD = 80
NO_VIEW = "trouble"


async def of_messages(
    connection: AsyncConnection, bot_id: int, until: datetime
) -> tuple[list[Concern], datetime | None]:
    """Posts that failed or are uncertain since then; and where to go on, None at the end.

    A broadcast's messages fail one by one, as people leave: that is no alarm.
    """
    query = (
        select(m.id, m.chat_id, m.state, m.attempts, m.reason, m.description, m.ended_at, m.content)
        .where(m.bot_id == bot_id, m.broadcast_id == POSTS, m.ended_at >= until - OVERLAP)
        .where(in_state(State.FAILED, State.UNCERTAIN))
        .order_by(m.ended_at, m.id)
        .limit(MESSAGES)
    )
    rows = (await connection.execute(query)).all()
    on = rows[-1].ended_at + OVERLAP if len(rows) == MESSAGES else None
    return list(map(_of_message, rows)), on


async def of_channels(connection: AsyncConnection, bot_id: int) -> list[Concern]:
    """Channels in which our bot lost rights, or of which Telegram tells nothing any more."""
    query = select(c.id, c.title, c.username, c.chat_id, c.type, c.lost, c.lacks, c.trouble).where(
        c.bot_id == bot_id,
        c.removed_at.is_(None),
        or_(c.lost.is_not(None), c.trouble.is_not(None)),
    )
    return list(map(_of_channel, await connection.execute(query)))


async def of_health(
    connection: AsyncConnection, bot_id: int, known: Iterable[str]
) -> list[Concern]:
    """Parts that are ill; `known` are those that were before."""
    query = select(h.part, h.state, h.reason, h.remedy).where(h.bot_id == bot_id)
    rows = await connection.execute(query)
    parts = [Part(part, HealthState(state), *told) for part, state, *told in rows]
    ill = ill_parts(parts, known)
    checked = await _checked(connection, bot_id) if ill else {}
    return [_of_part(part, checked.get(part.name, {})) for part in ill]


async def _checked(connection: AsyncConnection, bot_id: int) -> Mapping[str, Any]:
    """The parts as the last check found them, by name."""
    c = health_checks.c
    last = select(c.parts).where(c.bot_id == bot_id).order_by(c.at.desc(), c.id.desc()).limit(1)
    return await connection.scalar(last) or {}


def _of_part(part: Part, checked: Mapping[str, Any]) -> Concern:
    """With what the last check has to say in other languages, where it is of that."""
    facts = {"part": part.name, "reason": part.reason, "remedy": part.remedy}
    if checked.get("reason") == part.reason:
        facts |= {name: checked[name] for name in ("why", "todo") if name in checked}
    return Concern(AlertKind.HEALTH, part.name, facts)


def _of_message(row: Any) -> Concern:
    content = Content(**row.content) if row.content else None
    facts = {
        "message_id": row.id,
        "chat": row.chat_id,
        "head": " ".join(content.text.split())[:HEAD] if content is not None else "",
        "reason": row.description or row.reason or "",
        "attempts": row.attempts,
    }
    return Concern(AlertKind(row.state), f"{row.id}:{row.attempts}", facts)


def _of_channel(row: Any) -> Concern:
    lost = (row.lost or "").split()
    facts = {
        "channel": row.id,
        "title": row.title,
        "type": row.type,
        "lost": lost,
        "out": is_out(tuple(map(Right, (row.lacks or "").split()))),
        "trouble": row.trouble or "",
    }
    signs = frozenset(lost + [NO_VIEW] * bool(row.trouble))
    return Concern(AlertKind.RIGHTS, str(row.id), facts, signs)
