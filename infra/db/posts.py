"""The posts of channels, and the samples of their views, by the runs of the same text."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.channel import OPEN, Post, Run, SeenPost
from core.sampling import AT_LATEST, DAY, LEASE, WATCHED_FOR, next_by_age, phase_of
from infra.db.channel_tables import channels, post_samples, posts
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.post_samples import Batch, begin, lengthen, upsert
from infra.db.records import encoder
from infra.db.tables import UtcTime

c, p, s = channels.c, posts.c, post_samples.c


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a channel's preview, read after `asked_at` (the database's clock).

    `message_ids` are all that it shows, posts without views as well; `before` is what it was
    asked with.
    """

    asked_at: datetime
    posts: Sequence[SeenPost]
    message_ids: Sequence[int]
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """What came of a page: posts that it shows, those whose views were written (`sampled`: not
    those too old), those of them that are `new`, and known ones that are `gone`.

    `due_before` is where to read on, as there are older posts whose time has come.
    """

    new: int
    seen: int
    sampled: int
    gone: int
    due_before: int | None


class Posts:
    """The posts of every channel."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._encode = encoder(database.dialect)

    async def note(self, channel_id: int, page: Page) -> Noted:
        """Write what a page showed: all or nothing, and safe beside others who write the same."""
        async with self._database.writing() as connection:
            now = await self._lock(connection, channel_id)
            known = await self._known(connection, channel_id, page.posts)
            seen = [
                post for post in page.posts if post.message_id not in known or _young(post, now)
            ]
            await self._write(connection, Batch(channel_id, now, known, seen))
            gone = await self._let_go(connection, channel_id, page)
            await self._put_off(connection, channel_id, page, now)
            due_before = await self._due_before(connection, channel_id, page, now)
            await self._release(connection, channel_id, now, due_before)
        new = len(page.posts) - len(known)
        return Noted(new, len(page.message_ids), len(seen), gone, due_before)

    async def since(self, channel_id: int, since: datetime) -> list[Post]:
        """The posts from `since` on with all their runs, newest first. There can be a hundred
        thousand runs: their rows become posts in a thread, or nothing else would be done meanwhile.
        """
        mine = (p.channel_id == channel_id, p.posted_at >= since)
        rows = select(posts).where(*mine).order_by(p.posted_at.desc(), p.message_id.desc())
        samples = (
            select(s.post_id, s.at, s.until, s.views, s.precision)
            .where(s.post_id.in_(select(p.id).where(*mine)))
            .order_by(s.post_id, s.at)
        )
        async with self._database.reading() as connection:
            found = await connection.execute(rows)
            seen = await connection.execute(samples)
            return await asyncio.to_thread(_as_posts, found, seen)

    async def _lock(self, connection: AsyncConnection, channel_id: int) -> datetime:
        """Nobody else writes of this channel until we have; the time when that began."""
        this = update(channels).where(c.id == channel_id).values(preview=OPEN, preview_reason=None)
        now: datetime | None = await connection.scalar(this.returning(utc_now()))
        assert now is not None
        return now

    async def _known(
        self, connection: AsyncConnection, channel_id: int, seen: Sequence[SeenPost]
    ) -> dict[int, Any]:
        newest = select(func.max(s.at)).where(s.post_id == p.id).scalar_subquery()
        query = select(p.message_id, p.views_raw, p.sampled_at, newest.label("run_at")).where(
            p.channel_id == channel_id, p.message_id.in_([post.message_id for post in seen])
        )
        return {row.message_id: row for row in await connection.execute(query)}

    async def _write(self, connection: AsyncConnection, batch: Batch) -> None:
        if not batch.posts:
            return
        dialect = self._database.dialect
        seen = {"posts_seen": self._encode(batch.rows())}
        written = await connection.execute(upsert(dialect, batch.channel_id), seen)
        ids = {row.message_id: row.id for row in written}
        if longer := list(batch.longer(ids)):
            await connection.execute(lengthen(dialect), {"longer": self._encode(longer)})
        if begun := list(batch.begun(ids)):
            await connection.execute(begin(dialect), {"runs": self._encode(begun)})

    async def _let_go(self, connection: AsyncConnection, channel_id: int, page: Page) -> int:
        """Posts that stood where the page looked, and are not on it: deleted. They are sampled
        no more; one that is seen again (the page was an old copy) is taken up again by that.

        What somebody noted after we had asked is not missing from our page. A page without posts
        proves nothing: Telegram shows it as well where it was asked too often.
        """
        if not page.message_ids:
            return 0
        missing = (p.message_id.not_in(page.message_ids), p.sampled_at < page.asked_at)
        statement = update(posts).where(*_in_range(channel_id, page), *missing)
        return (await connection.execute(statement.values(sample_at=None))).rowcount

    async def _put_off(
        self, connection: AsyncConnection, channel_id: int, page: Page, now: datetime
    ) -> None:
        """Posts that are due, and of which the page told no views: later again, or never, if
        they are too old. Else they would be asked for at every turn.
        """
        later = _tomorrow(now) if page.message_ids else _by_age(now, phase_of(channel_id))
        late = update(posts).where(*_in_range(channel_id, page), p.sample_at <= now)
        await connection.execute(late.values(sample_at=later))

    async def _due_before(
        self, connection: AsyncConnection, channel_id: int, page: Page, now: datetime
    ) -> int | None:
        """Just above the newest of the older posts that are due, so that none between is read."""
        if not page.message_ids:
            return None
        newest = await connection.scalar(
            select(func.max(p.message_id)).where(
                p.channel_id == channel_id,
                p.sample_at.is_not(None),
                p.sample_at <= now,
                p.message_id < min(page.message_ids),
            )
        )
        return None if newest is None else newest + 1

    async def _release(
        self, connection: AsyncConnection, channel_id: int, now: datetime, due_before: int | None
    ) -> None:
        """Look again when the next post is due; while there is more to read, keep the lease."""
        first = select(func.min(p.sample_at)).where(
            p.channel_id == channel_id, p.sample_at.is_not(None)
        )
        next_at = await connection.scalar(first) or now + AT_LATEST
        look_at = now + LEASE if due_before else min(next_at, now + AT_LATEST)
        this = update(channels).where(c.id == channel_id)
        await connection.execute(this.values(looked_at=now, look_at=look_at))


def _young(post: SeenPost, now: datetime) -> bool:
    return now - post.posted_at < WATCHED_FOR


def _tomorrow(now: datetime) -> ColumnElement[Any]:
    """Posts that Telegram shows without views seldom come to have any."""
    return case((p.posted_at <= now - WATCHED_FOR, None), else_=literal(now + DAY, UtcTime))


def _by_age(now: datetime, phase: float) -> ColumnElement[Any]:
    """As if they had been seen: an empty page may be all that Telegram shows just now."""
    whens = [
        (p.posted_at > now - until_age, literal(moment, UtcTime))
        for until_age, moment in next_by_age(now, phase)
    ]
    return case(*whens, else_=None)


def _in_range(channel_id: int, page: Page) -> list[ColumnElement[bool]]:
    """Posts that are watched, and that the page shows if they are there."""
    where = [p.channel_id == channel_id, p.sample_at.is_not(None)]
    if page.message_ids:
        where.append(p.message_id >= min(page.message_ids))
    if page.before is not None:
        where.append(p.message_id < page.before)
    return where


def _post_id(row: Any) -> int:
    return int(row.post_id)


def _as_posts(found: Iterable[Any], seen: Iterable[Any]) -> list[Post]:
    runs = {id_: tuple(Run(*row[1:]) for row in own) for id_, own in groupby(seen, _post_id)}
    return [as_post(row, runs.get(row.id, ())) for row in found]


def as_post(row: Any, runs: tuple[Run, ...]) -> Post:
    return Post(
        message_id=row.message_id,
        posted_at=row.posted_at,
        head=row.head,
        views=row.views,
        views_raw=row.views_raw or "",
        sampled_at=row.sampled_at,
        # Old ones are sampled no more; a young one only, if it was missing from its page.
        is_there=row.sample_at is not None or row.sampled_at - row.posted_at >= WATCHED_FOR,
        runs=runs,
    )
