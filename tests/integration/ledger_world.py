"""The world of the stateful test: a ledger, two processes that use it, and time at will."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, select

from core.message import Claim
from infra.db.broadcast_row import with_tallies
from infra.db.engine import Database
from infra.db.ledger import Ledger
from infra.db.tables import messages, metadata
from infra.db.tallies import SHARDS, Tallies
from tests.integration.conftest import BOT, POLICY, Bench, soon

T = TypeVar("T")


@dataclass
class World:
    """A ledger used by two processes, and its time. `now` includes the time made to pass."""

    bench: Bench
    runner: asyncio.Runner
    passed: timedelta = timedelta()
    ledgers: list[Ledger] = field(default_factory=list)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        # Not Runner.run: that sets a signal handler each time, which takes longer than the work.
        return self.runner.get_loop().run_until_complete(work)

    def begin(self) -> None:
        """As on the first day: no row, nobody at work."""
        self.passed = timedelta()
        self.ledgers = [
            Ledger(self.bench.database, BOT, "fingerprint", POLICY, lambda: 0.5, time.monotonic)
            for _ in range(2)
        ]
        for part in (self.ledgers[1].outcomes, self.ledgers[1].desk):
            part._tallies = Tallies(self.bench.database.dialect, SHARDS)  # nobody else's
        self.run(self._empty())

    async def _empty(self) -> None:
        async with self.bench.database.writing() as connection:
            for table in metadata.tables.values():
                await connection.execute(delete(table))

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def in_world(self, moment: datetime) -> datetime:
        """A moment of the ledger's, on the world's clock."""
        return moment + self.passed

    def pass_s(self, seconds: float) -> None:
        self.run(self.bench.pass_s(seconds))
        self.passed += timedelta(seconds=seconds)

    def sweep(self) -> None:
        """What every worker does now and then for its dead neighbours, and for broadcasts."""
        ledger = self.ledgers[0]
        self.run(ledger.claims.release_dead())
        self.run(ledger.broadcast_ends.end_cancelled(3))
        self.run(ledger.rescue.end_lost())
        self.run(ledger.broadcast_ends.complete())

    def due(self, wait_s: int | None) -> tuple[datetime | None, datetime]:
        """A time to ask for, None for now, and what it is on the world's clock."""
        at = soon(wait_s) if wait_s is not None else None
        return at, self.now if at is None else self.in_world(at)

    def rows(self) -> dict[int, Any]:
        async def read() -> dict[int, Any]:
            async with self.bench.database.reading() as connection:
                return {row.id: row for row in await connection.execute(select(messages))}

        return self.run(read())

    def broadcasts(self) -> dict[int, Any]:
        """Their rows, each with the sums of its tallies."""

        async def read() -> dict[int, Any]:
            async with self.bench.database.reading() as connection:
                return {row.id: row for row in await connection.execute(with_tallies())}

        return self.run(read())


def make_world(url: str) -> World:
    runner = asyncio.Runner()
    database = Database(url)
    return World(Bench(database), runner)


Holder = tuple[Claim, datetime]
"""A claim as the broker carried it, and the moment on the world's clock when it may leave."""
