"""What can be seen of the system in its ledger: what waits, and what has ended lately.

Everything is counted through indexes, and what could be millions of rows up to a bound.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Select,
    SmallInteger,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from core.diagnosis_work import LATE_S
from core.message import POSTS, State
from infra.db.engine import Database
from infra.db.lanes import WHOLE, first_due, in_lane, opened
from infra.db.moments import asked_at, plus, seconds_between, utc_now
from infra.db.queued import paid_broadcasts
from infra.db.rescue import LOST
from infra.db.states import in_state, is_queued
from infra.db.tables import attempts, broadcast_lanes, broadcasts, messages

m = messages.c

COUNTED = 1_000_000
"""Of what waits no more is counted: a figure of a million stands for a million or more."""

PERCENTILES = {"p50": 50, "p90": 90, "p99": 99, "max": 100}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is there now. `oldest_due_s`: for how long the oldest due message has been due; 0
    where none is. Messages of a broadcast that is not sent now are due and wait, but are not late.
    """

    now: datetime
    waiting: int
    due: int
    queued: int
    sending: int
    uncertain: int
    oldest_due_s: float


@dataclass(frozen=True, slots=True)
class Ended:
    """Messages that ended in one way. An album's `cost` is as many as its items; what is paid for
    has none, for it is no part of the bot's rate.
    """

    state: State
    reason: str
    count: int
    cost: int


class Figures:
    """Looks at one bot's messages; changes nothing, and takes no lock."""

    def __init__(self, database: Database, bot_id: int, most: int = COUNTED) -> None:
        """Of what waits no more than `most` is counted, and of what is due no more in each lane."""
        self._database, self._bot_id, self._most = database, bot_id, most

    async def standing(self) -> Standing:
        due = self._due().cte("due")
        counts = (
            self._scheduled(select(due.c.n).scalar_subquery() + self._most),
            select(due.c.n),
            self._counted(is_queued()),
            self._counted(in_state(State.SENDING)),
            self._counted(in_state(State.UNCERTAIN)),
        )
        columns = [count.scalar_subquery() for count in counts]
        query = select(utc_now().label("now"), *columns, self._oldest().label("oldest"))
        async with self._database.reading() as connection:
            now, scheduled, due, queued, sending, uncertain, oldest = (
                await connection.execute(query)
            ).one()
        # Rows move between the two counts.
        waiting = max(0, scheduled - due)
        oldest_s = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
        return Standing(now, waiting, due, queued, sending, uncertain, oldest_s)

    async def first_ended(self, since: datetime, until: datetime) -> datetime | None:
        """When the first message of [since, until) ended."""
        query = select(m.ended_at).where(*self._within(since, until)).order_by(m.ended_at).limit(1)
        async with self._database.reading() as connection:
            return await connection.scalar(query)

    async def ended(self, since: datetime, until: datetime) -> list[Ended]:
        """How the messages of [since, until) ended, the most frequent first."""
        count, paid = func.count(), m.broadcast_id.in_(paid_broadcasts(self._bot_id))
        query = (
            select(m.state, m.reason, count, func.sum(case((paid, 0), else_=m.cost)))
            .where(*self._within(since, until))
            .group_by(m.state, m.reason)
            .order_by(count.desc(), m.state, m.reason)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return [Ended(State(state), reason or "", n, cost) for state, reason, n, cost in rows]

    async def lost(self, since: datetime, until: datetime) -> int:
        """How many attempts of the messages of [since, until) were given up by rescue."""
        query = (
            select(func.count())
            .join_from(messages, attempts, attempts.c.message_id == m.id)
            # Only these have an attempt whose answer was never seen: few, and told by the row.
            .where(*self._within(since, until), m.hidden > 0, attempts.c.reason == LOST.reason)
        )
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0

    async def late(self, since: datetime, until: datetime) -> int:
        """How many posts of [since, until) were sent LATE_S after their time, or later."""
        which = (*self._within(since, until), in_state(State.SENT), m.broadcast_id == POSTS)
        query = select(func.count()).where(*which, is_late())
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0

    async def lateness_s(self, since: datetime, until: datetime) -> dict[str, float]:
        """Seconds from the wanted time to the write on the wire, by PERCENTILES; {} for none.

        Of posts sent by their first attempt in [since, until): a broadcast is to take its time,
        and what a retry waits is not lateness.
        """
        ranked = self._ranked(since, until).cte("ranked")
        r = ranked.c
        places = {name: (r.n * percent + 99) // 100 for name, percent in PERCENTILES.items()}
        query = select(r.late_s, *(r.place == place for place in places.values())).where(
            or_(*(r.place == place for place in places.values()))
        )
        found: dict[str, float] = {}
        async with self._database.reading() as connection:
            for late_s, *is_it in await connection.execute(query):
                found |= {name: late_s for name, it in zip(places, is_it, strict=True) if it}
        return found

    def _ranked(self, since: datetime, until: datetime) -> Select[Any]:
        late_s = seconds_between(m.wanted_at, m.sent_at)
        place = func.row_number().over(order_by=late_s)
        return select(
            type_coerce(late_s, Float).label("late_s"),
            place.label("place"),
            func.count().over().label("n"),
        ).where(
            *self._within(since, until),
            in_state(State.SENT),
            m.broadcast_id == POSTS,
            m.attempts == 1,
            m.hidden == 0,
        )

    def _within(self, since: datetime, until: datetime) -> Iterable[ColumnElement[bool]]:
        return m.bot_id == self._bot_id, m.ended_at >= since, m.ended_at < until

    def _scheduled(self, most: Any) -> Select[tuple[int]]:
        """In the order of the index of what is due. Without it, Postgres that was not vacuumed
        lately would rather read the table, and all that was ever sent in it.
        """
        rows = (
            select(literal(1))
            .where(m.bot_id == self._bot_id, in_state(State.SCHEDULED))
            .order_by(m.broadcast_id, m.lane, m.due_at)
            .limit(most)
        )
        return select(func.count()).select_from(rows.subquery())

    def _counted(self, *which: ColumnElement[bool]) -> Select[tuple[int]]:
        rows = select(literal(1)).where(m.bot_id == self._bot_id, *which).limit(self._most)
        return select(func.count()).select_from(rows.subquery())

    def _lanes(self) -> Any:
        """Posts, and each broadcast, or each of its zones: in each, what is due comes first in the
        index.
        """
        of, whole = broadcast_lanes.c, literal_column(str(WHOLE), SmallInteger).label("lane")
        posts: Select[Any] = select(literal_column(str(POSTS)).label("id"), whole)
        mine = select(broadcasts.c.id, whole).where(broadcasts.c.bot_id == self._bot_id)
        cut = select(of.broadcast_id, of.lane).join(broadcasts, of.broadcast_id == broadcasts.c.id)
        waits = or_(broadcasts.c.ended_at.is_(None), broadcasts.c.leftover)
        of_mine = cut.where(broadcasts.c.bot_id == self._bot_id, broadcasts.c.own_zones, waits)
        return union_all(posts, mine, of_mine).subquery("lanes")

    def _due(self) -> Select[Any]:
        lanes = self._lanes()
        rows = (
            select(literal(1).label("one"))
            .where(*in_lane(self._bot_id, lanes.c.id, lanes.c.lane), m.due_at <= asked_at())
            .order_by(m.due_at)  # as in `_scheduled`
            .limit(self._most)
            .correlate(lanes)
            .subquery()
        )
        due = select(func.count()).select_from(rows).scalar_subquery()
        # On Postgres the sum of whole numbers is a Decimal.
        n = cast(func.coalesce(func.sum(due), 0), BigInteger).label("n")
        return select(n).select_from(lanes)

    def _oldest(self) -> Any:
        post = select(first_due(self._bot_id, literal(POSTS)).label("due_at"))
        firsts = union_all(post, *opened(self._bot_id, asked_at())).subquery("firsts")
        return select(func.min(firsts.c.due_at)).scalar_subquery()


def is_late() -> ColumnElement[bool]:
    """Of a message that was sent."""
    return m.sent_at >= plus(m.wanted_at, bindparam(None, LATE_S, type_=Float))
