"""Channels at a glance: each with how its members went, and with its newest post."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from core.channel import Channel, Run
from infra.db.channel_tables import channels, member_samples, posts
from infra.db.channels import Channels
from infra.db.engine import Database

c, p, s = channels.c, posts.c, member_samples.c


@dataclass(frozen=True, slots=True)
class NewestPost:
    """`views` is None where they were not seen."""

    message_id: int
    posted_at: datetime
    head: str
    views: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """`members` are the runs of the count, oldest first."""

    channel: Channel
    members: Sequence[Run]
    newest: NewestPost | None


class ChannelCards:
    """One bot's: three questions, however many channels there are."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._channels = Channels(database, bot_id)

    async def since(self, since: datetime) -> list[Card]:
        """Of the channels that are looked at, by title; members from `since` on."""
        found = await self._channels.listed()
        members, newest = await self._members(since), await self._newest()
        return [Card(each, members.get(each.id, ()), newest.get(each.id)) for each in found]

    async def _members(self, since: datetime) -> Mapping[int, Sequence[Run]]:
        query = (
            select(s.channel_id, s.at, s.until, s.members)
            .join(channels, c.id == s.channel_id)
            .where(self._kept(), s.until >= since)
            .order_by(s.channel_id, s.at)
        )
        found = defaultdict[int, list[Run]](list)
        async with self._database.reading() as connection:
            for channel_id, *run in await connection.execute(query):
                found[channel_id].append(Run(*run))
        return found

    async def _newest(self) -> Mapping[int, NewestPost]:
        last = select(p.id).where(p.channel_id == c.id).order_by(p.posted_at.desc()).limit(1)
        these = (
            select(p.channel_id, p.message_id, p.posted_at, p.head, p.views)
            .join(channels, p.id == last.correlate(channels).scalar_subquery())
            .where(self._kept())
        )
        async with self._database.reading() as connection:
            return {row[0]: _as_post(row) for row in await connection.execute(these)}

    def _kept(self) -> ColumnElement[bool]:
        return and_(c.bot_id == self._bot_id, c.removed_at.is_(None))


def _as_post(row: Any) -> NewestPost:
    return NewestPost(row.message_id, row.posted_at, row.head, row.views)
