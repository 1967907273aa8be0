"""Subscribers with all that is known of them, a page at a time: for a file."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from core.audience import Audience
from core.contact import Contact
from infra.db.audiences import BEFORE_ALL, page
from infra.db.bot_tables import subscribers
from infra.db.engine import Database
from infra.db.reach import is_reached
from infra.db.subscriber_pages import as_contact
from infra.db.tags import Tags

PAGE = 2_000


class Directory:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._tags = Tags(database, bot_id)

    async def pages(
        self, audience: Audience, *, reached: bool = False
    ) -> AsyncIterator[list[Contact]]:
        """Its members by id; with `reached` those who may be written to."""
        names, after, size = await self._tags.names(), BEFORE_ALL, PAGE
        while size == PAGE:
            rows = await self._page(audience, after, reached)
            size = len(rows)
            if rows:
                after = rows[-1].user_id
                tags = await self._tags.between(names, rows[0].user_id, after)
                yield [as_contact(row, tags) for row in rows]

    async def _page(self, audience: Audience, after: int, reached: bool) -> Sequence[Any]:
        query = page(self._bot_id, audience, after, PAGE)
        query = query.with_only_columns(*subscribers.c, maintain_column_froms=True)
        if reached:
            query = query.where(*is_reached())
        async with self._database.reading() as connection:
            return (await connection.execute(query)).all()
