"""Whom a broadcast reached, whom it did not, and why."""

from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import InvalidInput
from core.message import State
from infra.db.bot_tables import subscribers
from infra.db.broadcast_reasons import UNREACHED, Group, Reason, groups, reasons
from infra.db.engine import Database
from infra.db.states import in_state
from infra.db.tables import IS_RECIPIENT, broadcasts, messages

PAGE = 2_000
LOOKED = 5_000
"""So many rows are looked at for one part of a list, however few are in the states asked for."""

b, m, s = broadcasts.c, messages.c, subscribers.c

Walk = Callable[[Iterable[Any], str, int], Select[Any]]
"""A page of some of its rows: these columns, after this chat, so many at most."""

TOLD = (m.chat_id, m.state, m.reason, m.description, m.attempts, m.sent_at, m.message_ids)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of them: names are "" where they are not known. Times are UTC."""

    chat_id: str
    name: str
    username: str
    state: State
    reason: str
    description: str
    attempts: int
    sent_at: datetime | None
    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of the list ends: behind this chat, among those of this state and reason where
    the list is of who was not reached.
    """

    chat_id: str
    state: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """`after` is where the next begins, None behind the last. A part may be short, or empty, and
    there are more.
    """

    items: Sequence[Recipient]
    after: Place | None


class BroadcastReport:
    """One bot's broadcasts."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def reasons(self, broadcast_id: int) -> list[Reason]:
        """Why recipients were not reached, the most frequent first: as quick as its status."""
        async with self._database.reading() as connection:
            return await reasons(connection, self._bot_id, broadcast_id)

    async def pages(
        self, broadcast_id: int, states: Collection[State] = ()
    ) -> AsyncGenerator[list[Recipient], None]:
        """Its recipients by their chats. Of some states alone: of those who were not reached only
        their own rows are looked at, ordered by state and reason first.
        """
        for walk in await self._walks(broadcast_id, states):
            after = ""
            while page := await self._page(walk(TOLD, after, PAGE)):
                after = page[-1].chat_id
                yield page

    async def part(
        self,
        broadcast_id: int,
        states: Collection[State],
        reason: str | None,
        after: Place | None,
        limit: int,
    ) -> Part:
        """So many at most of those in these states (none: in any), for this reason ("": for none
        that is known; None: for any). It costs the same for a million recipients as for ten. A
        reason have only those who were not reached. Raises InvalidInput for a place in another
        list.
        """
        if reason is not None:
            states = set(states or UNREACHED) & set(UNREACHED)
        if states and set(states) <= set(UNREACHED):
            found = await self._groups(broadcast_id, states, reason)
            return await self._unreached(found, after, limit)
        if reason is not None:
            return Part([], None)
        return await self._stretch(broadcast_id, states, after.chat_id if after else "", limit)

    async def _groups(
        self, broadcast_id: int, states: Collection[State], reason: str | None
    ) -> list[Group]:
        async with self._database.reading() as connection:
            found = await groups(connection, broadcast_id, states)
        these = (each for each in found if reason in (None, each.reason or ""))
        return sorted(these, key=_order)

    async def _unreached(self, ordered: Sequence[Group], after: Place | None, limit: int) -> Part:
        if after is not None and after.state not in set(UNREACHED):
            raise InvalidInput("cursor", "is of another list", "begin without one")
        items: list[Recipient] = []
        for group in ordered:
            if after and _order(group) < _order_of(after):
                continue
            begins = after.chat_id if after and _order(group) == _order_of(after) else ""
            items += await self._page(group.page(TOLD, begins, limit - len(items)))
            if len(items) == limit:
                return Part(items, Place(items[-1].chat_id, group.state.value, group.reason or ""))
        return Part(items, None)

    async def _stretch(
        self, broadcast_id: int, states: Collection[State], after: str, limit: int
    ) -> Part:
        looked = _all(broadcast_id, (), (m.chat_id,), after, LOOKED).subquery()
        async with self._database.reading() as connection:
            last = select(func.count(), func.max(looked.c.chat_id))
            count, end = (await connection.execute(last)).one()
        if not count:
            return Part([], None)
        query = _all(broadcast_id, states, TOLD, after, limit).where(m.chat_id <= end)
        items = await self._page(query)
        if len(items) == limit:
            return Part(items, Place(items[-1].chat_id))
        return Part(items, Place(end) if count == LOOKED else None)

    async def _walks(self, broadcast_id: int, states: Collection[State]) -> list[Walk]:
        mine = select(b.id).where(b.id == broadcast_id, b.bot_id == self._bot_id)
        async with self._database.reading() as connection:
            if await connection.scalar(mine) is None:
                return []
            if not states or not set(states) <= set(UNREACHED):
                return [partial(_all, broadcast_id, states)]
            return [each.page for each in await groups(connection, broadcast_id, states)]

    async def _page(self, query: Select[Any]) -> list[Recipient]:
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).all()
            people = await self._people(connection, [row.chat_id for row in rows])
        return [_recipient(row, people.get(row.chat_id)) for row in rows]

    async def _people(self, connection: AsyncConnection, chat_ids: Sequence[str]) -> dict[str, Any]:
        numbers = [int(each) for each in chat_ids if not each.startswith("@")]
        query = select(s.user_id, s.first_name, s.last_name, s.username).where(
            s.bot_id == self._bot_id, s.user_id.in_(numbers)
        )
        return {str(row.user_id): row for row in await connection.execute(query)}


def _all(
    broadcast_id: int, states: Collection[State], columns: Iterable[Any], after: str, limit: int
) -> Select[Any]:
    these = (m.broadcast_id == broadcast_id, IS_RECIPIENT, m.chat_id > after)
    query = select(*columns).where(*these, *([in_state(*states)] if states else []))
    return query.order_by(m.chat_id).limit(limit)


def _order(group: Group) -> tuple[int, str]:
    return UNREACHED.index(group.state), group.reason or ""


def _order_of(place: Place) -> tuple[int, str]:
    return UNREACHED.index(State(place.state)), place.reason


def _recipient(row: Any, person: Any) -> Recipient:
    name = f"{person.first_name} {person.last_name}".strip() if person is not None else ""
    return Recipient(
        chat_id=row.chat_id,
        name=name,
        username=person.username if person is not None else "",
        state=State(row.state),
        reason=row.reason or "",
        description=row.description or "",
        attempts=row.attempts,
        sent_at=row.sent_at,
        message_ids=tuple(row.message_ids or ()),
    )
