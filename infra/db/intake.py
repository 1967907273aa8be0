"""The one way in: a row for each message, keyed, so that asking twice is asking once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, literal, select, text, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import KeyConflict
from core.message import POSTS, Message, Request, State
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.outcomes import wake
from infra.db.reading import as_message, stored
from infra.db.records import encoder, records
from infra.db.tables import broadcasts, messages, waiters
from infra.db.upsert import insert_into

m = messages.c

CHATS_A_TRANSACTION = 5_000
"""Few enough that other writers wait for milliseconds."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The message, and whether this call made it or found it."""

    message: Message
    created: bool


@dataclass(frozen=True, slots=True)
class ScheduledBroadcast:
    """`total` counts the broadcast's chats; `created` those whose rows this call made."""

    broadcast_id: int
    total: int
    created: int


class Intake:
    """Takes in one bot's messages."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def schedule(self, request: Request, task_id: str | None = None) -> Scheduled:
        """Write the message, or find the one that its key stands for.

        `task_id` is told when the message ends. Raises KeyConflict where the key stands
        for other content, LedgerUnavailable where nothing can be written.
        """
        async with self._database.writing() as connection:
            row = (await connection.execute(self._insert(request))).one_or_none()
            created = row is not None
            if row is None:
                row = await self._existing(connection, messages, request.key)
                _check_same(row.fingerprint, request)
            if task_id is not None:
                await self._wait(connection, row.id, task_id)
        return Scheduled(as_message(row), created)

    async def find(self, request: Request) -> Message | None:
        """The message that this request's key stands for; raises KeyConflict as `schedule`."""
        query = select(messages).where(m.bot_id == self._bot_id, m.key == request.key)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        _check_same(row.fingerprint, request)
        return as_message(row)

    async def wait(self, message_id: int, task_id: str) -> None:
        """Let this task be told when the message ends, at once if it has."""
        async with self._database.writing() as connection:
            await self._wait(connection, message_id, task_id)

    async def schedule_broadcast(
        self, request: Request, chat_ids: Sequence[str]
    ) -> ScheduledBroadcast:
        """Write one row for each chat. Called again with the same key, it goes on; but not where
        messages of it, long ended, have been removed: to those chats it would send twice.

        `request.chat_id` is empty; the rows share the broadcast's content.
        """
        chats = list(dict.fromkeys(chat_ids))
        async with self._database.writing() as connection:
            row = await self._broadcast(connection, request)
        created = 0
        for start in range(0, len(chats), CHATS_A_TRANSACTION):
            part = chats[start : start + CHATS_A_TRANSACTION]
            async with self._database.writing() as connection:
                created += await self._add_chats(connection, row, request, part)
        return ScheduledBroadcast(row.id, await self._total(row.id), created)

    def _insert(self, request: Request) -> Any:
        statement = insert_into(self._database.dialect, messages).values(
            **self._waiting(request, broadcast_id=POSTS),
            chat_id=request.chat_id,
            key=request.key,
            fingerprint=request.fingerprint,
            content=stored(request.content),
        )
        return statement.on_conflict_do_nothing(
            index_elements=["bot_id", "key"], index_where=text("key IS NOT NULL")
        ).returning(messages)

    def _waiting(self, request: Request, broadcast_id: int) -> dict[str, Any]:
        """What a message of either kind has at first."""
        when = request.due_at if request.due_at is not None else utc_now()
        return {
            "bot_id": self._bot_id,
            "broadcast_id": broadcast_id,
            "cost": request.content.cost,
            "state": State.SCHEDULED.value,
            "wanted_at": when,
            "turn_at": when,
            "due_at": when,
            "attempts": 0,
            "max_attempts": request.max_attempts,
            "hidden": 0,
            "on_uncertain": request.on_uncertain.value,
            "created_at": utc_now(),
            "expires_at": request.expires_at,
        }

    async def _existing(self, connection: AsyncConnection, table: Any, key: str) -> Any:
        query = select(table).where(table.c.bot_id == self._bot_id, table.c.key == key)
        return (await connection.execute(query)).one()

    async def _wait(self, connection: AsyncConnection, message_id: int, task_id: str) -> None:
        statement = insert_into(self._database.dialect, waiters).values(
            message_id=message_id, task_id=task_id
        )
        await connection.execute(statement.on_conflict_do_nothing())
        # The message may have ended before this task came to wait for it.
        await connection.execute(
            wake((waiters.c.message_id == message_id) & (waiters.c.task_id == task_id))
        )

    async def _broadcast(self, connection: AsyncConnection, request: Request) -> Any:
        when = request.due_at if request.due_at is not None else utc_now()
        statement = insert_into(self._database.dialect, broadcasts).values(
            bot_id=self._bot_id,
            key=request.key,
            fingerprint=request.fingerprint,
            content=stored(request.content),
            total=0,
            wanted_at=when,
            created_at=utc_now(),
        )
        statement = statement.on_conflict_do_nothing(index_elements=["bot_id", "key"])
        row = (await connection.execute(statement.returning(broadcasts))).one_or_none()
        if row is None:
            row = await self._existing(connection, broadcasts, request.key)
            _check_same(row.fingerprint, request)
        return row

    async def _add_chats(
        self, connection: AsyncConnection, broadcast: Any, request: Request, chats: Sequence[str]
    ) -> int:
        if not await self._keep_open(connection, broadcast.id):
            return 0
        dialect = self._database.dialect
        given = records(dialect, "chats", {"chat_id": Text()})
        row = self._waiting(request, broadcast.id) | dict.fromkeys(
            ("wanted_at", "turn_at", "due_at"), broadcast.wanted_at
        )
        columns = [
            literal(v, m[name].type) if not isinstance(v, ColumnElement) else v
            for name, v in row.items()
        ]
        statement = (
            insert_into(dialect, messages)
            # "true": without a WHERE, SQLite takes ON CONFLICT for a join's ON.
            .from_select([*row, "chat_id"], select(*columns, given.c.chat_id).where(true()))
            .on_conflict_do_nothing(
                index_elements=["broadcast_id", "chat_id"], index_where=text("broadcast_id <> 0")
            )
        )
        rows = encoder(dialect)({"chat_id": chat_id} for chat_id in chats)
        created = (await connection.execute(statement, {"chats": rows})).rowcount
        this = update(broadcasts).where(broadcasts.c.id == broadcast.id)
        await connection.execute(this.values(total=broadcasts.c.total + created))
        return created

    async def _keep_open(self, connection: AsyncConnection, broadcast_id: int) -> bool:
        """Lock the broadcast: nobody closes it before our rows are there. False where it is."""
        this = update(broadcasts).where(broadcasts.c.id == broadcast_id, ~broadcasts.c.closed)
        return (await connection.execute(this.values(total=broadcasts.c.total))).rowcount == 1

    async def _total(self, broadcast_id: int) -> int:
        query = select(broadcasts.c.total).where(broadcasts.c.id == broadcast_id)
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0


def _check_same(fingerprint: str, request: Request) -> None:
    if fingerprint != request.fingerprint:
        raise KeyConflict(
            "idempotency_key",
            f"{request.key!r} already stands for a message with other content",
            "use a new key for a new message, or the same content for the same one",
        )
