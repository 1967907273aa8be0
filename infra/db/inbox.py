"""What Telegram has handed over, until it is done.

Telegram forgets an update once it was fetched, and brings it again where it does not know that
it was. So each is written down before it is confirmed, is done once, and survives a crash.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update

from infra.db.bot_tables import updates
from infra.db.engine import Database
from infra.db.moments import utc_now, within
from infra.db.upsert import insert_into

u = updates.c

TRIES = 3
"""An update that was begun so often and never done takes the process down: it is left alone."""

KEPT_S = 48 * 3600.0
"""Telegram keeps what nobody fetched for a day."""

Update = dict[str, Any]


class Inbox:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def receive(self, came: Sequence[Update]) -> list[Update]:
        """Write them down; those that were not here before, in their order."""
        if not came:
            return []
        rows = [
            {"bot_id": self._bot_id, "update_id": each["update_id"], "content": each, "tries": 1}
            for each in came
        ]
        statement = (
            insert_into(self._database.dialect, updates)
            .values([{**row, "came_at": utc_now()} for row in rows])
            .on_conflict_do_nothing(index_elements=["bot_id", "update_id"])
            .returning(u.update_id)
        )
        async with self._database.writing() as connection:
            new = set((await connection.scalars(statement)).all())
        return [each for each in came if each["update_id"] in new]

    async def left(self) -> list[tuple[Update, int]]:
        """Those that a process before this one has not done, in their order, each with how often
        it was begun.
        """
        query = select(u.content, u.tries).where(u.bot_id == self._bot_id, u.done_at.is_(None))
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(u.update_id))
            return [(content, tries) for content, tries in rows]

    async def begun(self, update_ids: Sequence[int]) -> None:
        """They are begun once more."""
        these = (u.bot_id == self._bot_id) & u.update_id.in_(update_ids)
        async with self._database.writing() as connection:
            await connection.execute(update(updates).where(these).values(tries=u.tries + 1))

    async def done(self, update_ids: list[int]) -> list[None]:
        """They are not to be done again; their content is forgotten."""
        async with self._database.writing() as connection:
            await connection.execute(self._ended(update_ids))
        return [None] * len(update_ids)

    async def forget(self, older_than_s: float = KEPT_S) -> int:
        """Those that were done so long ago that Telegram does not bring them again."""
        old = (u.bot_id == self._bot_id) & (u.done_at < within(-older_than_s))
        async with self._database.writing() as connection:
            return (await connection.execute(delete(updates).where(old))).rowcount

    def _ended(self, update_ids: list[int]) -> Any:
        these = (u.bot_id == self._bot_id) & u.update_id.in_(update_ids)
        return update(updates).where(these).values(done_at=utc_now(), content=None)
