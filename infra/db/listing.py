"""Messages a page at a time, by any filter: a page costs the same however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, true
from sqlalchemy.ext.asyncio import AsyncConnection

from core.message import Message
from infra.db.engine import Database
from infra.db.listing_walk import Place, Walk
from infra.db.listing_ways import Wanted, way_of
from infra.db.reading import as_message, known_messages
from infra.db.tables import messages

__all__ = ["Listing", "Page", "Place", "Wanted"]

m = messages.c


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is where the next page begins, None after the last. A page may hold few messages, or
    none, and have a next: so far it has been searched.
    """

    items: list[Message]
    next: Place | None


class Listing:
    """One bot's messages. In which order they come depends on what is wanted: see listing_ways."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def page(self, wanted: Wanted, limit: int = 50, after: Place | None = None) -> Page:
        """Raises InvalidInput for a place that is not one of this listing's."""
        async with self._database.reading() as connection:
            walk = await self._walk(connection, wanted, limit, after)
            return Page(await _whole(connection, walk.found), walk.next)

    async def ids(
        self, wanted: Wanted, limit: int, after: Place | None = None
    ) -> tuple[list[int], Place | None]:
        """As a page, without the messages themselves."""
        async with self._database.reading() as connection:
            walk = await self._walk(connection, wanted, limit, after)
            return walk.found, walk.next

    async def _walk(
        self, connection: AsyncConnection, wanted: Wanted, limit: int, after: Place | None
    ) -> Walk:
        way = await way_of(connection, self._bot_id, wanted)
        walk = Walk(connection, way, wanted, fits_of(self._bot_id, wanted), limit)
        await walk.go(after)
        return walk


def fits_of(bot_id: int, wanted: Wanted) -> ColumnElement[bool]:
    """All that a row's own columns can tell."""
    told = [m.bot_id == bot_id]
    if wanted.states:
        told.append(m.state.in_([state.value for state in wanted.states]))
    if wanted.chat_id:
        told.append(m.chat_id == wanted.chat_id)
    for column, value in ((m.broadcast_id, wanted.broadcast_id), (m.series_id, wanted.series_id)):
        if value is not None:
            told.append(column == value)
    if wanted.reason is not None:
        told.append(func.coalesce(m.reason, "") == wanted.reason)
    if wanted.since is not None:
        told.append(m.wanted_at >= wanted.since)
    if wanted.until is not None:
        told.append(m.wanted_at < wanted.until)
    return and_(true(), *told)


async def _whole(connection: AsyncConnection, ids: Sequence[int]) -> list[Message]:
    """In this order; one that has been removed meanwhile is left out."""
    query = known_messages().where(m.id.in_(ids))
    rows = (await connection.execute(query)).all() if ids else []
    found = {row.id: as_message(row) for row in rows}
    return [found[each] for each in ids if each in found]
