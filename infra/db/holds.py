"""What Telegram has asked us to wait for, and what became known of each chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.engine import Database
from infra.db.moments import from_now, utc_now
from infra.db.reach import open_again
from infra.db.tables import bots, chats
from infra.db.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Held:
    """Seconds still to wait, by chat, and for the bot as a whole (0 where it is free)."""

    bot_s: float
    chats_s: dict[str, float]


class Holds:
    """Holds of one bot and of its chats; they outlive a flushed governor."""

    def __init__(self, database: Database, bot_id: int, token_fingerprint: str) -> None:
        self._database, self._bot_id = database, bot_id
        self._token_fingerprint = token_fingerprint

    async def hold_chat(self, chat_id: str, seconds: float, reason: str) -> None:
        values = {"held_until": from_now(seconds), "hold_reason": reason}
        async with self._database.writing() as connection:
            await self.put_chat(connection, chat_id, values)

    async def hold_bot(self, seconds: float, reason: str) -> None:
        """Nothing of this bot is claimed meanwhile; "unauthorized" ends with the token."""
        refused = self._token_fingerprint if reason == "unauthorized" else None
        values = {
            "held_until": from_now(seconds),
            "hold_reason": reason,
            "refused_token": refused,
        }
        statement = insert_into(self._database.dialect, bots).values(id=self._bot_id, **values)
        async with self._database.writing() as connection:
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["id"], set_=values)
            )

    async def bot_is_held(self, connection: AsyncConnection) -> bool:
        held = select(literal(1)).where(bots.c.id == self._bot_id, *self._bot_held())
        return await connection.scalar(held) is not None

    async def current(self) -> Held:
        """All holds in force."""
        now = utc_now().label("now")
        bot = select(bots.c.held_until, now).where(bots.c.id == self._bot_id, *self._bot_held())
        held = select(chats.c.chat_id, chats.c.held_until, now).where(
            chats.c.bot_id == self._bot_id, chats.c.held_until > utc_now()
        )
        async with self._database.reading() as connection:
            own = (await connection.execute(bot)).one_or_none()
            rows = (await connection.execute(held)).all()
        return Held(
            (own.held_until - own.now).total_seconds() if own else 0.0,
            {row.chat_id: (row.held_until - row.now).total_seconds() for row in rows},
        )

    async def by_chat(self) -> Mapping[str, float]:
        """Seconds still to wait, by chat; "" is the bot as a whole, where it is held."""
        held = await self.current()
        return held.chats_s | ({"": held.bot_s} if held.bot_s else {})

    async def put_chat(
        self, connection: AsyncConnection, chat_id: str, values: dict[str, Any]
    ) -> None:
        statement = insert_into(self._database.dialect, chats).values(
            bot_id=self._bot_id, chat_id=chat_id, **values
        )
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["bot_id", "chat_id"], set_=values)
        )

    async def reached(self, connection: AsyncConnection, chat_ids: list[str]) -> None:
        """A message arrived in these chats: whatever kept us out does so no longer."""
        await open_again(connection, self._bot_id, chat_ids)

    def _bot_held(self) -> tuple[Any, ...]:
        mine = func.coalesce(bots.c.refused_token, self._token_fingerprint)
        return bots.c.held_until > utc_now(), mine == self._token_fingerprint
