"""What a person may do with a message: cancel, edit, reschedule, retry, settle."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.errors import ChangedMeanwhile
from core.message import ACTIVE, FINAL, POSTS, Content, State
from infra.db.desk_acts import POSSIBLE, Act, called_off, refusal, values_of, waits_until
from infra.db.engine import Database
from infra.db.outcome_statements import wake
from infra.db.reading import as_message, known_messages, stored
from infra.db.states import FREED, WAITING, in_state
from infra.db.tables import broadcasts, messages, waiters
from infra.db.tallies import Move, Tallies

m = messages.c


class Never(Enum):
    """Of a time that does not come."""

    NEVER = "never"


NEVER = Never.NEVER


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a message; None leaves it as it is. `expires_at` NEVER ends its end."""

    content: Content | None = None
    due_at: datetime | None = None
    expires_at: datetime | Never | None = None


class Desk:
    """One bot's messages, in a person's hands.

    Each call raises NotFound, or TransitionRefused where the message's state forbids it.
    """

    def __init__(self, database: Database, bot_id: int, max_attempts: int) -> None:
        self._database, self._bot_id, self._max_attempts = database, bot_id, max_attempts
        self._tallies = Tallies(database.dialect)

    async def cancel(self, message_id: int) -> None:
        await self._move(message_id, Act.CANCEL)

    async def reschedule(self, message_id: int, due_at: datetime) -> None:
        await self.change(message_id, Change(due_at=due_at))

    async def edit(self, message_id: int, content: Content) -> None:
        """New content for a message that is not yet on its way; its time stays."""
        await self.change(message_id, Change(content=content))

    async def change(self, message_id: int, change: Change, expected: str | None = None) -> None:
        """All of it or nothing, of a message that is not yet on its way.

        Raises ChangedMeanwhile where it is not in the version (Message.version) `expected`.
        """
        async with self._database.writing() as connection:
            if expected is not None:
                await self._check(connection, message_id, expected)
            statement = self._update(message_id, WAITING, _values_of(change))
            if (await connection.execute(statement)).one_or_none() is None:
                await self._explain(connection, message_id, WAITING)

    async def retry(self, message_id: int) -> None:
        """What failed is sent once more, with as many attempts as a new message has."""
        await self._move(message_id, Act.RETRY)

    async def settle_sent(self, message_id: int) -> None:
        """The person has seen it in the chat."""
        await self._move(message_id, Act.SETTLE_SENT)

    async def settle_resend(self, message_id: int) -> None:
        """The person has not seen it: send it again."""
        await self._move(message_id, Act.SETTLE_RESEND)

    async def _check(self, connection: AsyncConnection, message_id: int, expected: str) -> None:
        """And lock the row: whoever would send it, or change it too, comes before or after."""
        query = known_messages().where(m.id == message_id, m.bot_id == self._bot_id)
        locked = query.with_for_update(of=messages)
        row = (await connection.execute(locked)).one_or_none()
        if row is None or row.state not in WAITING:
            await self._explain(connection, message_id, WAITING)
        if as_message(row).version != expected:
            raise ChangedMeanwhile(f"message {message_id} was changed by another; read it anew")

    def _update(self, message_id: int, states: tuple[State, ...], values: dict[str, Any]) -> Any:
        return (
            update(messages)
            .where(m.id == message_id, m.bot_id == self._bot_id, in_state(*states))
            .values(**values)
            .returning(m.broadcast_id, m.state)
        )

    async def _move(self, message_id: int, act: Act) -> None:
        states = POSSIBLE[act]
        statement = self._update(message_id, states, values_of(act, self._max_attempts))
        async with self._database.writing() as connection:
            moved = (await connection.execute(statement)).one_or_none()
            if moved is None:
                await self._explain(connection, message_id, states)
            elif moved.broadcast_id != POSTS:
                await self._count(
                    connection, Move(moved.broadcast_id, states[0], State(moved.state))
                )
            await connection.execute(wake(waiters.c.message_id == message_id))

    async def _count(self, connection: AsyncConnection, move: Move) -> None:
        await self._tallies.add(connection, [move])
        if move.before in FINAL and move.after in ACTIVE:
            its_state = select(broadcasts.c.state).where(broadcasts.c.id == move.broadcast_id)
            if await connection.scalar(its_state) == BroadcastState.CANCELLED:
                raise called_off(move.broadcast_id)

    async def _explain(
        self, connection: AsyncConnection, message_id: int, states: tuple[State, ...]
    ) -> None:
        query = select(m.state).where(m.id == message_id, m.bot_id == self._bot_id)
        state = await connection.scalar(query)
        raise refusal(message_id, state, states)


def _values_of(change: Change) -> dict[str, Any]:
    values = dict(FREED)
    if change.content is not None:
        values |= {"content": stored(change.content), "cost": change.content.cost}
    if change.due_at is not None:
        values |= waits_until(change.due_at) | {"wanted_at": change.due_at}
    if change.expires_at is not None:
        values["expires_at"] = None if change.expires_at is NEVER else change.expires_at
    return values
