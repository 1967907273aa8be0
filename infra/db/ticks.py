"""When Beat last published each of its entries, as Beat itself has written it down."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import select

from infra.db.engine import Database
from infra.db.moments import from_now, later_of, utc_now
from infra.db.upsert import insert_into
from infra.db.watch_tables import ticks

START = ""
"""The entry that stands for the start of Beat."""


class Ticks:
    """Of one bot's Beat; two Beats at once write to the same rows."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def write(
        self, ago_s: Mapping[str, float], every_s: Mapping[str, float] = MappingProxyType({})
    ) -> None:
        """These entries were published so many seconds ago. An older tick changes nothing but
        how often it is published from now on.
        """
        insert = insert_into(self._database.dialect, ticks)
        statement = insert.on_conflict_do_update(
            index_elements=["bot_id", "entry"],
            set_={
                "at": later_of(ticks.c.at, insert.excluded.at),
                "every_s": insert.excluded.every_s,
            },
        )
        async with self._database.writing() as connection:
            # In one order, or two Beats could wait for each other.
            for entry, seconds in sorted(ago_s.items()):
                row = {"bot_id": self._bot_id, "entry": entry, "at": from_now(-seconds)}
                await connection.execute(statement.values(**row, every_s=every_s.get(entry)))

    async def every_s(self) -> dict[str, float]:
        """How often Beat publishes each of the entries that it has published."""
        query = select(ticks.c.entry, ticks.c.every_s).where(
            ticks.c.bot_id == self._bot_id, ticks.c.every_s.is_not(None)
        )
        async with self._database.reading() as connection:
            return {row.entry: row.every_s for row in await connection.execute(query)}

    async def ago_s(self) -> dict[str, float]:
        """How many seconds ago each entry was published, by the database's clock; START too."""
        query = select(ticks.c.entry, ticks.c.at, utc_now().label("now")).where(
            ticks.c.bot_id == self._bot_id
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
        return {row.entry: (row.now - row.at).total_seconds() for row in rows}
