"""How many posts need somebody: those that failed lately, and whatever is uncertain."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, func, literal, select

from core.message import POSTS, State
from infra.db.broadcast_reasons import UNREACHED
from infra.db.engine import Database
from infra.db.moments import within
from infra.db.states import in_state
from infra.db.tables import messages

m = messages.c

COUNTED = 100
"""No more is counted: a hundred stands for a hundred or more."""

LOOKED_AT = 1_000
"""Of the failed the newest; a broadcast's recipients, who fail by the thousand, are none."""

LATELY_S = timedelta(days=7).total_seconds()


@dataclass(frozen=True, slots=True)
class Troubles:
    failed: int
    uncertain: int

    @property
    def count(self) -> int:
        return self.failed + self.uncertain


async def count_troubles(database: Database, bot_id: int) -> Troubles:
    mine = m.bot_id == bot_id
    uncertain = select(literal(1)).where(mine, in_state(State.UNCERTAIN)).limit(COUNTED)
    newest = (
        select(m.broadcast_id, m.ended_at)
        .where(mine, in_state(State.FAILED), in_state(*UNREACHED))
        .order_by(m.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    lately = newest.c.ended_at >= within(-LATELY_S)
    failed = select(literal(1)).where(newest.c.broadcast_id == POSTS, lately).limit(COUNTED)
    query = select(_number(failed), _number(uncertain))
    async with database.reading() as connection:
        return Troubles(*(await connection.execute(query)).one())


def _number(rows: Select[tuple[int]]) -> ColumnElement[int]:
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()
