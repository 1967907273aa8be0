"""Whom a broadcast reached, whom it did not, and why."""

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.message import State
from infra.db.bot_tables import subscribers
from infra.db.engine import Database
from infra.db.states import in_state
from infra.db.tables import messages

PAGE = 2_000

UNREACHED = (State.FAILED, State.UNCERTAIN, State.CANCELLED, State.EXPIRED)
"""Ends that have a reason, in the order in which their index names them."""

m, s = messages.c, subscribers.c

TOLD = (m.chat_id, m.state, m.reason, m.description, m.attempts, m.sent_at, m.message_ids)


@dataclass(frozen=True, slots=True)
class Reason:
    """How many of its recipients ended so, and why: `reason` is our short word for it."""

    state: State
    reason: str
    recipients: int


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


class BroadcastReport:
    """One bot's broadcasts."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def reasons(self, broadcast_id: int) -> list[Reason]:
        """Why recipients were not reached, the most frequent first. Looks at those alone."""
        count = func.count()
        query = (
            select(m.state, m.reason, count)
            .where(*self._of(broadcast_id), in_state(*UNREACHED))
            .group_by(m.state, m.reason)
            .order_by(count.desc(), m.state, m.reason)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return [Reason(State(state), reason or "", n) for state, reason, n in rows]

    async def pages(
        self, broadcast_id: int, states: Collection[State] = ()
    ) -> AsyncGenerator[list[Recipient], None]:
        """Its recipients, all of them or those in these states, by their chats."""
        after = ""
        while page := await self._page(broadcast_id, states, after):
            after = page[-1].chat_id
            yield page

    async def _page(
        self, broadcast_id: int, states: Collection[State], after: str
    ) -> list[Recipient]:
        query = (
            select(*TOLD)
            .where(*self._of(broadcast_id), m.chat_id > after)
            .order_by(m.chat_id)
            .limit(PAGE)
        )
        if states:
            query = query.where(in_state(*states))
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

    def _of(self, broadcast_id: int) -> tuple[Any, ...]:
        # The index of recipients serves only who names its condition.
        return m.bot_id == self._bot_id, m.broadcast_id == broadcast_id, text("broadcast_id <> 0")


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
