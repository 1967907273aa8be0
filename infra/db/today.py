"""How the messages of a day have ended: what was counted already by what was kept of it, and the
last minutes by the messages themselves. So a day costs the same with a million of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Integer, case, func, select

from core.message import POSTS, State
from infra.db.engine import Database
from infra.db.figures import is_late
from infra.db.metrics import Metrics
from infra.db.tables import messages

m = messages.c

ENDED, LATE = "messages_ended", "posts_late"

COUNTED = 100_000
"""Of those that nobody has counted yet no more are: so many wait only where no worker samples."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """By the state in which they ended; `late` of them are posts that were sent late. Where `more`
    there are others, that were not counted.
    """

    ended: Mapping[State, int] = field(default_factory=dict)
    late: int = 0
    more: bool = False

    def __getitem__(self, state: State) -> int:
        return self.ended.get(state, 0)

    def __add__(self, other: "DayFigures") -> "DayFigures":
        ended = {state: self[state] + other[state] for state in {*self.ended, *other.ended}}
        return DayFigures(ended, self.late + other.late, self.more or other.more)


class Days:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._metrics = Metrics(database, bot_id)

    async def figures(self, edges: Iterable[datetime]) -> list[DayFigures]:
        """Of each span between two of these moments, which are full quarters of an hour, save the
        last.
        """
        counted = await self._metrics.counted_until()
        return [await self._of(since, until, counted) for since, until in pairwise(edges)]

    async def _of(self, since: datetime, until: datetime, counted: datetime | None) -> DayFigures:
        border = min(max(since, counted), until) if counted is not None else since
        found = DayFigures()
        if since < border:
            found += await self._kept(since, border)
        if border < until:
            found += await self._left(border, until)
        return found

    async def _kept(self, since: datetime, until: datetime) -> DayFigures:
        ended: dict[State, int] = {}
        totals = await self._metrics.totals((ENDED, LATE), since, until)
        for (name, label), total in totals.items():
            if name == ENDED:
                state = State(label.partition(": ")[0])
                ended[state] = ended.get(state, 0) + round(total)
        return DayFigures(ended, round(totals.get((LATE, ""), 0)))

    async def _left(self, since: datetime, until: datetime) -> DayFigures:
        sent_late = (m.state == State.SENT.value) & (m.broadcast_id == POSTS) & is_late()
        rows = (
            select(m.state, case((sent_late, 1), else_=0).label("late"))
            .where(m.bot_id == self._bot_id, m.ended_at >= since, m.ended_at < until)
            .limit(COUNTED)
            .subquery()
        )
        r = rows.c
        late = func.sum(r.late, type_=Integer)
        query = select(r.state, func.count(), late).group_by(r.state)
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).all()
        ended = {State(state): count for state, count, _ in found}
        more = sum(ended.values()) >= COUNTED
        return DayFigures(ended, sum(late for *_, late in found), more)
