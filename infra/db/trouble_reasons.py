"""What did not arrive, by reason: one look into the index for each, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.message import State
from infra.db.broadcast_reasons import UNREACHED, distinct_reasons
from infra.db.engine import Database
from infra.db.states import in_state
from infra.db.tables import messages

m = messages.c

COUNTED = 1_000
"""Of one reason no more are counted."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """So many ended so; there are others where `more`. `newest` is the id of the last one, `said`
    what Telegram said of it. `reason` is "" for none.
    """

    state: State
    reason: str
    count: int
    newest: int
    said: str

    @property
    def more(self) -> bool:
        return self.count == COUNTED


async def troubles_by_reason(
    database: Database, bot_id: int, states: Sequence[State]
) -> list[Trouble]:
    """By state as they are given, then the most frequent first."""
    found: list[Trouble] = []
    async with database.reading() as connection:
        for state in states:
            rows = (m.bot_id == bot_id, in_state(*UNREACHED), in_state(state))
            reasons = await distinct_reasons(connection, rows)
            told = [await _of(connection, rows, state, each) for each in reasons]
            found += sorted(told, key=lambda each: (-each.count, each.reason))
    return [each for each in found if each.count]


async def _of(
    connection: AsyncConnection,
    rows: Sequence[ColumnElement[bool]],
    state: State,
    reason: str | None,
) -> Trouble:
    these = (*rows, m.reason == reason)
    some = select(literal(1)).where(*these).limit(COUNTED).subquery()
    count = await connection.scalar(select(func.count()).select_from(some)) or 0
    newest = await connection.scalar(select(func.max(m.id)).where(*these))
    said = await connection.scalar(select(m.description).where(m.id == newest))
    return Trouble(state, reason or "", count, newest or 0, said or "")
