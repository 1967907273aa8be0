"""Messages whose sender died, or stalled, with a request that may have been on the wire."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from core.message import Claim, Content, OnUncertain, State
from core.outcome import Uncertain
from core.partners import Report, Sending
from core.retry import RetryPolicy
from core.verdict import Standing, decide
from infra.db.engine import Database
from infra.db.moments import asked_at, utc_now
from infra.db.outcomes import Outcomes
from infra.db.states import in_state
from infra.db.tables import messages

m = messages.c

LOST = Uncertain("worker lost", "no answer was recorded before the lease ran out")


class Rescue:
    """Ends attempts that nobody ends."""

    def __init__(
        self,
        database: Database,
        bot_id: int,
        outcomes: Outcomes,
        policy: RetryPolicy,
        random: Callable[[], float],
    ) -> None:
        self._database, self._bot_id, self._outcomes = database, bot_id, outcomes
        self._policy, self._random = policy, random

    async def end_lost(self, limit: int = 500) -> list[int]:
        """Call uncertain what was sending past its lease; the ids of those messages."""
        lost = (
            select(messages, utc_now().label("now"))
            .where(
                m.bot_id == self._bot_id,
                # Both conditions, so that the index of leases serves the query.
                in_state(State.QUEUED, State.SENDING),
                in_state(State.SENDING),
                m.lease_until < asked_at(),
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.writing() as connection:
            reports = [self._report(row) for row in await connection.execute(lost)]
            if reports:
                await self._outcomes.write(connection, reports, by_rescue=True)
        return [report.sending.claim.id for report in reports]

    def _report(self, row: Any) -> Report:
        claim = Claim(row.id, row.token, row.chat_id, row.broadcast_id, row.due_at, row.cost)
        standing = Standing(
            row.attempts, row.max_attempts, row.hidden, OnUncertain(row.on_uncertain)
        )
        # The content is not read again: an attempt's end does not need it.
        sending = Sending(claim, row.chat_id, Content("", {}), standing)
        verdict = decide(LOST, standing, self._policy, self._random)
        return Report(sending, LOST, verdict, row.lease_until, row.now)
