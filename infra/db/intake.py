"""The one way in: a row for each message, keyed, so that asking twice is asking once."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import ERRORS_IN_A_ROW, Draft
from core.errors import KeyConflict, TransitionRefused
from core.message import POSTS, Message, Request, State
from infra.db.broadcast_build import BroadcastBuild
from infra.db.broadcasts import Broadcasts
from infra.db.engine import Database
from infra.db.lines import Rows, StatementRefused, Step
from infra.db.new_messages import await_new, new_record, write_new
from infra.db.outcome_statements import wake
from infra.db.reading import as_message
from infra.db.records import encoder, moment_of
from infra.db.tables import messages, waiters
from infra.db.upsert import insert_into
from infra.grouping import Grouped

m = messages.c


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The message, and whether this call made it or found it."""

    message: Message
    created: bool


class New(NamedTuple):
    """A message that is to be written, and the task that waits for it."""

    request: Request
    task_id: str | None


Written: TypeAlias = Message | Exception | None
"""None where the key stands for something already."""


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
        dialect = database.dialect
        self._encode, self._moment = encoder(dialect), moment_of(dialect)
        self._new = database.prepared(lambda: write_new(dialect))
        self._waiting = database.prepared(lambda: await_new(dialect))
        self._writes = Grouped(self._write)

    async def schedule(self, request: Request, task_id: str | None = None) -> Scheduled:
        """Write the message, or find the one that its key stands for.

        `task_id` is told when the message ends. Raises KeyConflict where the key stands
        for other content or for a series, LedgerUnavailable where nothing can be written.
        """
        made = await self._writes(New(request, task_id))
        if isinstance(made, Exception):
            raise made
        return Scheduled(made, True) if made is not None else await self._found(request, task_id)

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

    async def _write(self, asked: list[New]) -> list[Written]:
        """In one transaction; where the database does not take one of them, each in its own: its
        caller alone hears of it.
        """
        try:
            return await self._write_together(asked)
        except StatementRefused as error:
            if len(asked) == 1:
                return [error]
            return [made for each in asked for made in await self._write([each])]

    async def _write_together(self, asked: Sequence[New]) -> list[Written]:
        first: dict[str, New] = {}  # of two under one key it alone is written
        for each in asked:
            first.setdefault(each.request.key, each)
        new = self._encode(new_record(self._bot_id, each.request) for each in first.values())
        steps: list[Step] = [(self._new, {"new": new})]
        tasks = {key: each.task_id for key, each in first.items()}
        if any(tasks.values()):
            steps.append((self._waiting, lambda rows: self._waiters(rows[0], tasks)))
        rows, *_ = await self._database.run(*steps)
        made = {row[0]: row for row in rows}
        return [
            self._made(each.request, made.get(each.request.key))
            if first[each.request.key] is each
            else None
            for each in asked
        ]

    def _waiters(self, rows: Rows, tasks: Mapping[str, str | None]) -> dict[str, str] | None:
        waiting = [
            {"message_id": id_, "task_id": tasks[key]} for key, id_, *_ in rows if tasks[key]
        ]
        return {"waiting": self._encode(waiting)} if waiting else None

    def _made(self, request: Request, row: Any) -> Message | None:
        if row is None:
            return None
        _, id_, *moments = row
        wanted_at, due_at, created_at = map(self._moment, moments[:3])
        return Message(
            id=id_,
            bot_id=self._bot_id,
            key=request.key,
            broadcast_id=POSTS,
            chat_id=request.chat_id,
            content=request.content,
            state=State.SCHEDULED,
            wanted_at=wanted_at,
            due_at=due_at,
            attempts=0,
            max_attempts=request.max_attempts,
            hidden=0,
            on_uncertain=request.on_uncertain,
            created_at=created_at,
            expires_at=self._moment(moments[3]) if moments[3] is not None else None,
        )

    async def _found(self, request: Request, task_id: str | None) -> Scheduled:
        if (message := await self.find(request)) is None:
            raise _conflict(request, "a recurring message")
        if task_id is not None:
            await self.wait(message.id, task_id)
        return Scheduled(message, False)

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
        raise _conflict(request, "a message with other content")


def _conflict(request: Request, what: str) -> KeyConflict:
    return KeyConflict(
        "idempotency_key",
        f"{request.key!r} already stands for {what}",
        "use a new key for a new message, or the same content for the same one",
    )
