"""How many members a channel had, by the runs of the same count."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.channel import Run
from infra.db.channel_tables import member_samples
from infra.db.engine import Database
from infra.db.moments import now_of

s = member_samples.c

TICK = timedelta(microseconds=1)


class Members:
    """The samples of every channel's members."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, connection: AsyncConnection, channel_id: int, members: int) -> None:
        """Seen now. The caller holds the channel's row, so that no other writes between."""
        newest = select(member_samples).where(s.channel_id == channel_id).order_by(s.at.desc())
        row = (await connection.execute(newest.limit(1))).one_or_none()
        now = await now_of(connection)
        if row is not None and row.members == members:
            this = (s.channel_id == channel_id) & (s.at == row.at)
            longer = update(member_samples).where(this).values(until=max(now, row.until))
            await connection.execute(longer)
        else:
            at = after(now, row.until if row is not None else None)
            values = {"channel_id": channel_id, "at": at, "until": at, "members": members}
            await connection.execute(insert(member_samples).values(values))

    async def since(self, channel_id: int, since: datetime) -> list[Run]:
        """The runs that reach to `since` or beyond, oldest first."""
        query = (
            select(s.at, s.until, s.members)
            .where(s.channel_id == channel_id, s.until >= since)
            .order_by(s.at)
        )
        async with self._database.reading() as connection:
            return [Run(*row) for row in await connection.execute(query)]


def after(now: datetime, newest: datetime | None) -> datetime:
    """When a run begins: a clock that was set back must not mix up the order of the runs."""
    return now if newest is None else max(now, newest + TICK)
