"""The ledger's face: one bot's messages, as one process works on them."""

from collections.abc import Callable, Sequence

from core.message import Claim
from core.partners import Report, Returned, Sending, Timeline
from core.retry import RetryPolicy
from infra.db.broadcast_build import BroadcastBuild
from infra.db.broadcast_ends import BroadcastEnds
from infra.db.broadcast_retry import BroadcastRetry
from infra.db.broadcasts import Broadcasts
from infra.db.claims import Claims
from infra.db.desk import Desk
from infra.db.desk_bulk import DeskBulk
from infra.db.engine import Database
from infra.db.expiry import Expiry
from infra.db.holds import Holds
from infra.db.intake import Intake
from infra.db.marks import Marks
from infra.db.moments import now_of
from infra.db.outcomes import Outcomes
from infra.db.reading import Reading
from infra.db.rescue import Rescue
from infra.db.series import Series


class Ledger:
    """Every noun of the ledger over one Database; core.partners.Ledger for the sender.

    `token_fingerprint` tells apart the bot's tokens, so that a new one ends the hold of the
    one that Telegram refused. `now_s` is the clock that deadlines are taken from.
    """

    def __init__(
        self,
        database: Database,
        bot_id: int,
        token_fingerprint: str,
        policy: RetryPolicy,
        random: Callable[[], float],
        now_s: Callable[[], float],
    ) -> None:
        self.database, self.bot_id, self._now_s = database, bot_id, now_s
        self.holds = Holds(database, bot_id, token_fingerprint)
        self.claims = Claims(database, bot_id, self.holds)
        self.marks = Marks(database)
        self.outcomes = Outcomes(database, bot_id, self.holds)
        self.rescue = Rescue(database, bot_id, self.outcomes, policy, random)
        self.expiry = Expiry(database, bot_id)
        self.intake = Intake(database, bot_id)
        self.desk = Desk(database, bot_id, policy.max_attempts)
        self.desk_bulk = DeskBulk(database, bot_id, policy.max_attempts)
        self.reading = Reading(database, bot_id)
        self.series = Series(database, bot_id)
        self.broadcasts = Broadcasts(database, bot_id)
        self.broadcast_build = BroadcastBuild(database, bot_id)
        self.broadcast_ends = BroadcastEnds(database, bot_id)
        self.broadcast_retry = BroadcastRetry(database, bot_id, policy.max_attempts)

    async def timeline(self) -> Timeline:
        """The database's clock beside ours. Ours is read last: so nothing is early by the
        time that the question took, only later by it.
        """
        async with self.database.reading() as connection:
            utc = await now_of(connection)
        return Timeline(utc, self._now_s())

    async def warm_up(self) -> None:
        """Rehearse a delivery of nothing: what the first one would have to open and to compile
        takes a third of a second, by which a message would be late.
        """
        await self.find([])
        await self.claims.room(0.0, 1, 1)
        await self.marks.warm_up()
        await self.outcomes.warm_up()

    async def find(self, tokens: Sequence[tuple[int, int]]) -> tuple[list[Claim], Timeline | None]:
        """Which of these (id, token) are still claims, with the clocks as in `timeline`."""
        claims, utc = await self.claims.find(tokens)
        return claims, Timeline(utc, self._now_s()) if utc is not None else None

    async def mark_sending(self, claim: Claim) -> Sending | None:
        return await self.marks.mark_sending(claim)

    async def give_back(self, returned: Returned) -> None:
        await self.marks.give_back(returned)

    async def renew(self, claims: Sequence[Claim]) -> None:
        await self.marks.renew(claims)

    async def record(self, report: Report) -> None:
        await self.outcomes.record(report)

    async def hold_chat(self, chat_id: str, seconds: float, reason: str) -> None:
        await self.holds.hold_chat(chat_id, seconds, reason)

    async def hold_bot(self, seconds: float, reason: str) -> None:
        await self.holds.hold_bot(seconds, reason)
