"""Channels that are looked at: which, what is known of them, and whose turn it is."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from core.channel import NONE, Channel, Facts
from core.channel_rights import Right
from core.errors import NotFound
from core.message import State
from core.sampling import AT_LATEST, LEASE
from infra.db.channel_tables import channels
from infra.db.engine import Database
from infra.db.members import Members
from infra.db.moments import later_of, plus, utc_now, within
from infra.db.posts import Posts
from infra.db.states import in_state
from infra.db.tables import messages
from infra.db.upsert import insert_into

c, m = channels.c, messages.c

LEASE_S = LEASE.total_seconds()

AHEAD_S = 45.0
"""Looks are taken on at most so long before their moment."""

NEVER = datetime.min.replace(tzinfo=UTC)


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
        at since, are due at once; how many. Those that are due soon anyway, or taken on, are left
        alone.

        They are found without a lock: what is recent can be tens of thousands of messages.
        """
        late = and_(self._kept(), c.look_at > within(AHEAD_S + LEASE_S))
        async with self._database.reading() as connection:
            ended = {
                row.chat: row.ended_at for row in await connection.execute(self._sent(within_s))
            }
            rows = await connection.execute(select(channels).where(late)) if ended else ()
            unseen = [row.id for row in rows if _seen_at(row) < _ended_at(row, ended)]
        if not unseen:
            return 0
        statement = update(channels).where(late, c.id.in_(unseen)).values(look_at=utc_now())
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount

    async def take_due(self, limit: int, ahead_s: float = 0.0) -> list[Channel]:
        """Take on channels whose time has come, or comes within `ahead_s`, longest due first.
        Nobody else takes them before the lease ends, which begins when they are due. They are
        told as they were: `look_at` is when to look.
        """
        due = (
            select(channels)
            .where(self._kept(), c.look_at <= within(ahead_s))
            .order_by(c.look_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        leased = plus(later_of(c.look_at, utc_now()), LEASE_S)
        async with self._database.writing() as connection:
            taken = [_as_channel(row) for row in await connection.execute(due)]
            these = update(channels).where(c.id.in_([channel.id for channel in taken]))
            if taken:
                await connection.execute(these.values(look_at=leased))
        return taken

    async def count_due(self, ahead_s: float = 0.0) -> int:
        query = select(func.count()).where(self._kept(), c.look_at <= within(ahead_s))
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0

    def _sent(self, within_s: float) -> Any:
        """Chats that can be channels, by number or name, and when we last sent there."""
        chat = func.lower(m.chat_id).label("chat")
        return (
            select(chat, func.max(m.ended_at).label("ended_at"))
            .where(m.bot_id == self._bot_id, m.ended_at.is_not(None))
            .where(m.ended_at >= within(-within_s), in_state(State.SENT))
            .where(or_(m.chat_id.like("-100%"), m.chat_id.like("@%")))
            .group_by(chat)
        )

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


def _seen_at(row: Any) -> datetime:
    seen_at: datetime = row.looked_at or row.added_at
    return seen_at


def _ended_at(row: Any, ended: Mapping[str, datetime]) -> datetime:
    """When we last sent there, under its number or its name; long ago, if never."""
    names = (row.chat_id, f"@{row.username or ''}".lower())
    return max(ended.get(name, NEVER) for name in names)


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
