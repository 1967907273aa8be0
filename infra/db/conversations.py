"""How far each conversation has come, so that a restart does not end it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from infra.db.bot_tables import conversations
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.upsert import insert_into

c = conversations.c

TAPS = 50
"""So many buttons of one conversation are known to have done their work."""


class Conversations:
    """One bot's, by chat and user: a state's name, None for none, and whatever JSON can say."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def state(self, chat_id: int, user_id: int) -> str | None:
        found: str | None = await self._read(c.state, chat_id, user_id)
        return found

    async def data(self, chat_id: int, user_id: int) -> dict[str, Any]:
        return dict(await self._read(c.data, chat_id, user_id) or {})

    async def set_state(self, chat_id: int, user_id: int, state: str | None) -> None:
        await self._write(chat_id, user_id, {"state": state})

    async def set_data(self, chat_id: int, user_id: int, data: Mapping[str, Any]) -> None:
        await self._write(chat_id, user_id, {"data": dict(data)})

    async def tap(self, chat_id: int, user_id: int, button: str, press: str) -> bool:
        """Whether this press is the one for which the button does its work: the first. The
        same press again, after a crash, is the first still.
        """
        await self._write(chat_id, user_id, {})
        query = select(c.taps).where(self._is(chat_id, user_id)).with_for_update()
        async with self._database.writing() as connection:
            taps: list[tuple[str, str]] = await connection.scalar(query) or []
            known = dict(taps)
            if button in known:
                return known[button] == press
            kept = [*taps, (button, press)][-TAPS:]
            statement = update(conversations).where(self._is(chat_id, user_id))
            await connection.execute(statement.values(taps=kept))
        return True

    async def _read(self, column: Any, chat_id: int, user_id: int) -> Any:
        async with self._database.reading() as connection:
            return await connection.scalar(select(column).where(self._is(chat_id, user_id)))

    async def _write(self, chat_id: int, user_id: int, news: Mapping[str, Any]) -> None:
        whose = {"bot_id": self._bot_id, "chat_id": chat_id, "user_id": user_id}
        values = {"state": None, "data": {}, "taps": [], **news, "changed_at": utc_now()}
        changed = {**news, "changed_at": utc_now()}
        statement = (
            insert_into(self._database.dialect, conversations)
            .values(**whose, **values)
            .on_conflict_do_update(index_elements=["bot_id", "chat_id", "user_id"], set_=changed)
        )
        async with self._database.writing() as connection:
            await connection.execute(statement)

    def _is(self, chat_id: int, user_id: int) -> Any:
        this = (c.chat_id == chat_id) & (c.user_id == user_id)
        return (c.bot_id == self._bot_id) & this
