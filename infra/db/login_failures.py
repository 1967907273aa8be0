"""Logins that failed: so that nobody tries one password after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from infra.db.engine import Database
from infra.db.moments import plus, utc_now, within
from infra.db.web_tables import login_failures

f = login_failures.c

WINDOW_S = 900.0


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many failures of a subject, a name or an address, within WINDOW_S."""

    subject: str
    most: int


@dataclass(frozen=True, slots=True)
class Try:
    """One that may be made: it counts as a failure until it is told that it was none. Or one that
    may not, `until` then.
    """

    ids: Sequence[int] = ()
    until: datetime | None = None


class LoginFailures:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def begin(self, *limits: Limit) -> Try:
        """It is written down first: of a hundred tries at once no more pass than one by one."""
        async with self._database.writing() as connection:
            untils = [await self._full_until(connection, limit) for limit in limits]
            if late := [until for until in untils if until is not None]:
                return Try(until=max(late))
            rows = [{"bot_id": self._bot_id, "subject": limit.subject} for limit in limits]
            made = insert(login_failures).values([{**row, "at": utc_now()} for row in rows])
            return Try(ids=(await connection.scalars(made.returning(f.id))).all())

    async def forgive(self, tried: Try, subject: str) -> None:
        """It was a success: it counts no more, nor does any failure of this subject."""
        which = f.id.in_(tried.ids) | (f.subject == subject)
        async with self._database.writing() as connection:
            await connection.execute(delete(login_failures).where(f.bot_id == self._bot_id, which))

    async def _full_until(self, connection: AsyncConnection, limit: Limit) -> datetime | None:
        await self._alone(connection, limit.subject)
        latest = (
            select(f.at)
            .where(f.bot_id == self._bot_id, f.subject == limit.subject, is_recent())
            .order_by(f.at.desc())
            .limit(limit.most)
            .subquery()
        )
        # Once the oldest of them is out of the window there is room for another.
        ends = plus(func.min(latest.c.at, type_=f.at.type), WINDOW_S)
        query = select(func.count(), ends).select_from(latest)
        count, until = (await connection.execute(query)).one()
        return until if count >= limit.most else None

    async def _alone(self, connection: AsyncConnection, subject: str) -> None:
        """Others with this subject wait for our end. On SQLite every writer does so anyway."""
        if self._database.dialect != "sqlite":
            lock = func.hashtextextended(subject, self._bot_id)
            await connection.execute(select(func.pg_advisory_xact_lock(lock)))


def is_recent() -> ColumnElement[Any]:
    return f.at > within(-WINDOW_S)
