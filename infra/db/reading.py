"""What can be read of the ledger."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from core.errors import NotFound
from core.message import Attempt, Content, Message, OnUncertain, State
from infra.db.engine import Database
from infra.db.states import in_state
from infra.db.tables import attempts, broadcasts, messages

m = messages.c


class Reading:
    """Looks at one bot's messages; changes nothing."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def get(self, message_id: int) -> Message:
        """The message with its attempts; raises NotFound."""
        if not 0 < message_id < 2**63:
            raise NotFound(f"no message {message_id}")
        query = known_messages().where(m.id == message_id, m.bot_id == self._bot_id)
        history = select(attempts).where(attempts.c.message_id == message_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                raise NotFound(f"no message {message_id}; `analyticbot list` shows those there are")
            tried = (await connection.execute(history.order_by(attempts.c.id))).all()
        return as_message(row, _history(row, list(map(_as_attempt, tried))))

    async def newest(
        self, *, states: Sequence[State] = (), limit: int = 50, before_id: int | None = None
    ) -> list[Message]:
        """The newest messages first; `before_id` turns the page."""
        query = known_messages().where(m.bot_id == self._bot_id).order_by(m.id.desc()).limit(limit)
        if states:
            query = query.where(m.state.in_([state.value for state in states]))
        if before_id is not None:
            query = query.where(m.id < before_id)
        async with self._database.reading() as connection:
            return [as_message(row) for row in await connection.execute(query)]

    async def counts(self, broadcast_id: int | None = None) -> dict[State, int]:
        """How many messages are in each state, of one broadcast or of all."""
        query = select(m.state, func.count()).where(m.bot_id == self._bot_id).group_by(m.state)
        if broadcast_id is not None:
            query = query.where(m.broadcast_id == broadcast_id)
        async with self._database.reading() as connection:
            return {State(state): n for state, n in await connection.execute(query)}

    async def other_bots(self) -> list[int]:
        """Ids of other bots whose messages wait here: kept, and never sent by this one."""
        active = in_state(State.SCHEDULED, State.QUEUED, State.SENDING)
        query = select(m.bot_id).where(m.bot_id != self._bot_id, active).distinct()
        async with self._database.reading() as connection:
            return sorted(await connection.scalars(query))


def known_messages() -> Select[Any]:
    """Rows as `as_message` takes them: with the content that a broadcast's share."""
    return select(messages, broadcasts.c.content.label("shared_content")).outerjoin(
        broadcasts, broadcasts.c.id == m.broadcast_id
    )


def stored(content: Content) -> dict[str, Any]:
    """The content as its column holds it."""
    return {"method": content.method, "params": dict(content.params)}


def as_message(row: Any, history: tuple[Attempt, ...] = ()) -> Message:
    content = row.content if row.content is not None else row.shared_content
    return Message(
        id=row.id,
        bot_id=row.bot_id,
        key=row.key or _shared_key(row),
        broadcast_id=row.broadcast_id,
        chat_id=row.chat_id,
        content=Content(content["method"], content["params"]),
        state=State(row.state),
        wanted_at=row.wanted_at,
        due_at=row.due_at,
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        hidden=row.hidden,
        on_uncertain=OnUncertain(row.on_uncertain),
        reason=row.reason or "",
        description=row.description or "",
        message_ids=tuple(row.message_ids or ()),
        sent_at=row.sent_at,
        created_at=row.created_at,
        ended_at=row.ended_at,
        expires_at=row.expires_at,
        series_id=row.series_id,
        history=history,
    )


def _shared_key(row: Any) -> str:
    """Of a message that has none of its own: a broadcast's, or a recurrence's."""
    if row.series_id is None:
        return f"broadcast:{row.broadcast_id}:{row.chat_id}"
    return f"series:{row.series_id}:{row.occurrence_at or row.wanted_at:%Y-%m-%dT%H:%MZ}"


def _history(row: Any, tried: list[Attempt]) -> tuple[Attempt, ...]:
    """The attempt that arrived is the message's own end: it has no row of its own."""
    arrived = row.state == State.SENT.value and row.message_ids  # else settled by hand
    if arrived and not any(each.outcome == "sent" for each in tried):
        tried.append(Attempt(row.attempts, row.sent_at, row.ended_at, "sent", "", ""))
    return tuple(tried)


def _as_attempt(row: Any) -> Attempt:
    return Attempt(
        number=row.number,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        reason=row.reason or "",
        description=row.description or "",
    )
