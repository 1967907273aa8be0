"""Posts that are near to another in time, in the same chat."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.message import State
from infra.db.engine import Database
from infra.db.series_row import is_active
from infra.db.states import in_state
from infra.db.tables import IS_POST, messages, series

m, s = messages.c, series.c

TOLD = 50
THERE = (State.SCHEDULED, State.QUEUED, State.SENDING, State.SENT, State.UNCERTAIN)
"""In the chat, or to come there."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """`message_id` is None for the next time of a recurrence."""

    chat_id: str
    at: datetime
    message_id: int | None


class Neighbours:
    """One bot's posts."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def near(
        self, chat_ids: Collection[str], at: datetime, within: timedelta
    ) -> list[Neighbour]:
        """By time, fifty at most."""
        span = (at - within, at + within)
        posts = (
            select(m.chat_id, m.wanted_at.label("at"), m.id)
            .where(m.bot_id == self._bot_id, IS_POST, m.wanted_at.between(*span))
            .where(m.chat_id.in_(chat_ids), in_state(*THERE))
            .order_by(m.wanted_at, m.id)
            .limit(TOLD)
        )
        recurring = (
            select(s.chat_id, s.next_at.label("at"))
            .where(s.bot_id == self._bot_id, is_active())
            .where(s.next_at.between(*span), s.chat_id.in_(chat_ids))
            .order_by(s.next_at)
            .limit(TOLD)
        )
        async with self._database.reading() as connection:
            found = [Neighbour(r.chat_id, r.at, r.id) for r in await connection.execute(posts)]
            rows = await connection.execute(recurring)
            found += [Neighbour(each.chat_id, each.at, None) for each in rows]
        return sorted(found, key=lambda each: each.at)[:TOLD]
