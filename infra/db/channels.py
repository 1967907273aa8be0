"""Channels that are looked at: which, what is known of them, and whose turn it is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update

from core.channel import NONE, Channel, Facts
from core.channel_rights import Right
from core.errors import NotFound
from core.message import State
from core.sampling import AT_LATEST
from infra.db.channel_tables import channels
from infra.db.engine import Database
from infra.db.members import Members
from infra.db.moments import from_now, plus, utc_now, within
from infra.db.posts import Posts
from infra.db.states import in_state
from infra.db.tables import messages
from infra.db.upsert import insert_into

c, m = channels.c, messages.c

LEASE_S = 300.0
"""Who took a channel on has so long to look at it before another may."""


class Channels:
    """One bot's channels. `posts` and `members` have what was seen of them."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self.members, self.posts = Members(database), Posts(database)

    async def add(self, facts: Facts) -> Channel:
        """Look at this channel from now on; one that was removed has its history still."""
        again = {**_known(facts), "removed_at": None, "look_at": utc_now()}
        statement = (
            insert_into(self._database.dialect, channels)
            .values(
                bot_id=self._bot_id,
                chat_id=facts.chat_id,
                added_at=utc_now(),
                look_at=utc_now(),
                **_known(facts),
            )
            .on_conflict_do_update(index_elements=["bot_id", "chat_id"], set_=again)
            .returning(c.id)
        )
        async with self._database.writing() as connection:
            channel_id = await connection.scalar(statement)
        assert channel_id is not None
        return await self.note_facts(channel_id, facts)

    async def remove(self, channel_id: int) -> None:
        """Look at it no more; what was seen stays."""
        await self._set(channel_id, removed_at=utc_now())

    async def listed(self) -> list[Channel]:
        """Those that are looked at, by title."""
        query = select(channels).where(self._kept()).order_by(func.lower(c.title), c.id)
        async with self._database.reading() as connection:
            return [_as_channel(row) for row in await connection.execute(query)]

    async def get(self, chat: str) -> Channel:
        """The channel by its "@name" or "-100…"; raises NotFound. One that was removed, too."""
        if (found := await self.find(chat)) is None:
            raise NotFound(f"no channel {chat}; `analyticbot channels add {chat}` takes it on")
        return found

    async def find(self, chat: str) -> Channel | None:
        # A name can have gone from one channel to another: who has it now was looked at last.
        order = (c.removed_at.is_not(None), func.coalesce(c.looked_at, c.added_at).desc())
        query = select(channels).where(self._called(chat)).order_by(*order).limit(1)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _as_channel(row) if row is not None else None

    async def listed_by_id(self, channel_id: int) -> Channel | None:
        """One that is looked at; None where there is no such, or not any more."""
        query = select(channels).where(self._kept(), c.id == channel_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _as_channel(row) if row is not None else None

    async def note_facts(self, channel_id: int, facts: Facts) -> Channel:
        """What Telegram told just now. The count of members is kept by its runs."""
        news: dict[str, Any] = _known(facts)
        if facts.members is not None:
            news["members"] = facts.members
        statement = update(channels).where(c.id == channel_id).values(trouble=None, **news)
        async with self._database.writing() as connection:
            # The row is locked from here on: so two workers write one run after the other.
            row = (await connection.execute(statement.returning(*c))).one()
            if facts.members is not None:
                await self.members.note(connection, channel_id, facts.members)
        return _as_channel(row)

    async def note_rights(self, channel_id: int, lacks: Sequence[Right]) -> None:
        """Which rights our bot lacks there, as Telegram told just now; of these the ledger also
        keeps those that it has had before.
        """
        query = select(c.lacks, c.lost).where(c.id == channel_id).with_for_update()
        async with self._database.writing() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return
            lost = _lost(row, lacks)
            values = {"lacks": " ".join(lacks), "lost": " ".join(lost) or None}
            await connection.execute(update(channels).where(c.id == channel_id).values(**values))

    async def note_trouble(self, channel_id: int, words: str) -> None:
        """Telegram refuses to tell of it: try again in an hour, for it can be mended there."""
        await self._set(channel_id, trouble=words, **_looked())

    async def note_no_preview(self, channel_id: int, reason: str) -> None:
        """There are no views to be read, and why. What was seen before stays."""
        await self._set(channel_id, preview=NONE, preview_reason=reason, **_looked())

    async def call_for(self, within_s: float) -> int:
        """Channels in which a message of ours ended within that time, and that nobody has looked
        at since, are due at once; how many. Those that are due soon anyway are left alone.
        """
        recent = (
            select(m.chat_id, func.max(m.ended_at).label("ended_at"))
            .where(m.bot_id == self._bot_id, m.ended_at.is_not(None))
            .where(m.ended_at >= within(-within_s), in_state(State.SENT))
            .group_by(m.chat_id)
            .cte("recent")
        )
        named = func.lower("@" + func.coalesce(c.username, ""))
        mine = recent.c.chat_id.in_([c.chat_id, named])
        unseen = func.coalesce(c.looked_at, c.added_at) < recent.c.ended_at
        late = c.look_at > within(LEASE_S)
        statement = (
            update(channels)
            .where(self._kept(), late, select(recent).where(mine, unseen).exists())
            .values(look_at=utc_now())
            .returning(c.id)
        )
        async with self._database.writing() as connection:
            return len((await connection.execute(statement)).all())

    async def take_due(self, limit: int) -> list[Channel]:
        """Take on channels whose time has come, longest due first. Nobody else takes them before
        the lease ends.
        """
        due = (
            select(c.id)
            .where(self._kept(), c.look_at <= within(0))
            .order_by(c.look_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(channels)
            .where(c.id.in_(select(due.cte("due").c.id)))
            .values(look_at=from_now(LEASE_S))
            .returning(*c)
        )
        async with self._database.writing() as connection:
            return [_as_channel(row) for row in await connection.execute(statement)]

    async def count_due(self) -> int:
        query = select(func.count()).where(self._kept(), c.look_at <= within(0))
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0

    async def _set(self, channel_id: int, **values: Any) -> None:
        statement = update(channels).where(c.id == channel_id).values(**values)
        async with self._database.writing() as connection:
            await connection.execute(statement)

    def _kept(self) -> ColumnElement[bool]:
        return and_(c.bot_id == self._bot_id, c.removed_at.is_(None))

    def _called(self, chat: str) -> ColumnElement[bool]:
        this = func.lower(c.username) == chat[1:].lower() if chat[0] == "@" else c.chat_id == chat
        return and_(c.bot_id == self._bot_id, this)


def _lost(row: Any, lacks: Sequence[Right]) -> list[Right]:
    had = set(Right) - set(row.lacks.split()) if row.lacks is not None else set()
    before = had | set((row.lost or "").split())
    return [right for right in lacks if right in before]


def _known(facts: Facts) -> dict[str, Any]:
    return {"type": facts.type, "title": facts.title, "username": facts.username}


def _looked() -> dict[str, Any]:
    return {"looked_at": utc_now(), "look_at": plus(utc_now(), AT_LATEST.total_seconds())}


def _as_channel(row: Any) -> Channel:
    return Channel(
        id=row.id,
        facts=Facts(row.chat_id, row.type, row.title, row.username, row.members),
        preview=row.preview,
        preview_reason=row.preview_reason or "",
        trouble=row.trouble or "",
        added_at=row.added_at,
        removed_at=row.removed_at,
        looked_at=row.looked_at,
        look_at=row.look_at,
        lacks=None if row.lacks is None else tuple(map(Right, row.lacks.split())),
    )
