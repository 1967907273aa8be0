"""How fast broadcasts get on, and how long they still take: from what the ledger has seen end.

`Paces(database, bot_id, rate, paid_rate).of(broadcasts)` looks once, however many they are, and
gives each broadcast's id its `Pace`: `per_s`, recipients a second, and `left_s`. Any process tells
the same, and at its first look. Of the API it is `office.paces`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Integer, Select, cast, func, select

from core.broadcast import Broadcast, BroadcastState
from core.broadcast_plan import Plan
from core.message import State
from infra.db.engine import Database
from infra.db.moments import asked_at, seconds_between, within
from infra.db.states import in_state
from infra.db.tables import messages

WINDOW_S = 60.0
"""What was longer ago tells nothing of now: another broadcast may share the rate."""

NEWEST = 2_000
"""So many ends are looked at, of all broadcasts and posts: a few milliseconds."""

GAP_S = 10
"""Where nothing has ended for so long, it stood: a pause is no slowness."""

m = messages.c


@dataclass(frozen=True, slots=True)
class Pace:
    """`per_s`: recipients that have ended a second, of late; 0 where none has. `left_s`: what is
    still to be sent, in seconds, without the waiting for its hours; by the bot's limit where
    nothing was seen, None where nobody can tell, or it does not run.
    """

    per_s: float = 0.0
    left_s: float | None = None


class Paces:
    """Of one bot's broadcasts. `rate` is the bot's limit in messages a second, `paid_rate` that of
    paid ones; 0 for none.
    """

    def __init__(self, database: Database, bot_id: int, rate: float, paid_rate: float) -> None:
        self._database, self._bot_id = database, bot_id
        self._rate, self._paid_rate = rate, paid_rate

    async def of(self, broadcasts: Iterable[Broadcast]) -> dict[int, Pace]:
        """By id, each of them. Where none runs, nothing is asked."""
        given = list(broadcasts)
        running = [each.id for each in given if each.state is BroadcastState.RUNNING]
        seen = await self._seen(running) if running else {}
        return {each.id: self._pace(each, seen.get(each.id, {})) for each in given}

    async def _seen(self, ids: Sequence[int]) -> dict[int, dict[int, int]]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(_newest(self._bot_id, ids))).all()
        seen: dict[int, dict[int, int]] = {}
        for broadcast_id, age_s, count in rows:
            seen.setdefault(broadcast_id, {})[max(age_s, 0)] = count
        return seen

    def _pace(self, broadcast: Broadcast, seen: Mapping[int, int]) -> Pace:
        if broadcast.state is not BroadcastState.RUNNING:
            return Pace()
        pending, per_s = broadcast.tally.pending, speed(seen)
        if per_s > 0:
            return Pace(per_s, pending / per_s)
        rates, cost = (self._rate, broadcast.paid, self._paid_rate), broadcast.content.cost
        return Pace(0.0, Plan(pending, cost, *rates).takes_s or None)


def speed(seen: Mapping[int, int]) -> float:
    """A second, since it last stood; `seen` has how many ended so many whole seconds ago."""
    ages = sorted(age_s for age_s in seen)
    if not ages or ages[0] > GAP_S:
        return 0.0
    stood = (
        place for place, (age_s, older_s) in enumerate(pairwise(ages)) if older_s - age_s > GAP_S
    )
    since = ages[: next(stood, len(ages) - 1) + 1]
    return sum(seen[age_s] for age_s in since) / (since[-1] + 1)


def _newest(bot_id: int, ids: Sequence[int]) -> Select[Any]:
    """broadcast_id, seconds ago, how many."""
    newest = (
        select(m.broadcast_id, m.ended_at, m.state)
        .where(m.bot_id == bot_id, m.ended_at > within(-WINDOW_S))
        .order_by(m.ended_at.desc())
        .limit(NEWEST)
        .subquery()
    )
    each = newest.c
    age_s = cast(seconds_between(each.ended_at, asked_at()), Integer)
    tried = in_state(State.SENT, State.FAILED, State.UNCERTAIN, of=each)
    grouped = select(each.broadcast_id, age_s.label("age_s"), func.count())
    return grouped.where(each.broadcast_id.in_(ids), tried).group_by(each.broadcast_id, "age_s")
