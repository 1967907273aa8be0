"""Who may be sent broadcasts: they joined, and neither stopped, nor blocked the bot, nor are
gone from Telegram.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Text,
    bindparam,
    cast,
    exists,
    func,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.bot_tables import subscribers
from infra.db.records import records
from infra.db.tables import chats
from infra.db.upsert import insert_into

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
    await connection.execute(_opened_again(bot_id, list(chat_ids)))


@cache
def all_gone(dialect: str) -> Any:
    """Mark the chats of `gone` as unreachable: in one order, or two workers could wait for each
    other.
    """
    gone = records(dialect, "gone", {"chat_id": Text(), "reason": Text()}).c
    bot_id = bindparam("bot_id", type_=BigInteger)
    rows = select(bot_id, gone.chat_id, gone.reason).where(true()).order_by(gone.chat_id)
    new = insert_into(dialect, chats).from_select(["bot_id", "chat_id", "unreachable"], rows)
    return new.on_conflict_do_update(
        index_elements=["bot_id", "chat_id"], set_={"unreachable": new.excluded.unreachable}
    )


@cache
def all_reached(dialect: str) -> Any:
    """As `open_again`, of the chats of `reached`."""
    reached = records(dialect, "reached", {"chat_id": Text()})
    return _opened_again(bindparam("bot_id", type_=BigInteger), select(reached.c.chat_id))


def _opened_again(bot_id: Any, chat_ids: Any) -> Any:
    theirs: Any = (chats.c.bot_id == bot_id) & chats.c.chat_id.in_(chat_ids)
    return update(chats).where(theirs, chats.c.unreachable.is_not(None)).values(unreachable=None)
