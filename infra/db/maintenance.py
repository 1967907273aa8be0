"""What keeps a ledger in shape: rows that belong to nothing any more, statistics, SQLite's log."""

from sqlalchemy import ColumnElement, Table, select

from infra.db.engine import Database
from infra.db.expiry import BATCH, Expiry
from infra.db.login_failures import is_recent
from infra.db.moments import utc_now, within
from infra.db.removal import removed
from infra.db.tables import attempts, chats, messages, waiters
from infra.db.web_tables import login_failures, login_links, sessions

OLDEST_ATTEMPTS = 10_000
"""Looked at for orphans. Attempts go with their messages, so that in time each orphan that is left
becomes one of the oldest; a look at all of them would read the whole table."""

HOLD_SHOWN_S = 86_400.0
"""For so long after its end a chat's hold can still be read."""

ANALYSED_ROWS = 400
"""Of each index, as SQLite's manual advises: milliseconds, however large."""


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
        return await self._remove(waiters, ~of_none.correlate(waiters).exists())

    async def forget_attempts(self) -> int:
        """Attempts, among the oldest, of messages that are gone: an answer came too late."""
        oldest = select(attempts.c.id).order_by(attempts.c.id).limit(OLDEST_ATTEMPTS)
        of_none = select(messages.c.id).where(messages.c.id == attempts.c.message_id)
        orphaned = ~of_none.correlate(attempts).exists()
        return await self._remove(attempts, attempts.c.id.in_(oldest.scalar_subquery()), orphaned)

    async def forget_holds(self) -> int:
        """Holds of chats that ended a day ago. That a chat is unreachable, or has moved, stays."""
        over = chats.c.held_until < within(-HOLD_SHOWN_S)
        nothing_else = chats.c.unreachable.is_(None) & chats.c.migrated_to.is_(None)
        return await self._remove(chats, chats.c.bot_id == self._bot_id, over, nothing_else)

    async def forget_logins(self) -> int:
        """Links and sessions that are over, and failures that count no more."""
        over = [
            *((table, table.c.expires_at < utc_now()) for table in (login_links, sessions)),
            (login_links, login_links.c.used_at.is_not(None)),
            (login_failures, ~is_recent()),
        ]
        own = [await self._remove(t, t.c.bot_id == self._bot_id, which) for t, which in over]
        return sum(own)

    async def analyse(self) -> bool:
        """Let the database look anew at what has changed: SQLite at a little of each index,
        Postgres at the messages, which can grow by a million in a minute.
        """
        sqlite = (f"PRAGMA analysis_limit = {ANALYSED_ROWS}", "ANALYZE")
        postgres = ("ANALYZE messages",)  # a sample of 30,000 rows; writers do not wait for it
        async with self._database.writing() as connection:
            for statement in sqlite if self._database.dialect == "sqlite" else postgres:
                await connection.exec_driver_sql(statement)
        return True

    async def checkpoint(self) -> dict[str, int]:
        """Bring SQLite's log into the file, and cut it to nothing unless a reader needs it.

        Returns {busy, pages, written}: whether a reader kept it, pages in the log, and how many
        of them are in the file. {} on Postgres. https://www.sqlite.org/pragma.html
        """
        if self._database.dialect != "sqlite":
            return {}
        async with self._database.outside() as connection:
            # Our own writers wait for the turn meanwhile; the first leaves little to do for the
            # second, and that one must not wait for readers.
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
            patience = await connection.exec_driver_sql("PRAGMA busy_timeout")
            await connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                found = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                return dict(zip(("busy", "pages", "written"), found.one(), strict=True))
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience.scalar_one()}")

    async def _remove(self, table: Table, *which: ColumnElement[bool]) -> int:
        return sum([count async for count in removed(self._database, table, *which)])
