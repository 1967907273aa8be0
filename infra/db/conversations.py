"""How far each conversation has come, so that a restart does not end it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from infra.db.bot_tables import conversations, updates
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.upsert import insert_into

c, u = conversations.c, updates.c

Change = Mapping[str, Any]
"""A new `state`, a name or None, new `data`, new `taps`: each whole, those that are to change."""

Taps = list[tuple[str, str]]


class Conversations:
    """One bot's, by chat and user: a state's name, None for none, and whatever JSON can say."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def state(self, chat_id: int, user_id: int) -> str | None:
        found: str | None = await self._read(c.state, chat_id, user_id)
        return found

    async def data(self, chat_id: int, user_id: int) -> dict[str, Any]:
        return dict(await self._read(c.data, chat_id, user_id) or {})

    async def in_state(self, state: str) -> list[tuple[int, int]]:
        """The conversations that have come to this state: chat and user of each."""
        query = select(c.chat_id, c.user_id).where(c.bot_id == self._bot_id, c.state == state)
        async with self._database.reading() as connection:
            return [(chat_id, user_id) for chat_id, user_id in await connection.execute(query)]

    async def change(self, chat_id: int, user_id: int, news: Change) -> None:
        """What is in it; the rest stays."""
        async with self._database.writing() as connection:
            await connection.execute(self._changed(chat_id, user_id, news))

    async def commit(self, update_id: int, changes: Mapping[tuple[int, int], Change]) -> None:
        """What an update has changed, by chat and user, and that it is done: both or neither."""
        mine = (u.bot_id == self._bot_id) & (u.update_id == update_id)
        async with self._database.writing() as connection:
            for (chat_id, user_id), news in changes.items():
                await connection.execute(self._changed(chat_id, user_id, news))
            done = update(updates).where(mine).values(done_at=utc_now(), content=None)
            await connection.execute(done)

    async def taps(self, chat_id: int, user_id: int) -> Taps:
        """The buttons that did their work, each with the press that it did it for."""
        return [
            (button, press) for button, press in await self._read(c.taps, chat_id, user_id) or []
        ]

    async def _read(self, column: Any, chat_id: int, user_id: int) -> Any:
        async with self._database.reading() as connection:
            return await connection.scalar(select(column).where(self._is(chat_id, user_id)))

    def _changed(self, chat_id: int, user_id: int, news: Change) -> Any:
        whose = {"bot_id": self._bot_id, "chat_id": chat_id, "user_id": user_id}
        changed = {**news, "changed_at": utc_now()}
        return (
            insert_into(self._database.dialect, conversations)
            .values(**whose, **{"state": None, "data": {}, "taps": [], **changed})
            .on_conflict_do_update(index_elements=["bot_id", "chat_id", "user_id"], set_=changed)
        )

    def _is(self, chat_id: int, user_id: int) -> Any:
        this = (c.chat_id == chat_id) & (c.user_id == user_id)
        return (c.bot_id == self._bot_id) & this
