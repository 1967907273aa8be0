"""What a calendar shows of a span of days: posts, occurrences to come, the starts of broadcasts.

Of a day with many posts the first ones are shown, and the others counted up to a bound: so a day
costs the same with a hundred thousand of them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Select, Text, bindparam, cast, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import Broadcast, BroadcastState
from core.local_days import Day
from core.message import Content, State
from infra.db.broadcast_row import as_broadcast, with_tallies
from infra.db.engine import Database
from infra.db.lines import Prepared
from infra.db.records import moment_of
from infra.db.series_days import Occurrence, occurrences
from infra.db.series_row import is_active
from infra.db.tables import IS_POST, broadcasts, messages, series, to_microseconds

b, m, s = broadcasts.c, messages.c, series.c

A_DAY = 30
"""So many posts of a day are shown."""

COUNTED = 1_000
"""Of a day's other posts no more are counted: a thousand stands for a thousand or more."""

SERIES = 200
BROADCASTS = 200
"""At most so many are looked at, the nearest first."""

KEPT = 16
"""Statements: one for each number of days that is asked for."""

_OWN = (m.id, m.chat_id, m.state, m.wanted_at, m.series_id, m.sent_at, m.reason)
_SHOWN = (*_OWN, cast(m.content, Text))


@dataclass(frozen=True, slots=True)
class Post:
    """`series_id` is None where it does not recur, `sent_at` until it is sent."""

    id: int
    chat_id: str
    state: State
    at: datetime
    content: Content
    series_id: int | None
    sent_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """`more` counts, by the beginning of their day, the posts that are not shown."""

    posts: Sequence[Post]
    occurrences: Sequence[Occurrence]
    broadcasts: Sequence[Broadcast]
    more: Mapping[datetime, int]


class Calendar:
    """One bot's; of one chat alone where that is given."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._moment = moment_of(database.dialect)

    async def show(self, days: Sequence[Day], chat_id: str = "") -> Shown:
        """`days` follow each other, one at least."""
        since, until = days[0][0], days[-1][1]
        its = {"bot_id": self._bot_id, "chat_id": chat_id} | self._edges(days)
        which = self._database.dialect, len(days), bool(chat_id)
        [row] = await self._database.look(counts_of(*which), **its)
        counts = {day[0]: count for day, count in zip(days, row, strict=True)}
        posts = [self._post(row) for row in await self._database.look(posts_of(*which), **its)]
        async with self._database.reading() as connection:
            recurring = await self._series(connection, until, chat_id)
            began = [] if chat_id else await self._broadcasts(connection, since, until)
        # Not in the loop: a rule may be long in the reckoning.
        coming = await asyncio.to_thread(occurrences, recurring, days) if recurring else []
        more = {day: count - A_DAY for day, count in counts.items() if count > A_DAY}
        return Shown(posts, coming, began, more)

    def _edges(self, days: Sequence[Day]) -> dict[str, Any]:
        moments = [*(day[0] for day in days), days[-1][1]]
        is_sqlite = self._database.dialect == "sqlite"
        plain = map(to_microseconds, moments) if is_sqlite else moments
        return {f"edge{n}": moment for n, moment in enumerate(plain)}

    async def _series(
        self, connection: AsyncConnection, until: datetime, chat_id: str
    ) -> Sequence[Any]:
        query = select(series).where(s.bot_id == self._bot_id, is_active(), s.next_at < until)
        if chat_id:
            query = query.where(s.chat_id == chat_id)
        return (await connection.execute(query.order_by(s.next_at).limit(SERIES))).all()

    async def _broadcasts(
        self, connection: AsyncConnection, since: datetime, until: datetime
    ) -> list[Broadcast]:
        query = (
            with_tallies()
            .where(b.bot_id == self._bot_id, b.state != BroadcastState.DRAFT.value)
            .where(b.wanted_at >= since, b.wanted_at < until)
            .order_by(b.wanted_at, b.id)
            .limit(BROADCASTS)
        )
        return [as_broadcast(row) for row in await connection.execute(query)]

    def _post(self, row: Any) -> Post:
        id_, chat_id, state, at, series_id, sent_at, reason, content = row
        return Post(
            id=id_,
            chat_id=chat_id,
            state=State(state),
            at=self._moment(at),
            content=Content(**orjson.loads(content)),
            series_id=series_id,
            sent_at=self._moment(sent_at) if sent_at is not None else None,
            reason=reason or "",
        )


@lru_cache(KEPT)
def counts_of(dialect: str, days: int, of_chat: bool) -> Prepared:
    """How many posts each of so many days has, up to the bound."""

    def build() -> Select[Any]:
        # In the order of the index of posts by time, or Postgres could take another for these.
        ones = (_of(day, of_chat, literal(1)).limit(A_DAY + COUNTED) for day in range(days))
        counts = (select(func.count()).select_from(rows.subquery()) for rows in ones)
        return select(*(count.scalar_subquery() for count in counts))

    return Prepared(build, dialect)


@lru_cache(KEPT)
def posts_of(dialect: str, days: int, of_chat: bool) -> Prepared:
    """The first posts of each of so many days."""

    def build() -> Any:
        firsts = (_of(day, of_chat, *_SHOWN).limit(A_DAY).subquery() for day in range(days))
        return union_all(*(select(first) for first in firsts))

    return Prepared(build, dialect)


def _of(day: int, of_chat: bool, *columns: Any) -> Select[Any]:
    """A day's posts, as the index of posts by time has them."""
    its = [m.bot_id == bindparam("bot_id"), IS_POST]
    if of_chat:
        its.append(m.chat_id == bindparam("chat_id"))
    begin: Any = bindparam(f"edge{day}")
    end: Any = bindparam(f"edge{day + 1}")
    within = (m.wanted_at >= begin, m.wanted_at < end)
    return select(*columns).where(*its, *within).order_by(m.wanted_at, m.id)
