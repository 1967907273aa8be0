"""Who may be sent broadcasts: they joined, and neither stopped, nor blocked the bot, nor are
gone from Telegram.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, exists, func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.bot_tables import subscribers
from infra.db.tables import chats

s = subscribers.c


def is_unreachable() -> ColumnElement[bool]:
    """Of a row of subscribers: Telegram has refused their chat for good."""
    theirs = (chats.c.bot_id == s.bot_id) & (chats.c.chat_id == cast(s.user_id, Text))
    return exists().where(theirs, chats.c.unreachable.is_not(None)).correlate(subscribers)


def is_reached(*, by_index: bool = True) -> tuple[ColumnElement[bool], ...]:
    """Of a row of subscribers; the first three as the index of the reached has them.

    Where another table leads, that index is hidden: Postgres, as long as it has no figures of a
    new table, expects one row in it, and would read all of it for each row of the other.
    """
    joined, gone = s.joined_at.is_not(None), is_unreachable()
    if not by_index:
        return joined, func.coalesce(s.stopped_at, s.blocked_at).is_(None), ~gone
    return joined, s.stopped_at.is_(None), s.blocked_at.is_(None), ~gone


async def open_again(connection: AsyncConnection, bot_id: int, chat_ids: Iterable[str]) -> None:
    """Something came from these chats, or arrived there: what kept us out does so no longer."""
    theirs: Any = (chats.c.bot_id == bot_id) & chats.c.chat_id.in_(list(chat_ids))
    await connection.execute(
        update(chats).where(theirs, chats.c.unreachable.is_not(None)).values(unreachable=None)
    )
