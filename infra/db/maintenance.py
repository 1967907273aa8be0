"""What keeps a ledger in shape: rows that belong to nothing any more, statistics, SQLite's log."""

from typing import Any

from sqlalchemy import CTE, Select, delete, literal_column, select, tuple_, update

from infra.db.engine import Database
from infra.db.expiry import BATCH, Expiry
from infra.db.moments import from_now
from infra.db.tables import attempts, chats, messages, waiters

ROWS = 500
"""Removed in one transaction: others write between two of them."""

OLDEST_ATTEMPTS = 10_000
"""Looked at for orphans. Attempts go with their messages, so that in time each orphan that is left
becomes one of the oldest; a look at all of them would read the whole table."""

HOLD_SHOWN_S = 86_400.0
"""For so long after its end a chat's hold can still be read."""

ANALYSED_ROWS = 400
"""Of each index, as SQLite's manual advises for PRAGMA optimize: milliseconds, however large."""


class Maintenance:
    """Steps of housekeeping for one bot; each can be done at any time and by several at once."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def expire(self) -> int:
        """Expire all that waits past its time; how many. Workers do so too, a thousand a tick."""
        expiry, count = Expiry(self._database, self._bot_id), 0
        while ids := await expiry.expire():
            count += len(ids)
            if len(ids) < BATCH:
                break
        return count

    async def forget_waiters(self) -> int:
        """Tasks that wait for a message that is gone."""
        of_none = select(messages.c.id).where(messages.c.id == waiters.c.message_id)
        key = (waiters.c.message_id, waiters.c.task_id)
        orphans = select(*key).where(~of_none.correlate(waiters).exists()).limit(ROWS)
        return await self._until_done(delete(waiters).where(tuple_(*key).in_(orphans)))

    async def forget_attempts(self) -> int:
        """Attempts, among the oldest, of messages that are gone: an answer came too late."""
        oldest = select(attempts).order_by(attempts.c.id).limit(OLDEST_ATTEMPTS).cte("oldest")
        of_none = select(messages.c.id).where(messages.c.id == oldest.c.message_id)
        orphans = select(oldest.c.id).where(~of_none.correlate(oldest).exists()).limit(ROWS)
        return await self._until_done(delete(attempts).where(attempts.c.id.in_(orphans)))

    async def forget_holds(self) -> int:
        """Holds of chats that ended a day ago. That a chat is unreachable, or has moved, stays."""
        nothing_else = chats.c.unreachable.is_(None) & chats.c.migrated_to.is_(None)
        spent = self._spent_holds(nothing_else).cte("spent")
        gone = await self._until_done(delete(chats).where(self._in(spent)))
        freed = self._spent_holds(~nothing_else).cte("freed")
        empty = update(chats).values(held_until=None, hold_reason=None)
        return gone + await self._until_done(empty.where(self._in(freed)))

    async def analyse(self) -> bool:
        """Let SQLite look anew at tables that have changed much; Postgres does so by itself."""
        if self._database.dialect != "sqlite":
            return False
        async with self._database.writing() as connection:
            await connection.exec_driver_sql(f"PRAGMA analysis_limit = {ANALYSED_ROWS}")
            await connection.exec_driver_sql("PRAGMA optimize")
        return True

    async def checkpoint(self) -> dict[str, int]:
        """Bring SQLite's log into the file, and cut it to nothing unless a reader needs it.

        Returns {busy, pages, written}: whether a reader kept it, pages in the log, and how many
        of them are in the file. {} on Postgres. https://www.sqlite.org/pragma.html
        """
        if self._database.dialect != "sqlite":
            return {}
        async with self._database.outside() as connection:
            # The first waits for nobody, and leaves little to do for the second, which others
            # wait for; that one must not wait for readers meanwhile.
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
            patience = await connection.exec_driver_sql("PRAGMA busy_timeout")
            await connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                found = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                return dict(zip(("busy", "pages", "written"), found.one(), strict=True))
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience.scalar_one()}")

    def _spent_holds(self, which: Any) -> Select[Any]:
        over = chats.c.held_until < from_now(-HOLD_SHOWN_S)
        keys = select(chats.c.bot_id, chats.c.chat_id)
        mine = keys.where(chats.c.bot_id == self._bot_id, over, which).limit(ROWS)
        return mine.with_for_update(skip_locked=True)

    def _in(self, keys: CTE) -> Any:
        return tuple_(chats.c.bot_id, chats.c.chat_id).in_(select(keys))

    async def _until_done(self, statement: Any) -> int:
        """Repeat a statement about ROWS rows until it finds fewer; how many in all."""
        total, count = 0, ROWS
        while count == ROWS:
            async with self._database.writing() as connection:
                # On SQLite a statement that begins with WITH has no rowcount.
                counted = statement.returning(literal_column("1"))
                count = len((await connection.execute(counted)).all())
            total += count
        return total
