"""What was seen of a channel, a page at a time: its posts, its members, a post's views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, literal, select, tuple_

from core.channel import Post, Run
from core.errors import NotFound
from infra.db.channel_tables import member_samples, post_samples, posts
from infra.db.engine import Database
from infra.db.posts import as_post
from infra.db.tables import UtcTime

m, p, s = member_samples.c, posts.c, post_samples.c


@dataclass(frozen=True, slots=True)
class Period:
    """Runs that reach into it: from `since` on, and begun before `until`; None for no bound."""

    since: datetime | None = None
    until: datetime | None = None


class SamplePages:
    """Of every channel. A page costs the same wherever it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def posts(
        self, channel_id: int, limit: int, before: tuple[datetime, int] | None = None
    ) -> list[Post]:
        """The newest first, without their runs; `before` is the time and the message id of the
        last one of the page before.
        """
        query = select(posts).where(p.channel_id == channel_id)
        if before is not None:
            place = tuple_(literal(before[0], UtcTime), literal(before[1], BigInteger))
            query = query.where(tuple_(p.posted_at, p.message_id) < place)
        query = query.order_by(p.posted_at.desc(), p.message_id.desc()).limit(limit)
        async with self._database.reading() as connection:
            return [as_post(row, ()) for row in await connection.execute(query)]

    async def members(
        self, channel_id: int, period: Period, limit: int, after: datetime | None = None
    ) -> list[Run]:
        """The runs of the count of members, oldest first; `after` is when the last one began."""
        query = select(m.at, m.until, m.members).where(m.channel_id == channel_id)
        return await self._runs(_within(query, m, period, after).limit(limit))

    async def views(
        self,
        channel_id: int,
        message_id: int,
        period: Period,
        limit: int,
        after: datetime | None = None,
    ) -> list[Run]:
        """The runs of a post's views, as `members`; raises NotFound."""
        this = select(p.id).where(p.channel_id == channel_id, p.message_id == message_id)
        async with self._database.reading() as connection:
            post_id = await connection.scalar(this)
        if post_id is None:
            raise NotFound(f"no post {message_id} was seen in this channel")
        query = select(s.at, s.until, s.views, s.precision).where(s.post_id == post_id)
        return await self._runs(_within(query, s, period, after).limit(limit))

    async def _runs(self, query: Select[Any]) -> list[Run]:
        async with self._database.reading() as connection:
            return [Run(*row) for row in await connection.execute(query)]


def _within(query: Select[Any], c: Any, period: Period, after: datetime | None) -> Select[Any]:
    wanted: Sequence[Any] = [
        *([c.until >= period.since] if period.since is not None else []),
        *([c.at < period.until] if period.until is not None else []),
        *([c.at > after] if after is not None else []),
    ]
    return query.where(*wanted).order_by(c.at)
