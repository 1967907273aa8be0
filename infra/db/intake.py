"""The one way in: a row for each message, keyed, so that asking twice is asking once."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import ERRORS_IN_A_ROW, Draft
from core.errors import KeyConflict, TransitionRefused
from core.message import POSTS, Message, Request
from infra.db.broadcast_build import BroadcastBuild
from infra.db.broadcasts import Broadcasts
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.new_rows import new_row
from infra.db.outcome_statements import wake
from infra.db.reading import as_message, stored
from infra.db.tables import messages, waiters
from infra.db.upsert import insert_into

m = messages.c


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
        self._broadcasts = Broadcasts(database, bot_id)
        self._build = BroadcastBuild(database, bot_id)

    async def schedule(self, request: Request, task_id: str | None = None) -> Scheduled:
        """Write the message, or find the one that its key stands for.

        `task_id` is told when the message ends. Raises KeyConflict where the key stands
        for other content, LedgerUnavailable where nothing can be written.
        """
        async with self._database.writing() as connection:
            row = (await connection.execute(self._insert(request))).one_or_none()
            created = row is not None
            if row is None:
                row = await self._existing(connection, request.key)
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
        self, request: Request, chat_ids: Sequence[str], errors_in_a_row: int = ERRORS_IN_A_ROW
    ) -> ScheduledBroadcast:
        """A broadcast that is started as soon as it stands, with a row for each chat. Called again
        with the same key, it goes on; but not where it was cancelled. Raises TransitionRefused
        where messages of it, long ended, have been removed: to those chats it would send twice.

        `request.chat_id` is empty; the rows share the broadcast's content.
        """
        draft = Draft(request, errors_in_a_row=errors_in_a_row)
        broadcast_id = (await self._broadcasts.create(draft)).broadcast_id
        with suppress(TransitionRefused):  # an earlier call has started it, or another's just now
            await self._broadcasts.start(broadcast_id, request.due_at)
        slices = self._build.chats(broadcast_id, chat_ids)
        created = sum([each.created async for each in slices])
        made = await self._broadcasts.get(broadcast_id)
        return ScheduledBroadcast(broadcast_id, made.tally.total, created)

    def _insert(self, request: Request) -> Any:
        statement = insert_into(self._database.dialect, messages).values(
            **new_row(
                self._bot_id,
                POSTS,
                cost=request.content.cost,
                when=request.due_at if request.due_at is not None else utc_now(),
                on_uncertain=request.on_uncertain,
                max_attempts=request.max_attempts,
                expires_at=request.expires_at,
            ),
            chat_id=request.chat_id,
            key=request.key,
            fingerprint=request.fingerprint,
            content=stored(request.content),
        )
        return statement.on_conflict_do_nothing(
            index_elements=["bot_id", "key"], index_where=text("key IS NOT NULL")
        ).returning(messages)

    async def _existing(self, connection: AsyncConnection, key: str) -> Any:
        query = select(messages).where(m.bot_id == self._bot_id, m.key == key)
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


def _check_same(fingerprint: str, request: Request) -> None:
    if fingerprint != request.fingerprint:
        raise KeyConflict(
            "idempotency_key",
            f"{request.key!r} already stands for a message with other content",
            "use a new key for a new message, or the same content for the same one",
        )
