"""What a person may do with a message: cancel, edit, reschedule, retry, settle."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.errors import NotFound, TransitionRefused
from core.message import ACTIVE, FINAL, POSTS, Content, State
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.outcome_statements import wake
from infra.db.reading import stored
from infra.db.states import FREED, WAITING, ended, in_state
from infra.db.tables import broadcasts, messages, waiters
from infra.db.tallies import Move, Tallies

m = messages.c


class Desk:
    """One bot's messages, in a person's hands.

    Each call raises NotFound, or TransitionRefused where the message's state forbids it.
    """

    def __init__(self, database: Database, bot_id: int, max_attempts: int) -> None:
        self._database, self._bot_id, self._max_attempts = database, bot_id, max_attempts
        self._tallies = Tallies(database.dialect)

    async def cancel(self, message_id: int) -> None:
        await self._move(message_id, WAITING, ended(State.CANCELLED, "cancelled"))

    async def reschedule(self, message_id: int, due_at: datetime) -> None:
        await self._move(message_id, WAITING, _waits_until(due_at) | {"wanted_at": due_at})

    async def edit(self, message_id: int, content: Content) -> None:
        """New content for a message that is not yet on its way; its time stays."""
        values = {
            "content": stored(content),
            "cost": content.cost,
            **FREED,
        }
        await self._move(message_id, WAITING, values)

    async def retry(self, message_id: int) -> None:
        """What failed is sent once more, with as many attempts as a new message has."""
        await self._move(message_id, (State.FAILED,), self._again())

    async def settle_sent(self, message_id: int) -> None:
        """The person has seen it in the chat."""
        values = ended(State.SENT, "settled by hand") | {"sent_at": m.ended_at}
        await self._move(message_id, (State.UNCERTAIN,), values)

    async def settle_resend(self, message_id: int) -> None:
        """The person has not seen it: send it again.

        It keeps the token of the hidden attempt, so that a late answer still ends it.
        """
        values = self._again()
        values.pop("token")
        await self._move(message_id, (State.UNCERTAIN,), values)

    def _again(self) -> dict[str, Any]:
        return _waits_until(utc_now()) | {"max_attempts": m.attempts + self._max_attempts}

    async def _move(
        self, message_id: int, states: tuple[State, ...], values: dict[str, Any]
    ) -> None:
        statement = (
            update(messages)
            .where(m.id == message_id, m.bot_id == self._bot_id, in_state(*states))
            .values(**values)
            .returning(m.broadcast_id, m.state)
        )
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
                raise TransitionRefused(f"its broadcast {move.broadcast_id} is cancelled")

    async def _explain(
        self, connection: AsyncConnection, message_id: int, states: tuple[State, ...]
    ) -> None:
        query = select(m.state).where(m.id == message_id, m.bot_id == self._bot_id)
        state = await connection.scalar(query)
        if state is None:
            raise NotFound(f"no message {message_id}; `analyticbot list` shows those there are")
        raise TransitionRefused(
            f"message {message_id} is {state}; this can be done only to one that is "
            + " or ".join(states)
        )


def _waits_until(moment: Any) -> dict[str, Any]:
    return {**FREED, "due_at": moment, "turn_at": moment, "ended_at": None}
