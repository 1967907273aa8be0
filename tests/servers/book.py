"""The ledger as a test sees it: rows written past Celery, rows read, and waits for states."""

import asyncio
import hashlib
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import LedgerUnavailable
from core.message import ACTIVE, Content, Message, OnUncertain, Request, State
from core.retry import RetryPolicy
from infra.db.engine import Database
from infra.db.ledger import Ledger
from tests.servers.process import ServerFailed

POLICY = RetryPolicy(10, 2, 5)
POLL_S = 0.05
ALL = 1_000_000

Counts = Mapping[State, int]


class Book:
    """One bot's ledger, opened in this process. `ledger` has all that the ledger can do."""

    def __init__(self, database: Database, token: str) -> None:
        self.database, self.bot_id = database, int(token.partition(":")[0])
        fingerprint = hashlib.sha256(token.encode()).hexdigest()
        self.ledger = Ledger(
            database,
            self.bot_id,
            fingerprint,
            POLICY,
            random.random,
            time.monotonic,
        )

    async def schedule(
        self,
        text: str,
        chat_id: int | str = 1,
        in_s: float | None = None,
        on_uncertain: OnUncertain = OnUncertain.RESEND,
        **changes: Any,
    ) -> Message:
        """Write one row, keyed by its text, past Celery: the workers' timers find it."""
        due_at = None if in_s is None else datetime.now(UTC) + timedelta(seconds=in_s)
        values: dict[str, Any] = {
            "chat_id": str(chat_id),
            "content": Content("sendMessage", {"text": text}),
            "due_at": due_at,
            "key": text,
            "on_uncertain": on_uncertain,
            "max_attempts": POLICY.max_attempts,
        }
        made = await self.ledger.intake.schedule(Request(**(values | changes)))
        return made.message

    async def rows(self) -> list[Message]:
        """Every message, oldest first."""
        return (await self.ledger.reading.newest(limit=ALL))[::-1]

    async def row(self, text: str) -> Message:
        """The one message with this text, and its attempts."""
        [row] = [row for row in await self.rows() if row.content.params.get("text") == text]
        return await self.ledger.reading.get(row.id)

    async def until(
        self,
        wanted: Callable[[Counts], bool],
        within_s: float,
        what: str,
        broadcast_id: int | None = None,
    ) -> Counts:
        """Wait until the counts by state (of one broadcast, or of all) are as wanted.

        A database that is away is waited for.
        """
        give_up_at, counts = time.monotonic() + within_s, dict[State, int]()
        while time.monotonic() < give_up_at:
            counts = await self._counts(broadcast_id)
            if counts and wanted(counts):
                return counts
            await asyncio.sleep(POLL_S)
        raise ServerFailed(f"not {what} within {within_s:.0f} s: {told(counts)}")

    async def all_ended(self, within_s: float) -> Counts:
        """Wait until every message has its end."""
        return await self.until(lambda counts: not ACTIVE & counts.keys(), within_s, "all ended")

    async def _counts(self, broadcast_id: int | None) -> dict[State, int]:
        try:
            return await self.ledger.reading.counts(broadcast_id)
        except LedgerUnavailable:
            return {}


def told(counts: Counts) -> str:
    return ", ".join(f"{n} {state}" for state, n in counts.items()) or "no ledger"
