"""What the benchmarks share: their options, databases, messages to send, and receipts."""

import argparse
import asyncio
import itertools
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Float, bindparam, update

from core.message import Content, OnUncertain, Request
from infra.db.moments import plus
from infra.db.tables import messages
from tests.servers.book import POLICY
from tests.servers.postgres import PostgresServer
from tests.servers.process import ServerFailed
from tests.servers.stack import Stack

DATABASES = {"sqlite": "SQLite", "postgres": "Postgres"}
CHILDREN = 4

OTHER_TOKEN = "77:baseline"
"""The baseline's bot: the sandbox keeps each bot's limit apart."""

OURS_FROM = 1_000_000
"""The first of our chats. A chat's limit is one for all bots: the baseline has chats of its own."""

BASELINE_FROM = 5_000_000

TEXT = "Good morning! The figures of yesterday are in: 1,204 views."
WARM_WITHIN_S = 20.0
FAR_S = 3600.0
LEAD_S = 4.0
LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Options:
    """`rows` is 0 where none are asked for."""

    quick: bool
    databases: Sequence[str]
    rows: int = 0


def options(description: str | None, rows: int = 0) -> Options:
    """What was asked for on the command line; every benchmark takes the same, and those that
    tell how many `rows` they make by default can be told another number.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a short run, on SQLite alone")
    parser.add_argument("--database", choices=DATABASES, help="only this one, where two are tried")
    if rows:
        parser.add_argument("--rows", type=int, default=rows, help=f"how many; {rows:,} by default")
    asked = parser.parse_args()
    every = ["sqlite"] if asked.quick else list(DATABASES)
    chosen = [asked.database] if asked.database else every
    return Options(asked.quick, chosen, getattr(asked, "rows", 0))


class Databases:
    """An empty ledger's URL whenever asked; Postgres is started when the first is for it."""

    def __init__(self) -> None:
        self._server: PostgresServer | None = None
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.remove()

    def url(self, name: str) -> str:
        """Empty for SQLite: a Stack then makes a file of its own."""
        if name == "sqlite":
            return ""
        if self._server is None:
            self._server = PostgresServer()
            self._server.start()
        return self._server.create_database(f"bench_{next(self._numbers)}")


async def warm(stack: Stack) -> None:
    """Wait until its worker's children are up: a new Redis costs the governor two seconds."""
    for worker in stack.running_workers:
        await worker.logged("governor is warm", WARM_WITHIN_S)


async def schedule_posts(stack: Stack, after_s: Mapping[int, float]) -> dict[int, float]:
    """A row for each chat, due so long after a moment near at hand; when, in Unix time.

    Written for a far hour and then moved, all in one statement: however slow this machine
    writes, every row stands before the first one is due.
    """
    far, prefix = _whole_second(FAR_S), str(time.time_ns())
    for chat_id, seconds in after_s.items():
        due_at = far + timedelta(seconds=seconds)
        await stack.book.schedule(f"{prefix} {chat_id}", chat_id, due_at=due_at)
    earlier_s = (far - _whole_second(LEAD_S)).total_seconds()
    await _move(stack, far, -earlier_s)
    begin_at = far.timestamp() - earlier_s
    return {chat_id: begin_at + seconds for chat_id, seconds in after_s.items()}


async def start_broadcast(
    stack: Stack, name: str, chats: Iterable[int], in_s: float = 0.0, errors_in_a_row: int = 0
) -> int:
    """A broadcast to these chats that may leave in so many seconds; its id. Each name once."""
    due_at = datetime.now(UTC) + timedelta(seconds=in_s)
    content = Content("sendMessage", {"text": TEXT})
    request = Request("", content, due_at, name, OnUncertain.RESEND, POLICY.max_attempts)
    ids = [str(chat_id) for chat_id in chats]
    intake = stack.book.ledger.intake
    return (await intake.schedule_broadcast(request, ids, errors_in_a_row)).broadcast_id


async def _move(stack: Stack, far: datetime, by_s: float) -> None:
    times = (messages.c.wanted_at, messages.c.turn_at, messages.c.due_at)
    moved = {column.name: plus(column, bindparam(None, by_s, type_=Float)) for column in times}
    async with stack.book.ledger.database.writing() as connection:
        await connection.execute(update(messages).where(messages.c.due_at >= far).values(moved))


def _whole_second(in_s: float) -> datetime:
    return datetime.fromtimestamp(math.ceil(time.time() + in_s), UTC)


async def until_accepted(stack: Stack, count: int, within_s: float) -> None:
    """Wait until the sandbox has accepted so many in all. Asks rarely: it is busy."""
    give_up_at, accepted = time.monotonic() + within_s, 0
    while time.monotonic() < give_up_at:
        accepted = (await stack.sandbox.stats())["accepted"]
        if accepted >= count:
            return
        await asyncio.sleep(LOOK_EVERY_S)
    raise ServerFailed(f"{accepted} of {count} accepted within {within_s:.0f} s")


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many per cent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]
