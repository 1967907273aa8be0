"""Tags of subscribers: who gets one, who loses it, and who has which."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

from sqlalchemy import BigInteger, String, bindparam, delete, func, select, true

from core.audience import Audience
from infra.db.audience_tables import subscriber_tags
from infra.db.audiences import BEFORE_ALL, page
from infra.db.bot_tables import subscribers
from infra.db.engine import Database
from infra.db.records import plain_encoder, records
from infra.db.upsert import insert_into

s, t = subscribers.c, subscriber_tags.c

SLICE = 2_000


class Tags:
    """One bot's. Tags are as `parse_tag` gives them."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._encode = plain_encoder(database.dialect)
        self._given = records(database.dialect, "given", {"user_id": BigInteger()})

    async def add(self, tag: str, audience: Audience) -> AsyncIterator[int]:
        """Every member of it has the tag, reached or not; a slice at a time, how many had not."""
        bot_id, name = bindparam("bot_id", type_=BigInteger), bindparam("tag", type_=String(64))
        rows = select(bot_id, name, self._given.c.user_id).where(true())
        statement = (
            insert_into(self._database.dialect, subscriber_tags)
            .from_select(["bot_id", "tag", "user_id"], rows)
            .on_conflict_do_nothing()
        )
        async for count in self._slices(statement, tag, audience):
            yield count

    async def remove(self, tag: str, audience: Audience) -> AsyncIterator[int]:
        """No member of it has the tag; a slice at a time, how many had."""
        these = select(self._given.c.user_id)
        statement = delete(subscriber_tags).where(
            t.bot_id == bindparam("bot_id", type_=BigInteger),
            t.tag == bindparam("tag"),
            t.user_id.in_(these),
        )
        async for count in self._slices(statement, tag, audience.with_tag(tag)):
            yield count

    async def names(self) -> list[str]:
        """One look into the index for each, however many have it."""
        mine = select(func.min(t.tag).label("tag")).where(t.bot_id == self._bot_id)
        found = mine.cte("found", recursive=True)
        later = mine.where(t.tag > found.c.tag).correlate(found).scalar_subquery()
        found = found.union_all(select(later).where(found.c.tag.is_not(None)))
        query = select(found.c.tag).where(found.c.tag.is_not(None)).order_by(found.c.tag)
        async with self._database.reading() as connection:
            return list(await connection.scalars(query))

    async def counted(self) -> dict[str, int]:
        """How many have each, by name; looks at all of them."""
        count = select(t.tag, func.count()).where(t.bot_id == self._bot_id)
        async with self._database.reading() as connection:
            rows = await connection.execute(count.group_by(t.tag).order_by(t.tag))
            return {row[0]: row[1] for row in rows}

    async def of(self, user_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
        """Which tags each of these has, in order."""
        these = (t.bot_id == self._bot_id, t.tag.in_(await self.names()), t.user_id.in_(user_ids))
        return await self._told(select(t.user_id, t.tag).where(*these))

    async def between(
        self, names: list[str], first: int, last: int
    ) -> Mapping[int, tuple[str, ...]]:
        """Which of these tags each user has whose id is between the two, both included."""
        these = (t.bot_id == self._bot_id, t.tag.in_(names), t.user_id.between(first, last))
        return await self._told(select(t.user_id, t.tag).where(*these))

    async def _told(self, query: Any) -> Mapping[int, tuple[str, ...]]:
        found = defaultdict[int, tuple[str, ...]](tuple)
        async with self._database.reading() as connection:
            for user_id, tag in await connection.execute(query.order_by(t.tag)):
                found[user_id] += (tag,)
        return found

    async def _slices(self, statement: Any, tag: str, audience: Audience) -> AsyncIterator[int]:
        after = BEFORE_ALL
        while True:
            some = page(self._bot_id, audience, after, SLICE)
            query = some.with_only_columns(s.user_id, maintain_column_froms=True)
            async with self._database.writing() as connection:
                ids = list(await connection.scalars(query))
                given = self._encode({"user_id": user_id} for user_id in ids)
                values = {"bot_id": self._bot_id, "tag": tag, "given": given}
                count = (await connection.execute(statement, values)).rowcount if ids else 0
            if ids:
                yield count
            if len(ids) < SLICE:
                return
            after = ids[-1]
