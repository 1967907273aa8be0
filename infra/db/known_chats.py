"""What the ledger knows of chats that somebody has listed."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import func, or_, select

from core.channel_rights import Right
from infra.db.channel_tables import channels
from infra.db.engine import Database
from infra.db.tables import chats

ASKED_TOGETHER = 5_000

c = channels.c


class KnownChats:
    """One bot's. Chats are named in their one spelling, as in messages."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def unreachable(self, chat_ids: Sequence[str]) -> dict[str, str]:
        """Those that Telegram has refused for good, and why."""
        found: dict[str, str] = {}
        query = select(chats.c.chat_id, chats.c.unreachable).where(
            chats.c.bot_id == self._bot_id, chats.c.unreachable.is_not(None)
        )
        async with self._database.reading() as connection:
            for some in _slices(chat_ids):
                rows = await connection.execute(query.where(chats.c.chat_id.in_(some)))
                found |= {row.chat_id: row.unreachable for row in rows}
        return found

    async def lacking(self, chat_ids: Sequence[str]) -> dict[str, tuple[str, tuple[Right, ...]]]:
        """The types of those that are looked at, and the rights that our bot lacks there.

        Where nobody knows of rights, the chat is left out.
        """
        found: dict[str, tuple[str, tuple[Right, ...]]] = {}
        name = func.lower("@" + c.username)
        query = select(c.chat_id, name.label("name"), c.type, c.lacks).where(
            c.bot_id == self._bot_id, c.removed_at.is_(None), c.lacks.is_not(None)
        )
        async with self._database.reading() as connection:
            for some in _slices(chat_ids):
                these = or_(c.chat_id.in_(some), name.in_(some))
                for row in await connection.execute(query.where(these)):
                    lacks = tuple(map(Right, row.lacks.split()))
                    found |= {each: (row.type, lacks) for each in (row.chat_id, row.name) if each}
        return found


def _slices(chat_ids: Iterable[str]) -> Iterator[list[str]]:
    ids = list(chat_ids)
    for start in range(0, len(ids), ASKED_TOGETHER):
        yield ids[start : start + ASKED_TOGETHER]
