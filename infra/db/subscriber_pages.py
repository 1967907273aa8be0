"""Subscribers of an audience with all that is known of them, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from core.audience import Audience
from core.contact import Contact
from core.errors import NotFound
from infra.db.audiences import BEFORE_ALL, Audiences, end_of, page
from infra.db.bot_tables import subscribers
from infra.db.engine import Database
from infra.db.overview import how_reached
from infra.db.reach import is_reached
from infra.db.tags import Tags

LOOKED = 5_000
"""So many are looked at for a page, however few of them the filter lets through."""

s = subscribers.c


@dataclass(frozen=True, slots=True)
class Known:
    """One of them. `reach` is "reached", "stopped", "blocked" or "unreachable"; moments are None
    for what has not happened.
    """

    contact: Contact
    reach: str
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    stopped_at: datetime | None
    blocked_at: datetime | None
    imported_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """`after` is where the next begins, None behind the last. A page may be short, or empty, and
    there are more.
    """

    items: Sequence[Known]
    after: int | None


class SubscriberPages:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._audiences, self._tags = Audiences(database, bot_id), Tags(database, bot_id)

    async def page(
        self, audience: Audience, after: int = BEFORE_ALL, limit: int = 50, *, reached: bool = False
    ) -> Page:
        """By id, from behind `after`; with `reached` only who may be written to. It costs the same
        for ten people as for a million. Raises NotFound for a list that there is not.
        """
        await self._audiences.check(audience)
        async with self._database.reading() as connection:
            end = await connection.scalar(end_of(self._bot_id, audience, after, LOOKED))
            query = _told(page(self._bot_id, audience, after, limit))
            query = query.where(s.user_id <= end) if end is not None else query
            query = query.where(*is_reached(by_index=False)) if reached else query
            rows = (await connection.execute(query)).all()
        following = rows[-1].user_id if len(rows) == limit else end
        return Page(await self._known(rows), following)

    async def get(self, user_id: int) -> Known:
        """Raises NotFound; also for who has written to the bot, and never joined."""
        query = _told(page(self._bot_id, Audience())).where(s.user_id == user_id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all() if abs(user_id) < 2**63 else []
        if not rows:
            raise NotFound(f"no subscriber {user_id}")
        [found] = await self._known(rows)
        return found

    async def _known(self, rows: Sequence[Any]) -> list[Known]:
        tags = await self._tags.of([row.user_id for row in rows]) if rows else {}
        return [_as_known(row, tags) for row in rows]


def _told(query: Select[Any]) -> Select[Any]:
    columns = (*subscribers.c, how_reached().label("reach"))
    return query.with_only_columns(*columns, maintain_column_froms=True)


def _as_known(row: Any, tags: Mapping[int, tuple[str, ...]]) -> Known:
    return Known(
        contact=as_contact(row, tags),
        reach=row.reach,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        stopped_at=row.stopped_at,
        blocked_at=row.blocked_at,
        imported_at=row.imported_at,
    )


def as_contact(row: Any, tags: Mapping[int, tuple[str, ...]]) -> Contact:
    """From a row of subscribers, and who has which tags."""
    return Contact(
        user_id=row.user_id,
        first_name=row.first_name,
        last_name=row.last_name,
        username=row.username,
        language=row.language_code,
        zone=row.zone or "",
        joined_at=row.joined_at,
        tags=tags.get(row.user_id, ()),
        fields=row.fields,
    )
