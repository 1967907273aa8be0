"""Who has had enough gets nothing more of the broadcasts that are under way."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.message import State
from infra.db.states import WAITING, ended, in_state
from infra.db.tables import broadcasts, messages
from infra.db.tallies import Move, Tallies

m, b = messages.c, broadcasts.c


async def leave(
    connection: AsyncConnection, tallies: Tallies, bot_id: int, user_id: int, reason: str
) -> None:
    """Cancel what waits for this user in broadcasts to audiences. Whom a caller has named chat by
    chat stays: no audience of ours chose them.
    """
    to_audiences = select(b.id).where(b.id == m.broadcast_id, b.audience.is_not(None))
    waits = (m.bot_id == bot_id, m.chat_id == str(user_id), in_state(*WAITING))
    statement: Any = update(messages).where(*waits, to_audiences.exists())
    statement = statement.values(**ended(State.CANCELLED, reason)).returning(m.broadcast_id)
    left = await connection.scalars(statement)
    await tallies.add(
        connection, [Move(each, State.SCHEDULED, State.CANCELLED) for each in left.all()]
    )
