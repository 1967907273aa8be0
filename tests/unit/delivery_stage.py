"""What Delivery works with, pretended: its three partners, and time that passes when all wait."""

import asyncio
import selectors
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from core.delivery import Delivery
from core.errors import GovernorUnavailable, LedgerUnavailable
from core.message import POSTS, Claim, Content, OnUncertain
from core.outcome import Outcome, Sent
from core.partners import ChatBusy, Full, Observer, Report, Returned, Sending, Slot, Timeline
from core.retry import RetryPolicy
from core.verdict import Standing

T = TypeVar("T")

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
TEXT = Content("sendMessage", {"text": "hello"})
HORIZON_S = 2.0


TICK_S = 1e-6


class _Selector(selectors.SelectSelector):
    """Does not wait for a timeout: lets that much time have passed."""

    now_s = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("all wait, and nothing will ever happen")
        self.now_s += max(timeout, 0.0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds take no time."""

    def __init__(self) -> None:
        self._pretended = _Selector()
        super().__init__(self._pretended)

    def time(self) -> float:
        return self._pretended.now_s


class Clock:
    """Seconds since the stage was opened, in whole ticks."""

    def now_s(self) -> float:
        return round(asyncio.get_running_loop().time() - _Selector.now_s, 6)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, TICK_S))


class PretendedLedger:
    """Knows each message's standing; is away until `away_until_s`; a commit takes `commit_s`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.away_until_s = 0.0
        self.commit_s = 0.0
        self.refuses: set[int] = set()
        self.moved_to: dict[str, str] = {}
        self.marked: dict[int, float] = {}
        self.reports: list[Report] = []
        self.recorded_s: list[float] = []
        self.returned: list[Returned] = []
        self.returned_s: list[float] = []
        self.renewed: list[list[int]] = []
        self.held_chats: list[tuple[str, float, str]] = []
        self.held_bot: list[tuple[float, str]] = []

    async def mark_sending(self, claim: Claim) -> Sending | None:
        self.marked[claim.id] = self._clock.now_s()
        await self._commit()
        if claim.id in self.refuses:
            return None
        chat_id = self.moved_to.get(claim.chat_id, claim.chat_id)
        return Sending(claim, chat_id, TEXT, Standing(1, 6, 0, OnUncertain.RESEND))

    async def record(self, report: Report) -> None:
        await self._commit()
        self.reports.append(report)
        self.recorded_s.append(self._clock.now_s())

    async def give_back(self, returned: Returned) -> None:
        await self._commit()
        self.returned.append(returned)
        self.returned_s.append(self._clock.now_s())

    async def renew(self, claims: Sequence[Claim]) -> None:
        self.renewed.append(sorted(claim.id for claim in claims))

    async def hold_chat(self, chat_id: str, seconds: float, reason: str) -> None:
        await self._commit()
        self.held_chats.append((chat_id, seconds, reason))

    async def hold_bot(self, seconds: float, reason: str) -> None:
        await self._commit()
        self.held_bot.append((seconds, reason))

    async def _commit(self) -> None:
        if self._clock.now_s() < self.away_until_s:
            raise LedgerUnavailable("away")
        if self.commit_s:
            await self._clock.sleep(self.commit_s)


class PretendedGovernor:
    """Books evenly spaced slots for the bot, and for each chat one in `spacing_s`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.interval_s = self.spacing_s = self.ahead_s = 0.0
        self.away = self.deaf = False
        self.asked: list[tuple[str, int, bool]] = []
        self.paid: list[str] = []
        self.holds: list[tuple[str, float, bool]] = []
        self.bot_free_s = 0.0
        self.chat_free_s: dict[str, float] = defaultdict(float)
        self._flooded: set[str] = set()

    async def ask(
        self, chat_id: str, cost: int, broadcast: bool, not_before_s: float, paid: bool = False
    ) -> Slot | ChatBusy | Full:
        self._answers()
        self.asked.append((chat_id, cost, broadcast))
        self.paid += [chat_id] * paid
        now_s = self._clock.now_s()
        earliest_s = now_s + not_before_s
        slot_s = max(earliest_s + self.ahead_s, self.bot_free_s)
        if self.chat_free_s[chat_id] > earliest_s:
            return ChatBusy(self.chat_free_s[chat_id] - now_s, self.spacing_s)
        if slot_s - earliest_s > HORIZON_S:
            return Full(slot_s - HORIZON_S - now_s)
        if self.interval_s:
            self.bot_free_s = slot_s + cost * self.interval_s
        self.chat_free_s[chat_id] = slot_s + cost * self.spacing_s
        return Slot(slot_s - now_s, self.spacing_s)

    async def hold_chat(self, chat_id: str, seconds: float, flood: bool) -> bool:
        self._answers()
        if self.deaf:
            raise GovernorUnavailable("went away after it was asked")
        self.holds.append((chat_id, seconds, flood))
        if flood:
            self._flooded.add(chat_id)
        return flood and len(self._flooded) > 1

    def _answers(self) -> None:
        if self.away:
            raise GovernorUnavailable("away")


class PretendedTelegram:
    """Takes `takes_s` for an answer: the chat's next one of `outcomes`, or Sent."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.takes_s: dict[str, float] = defaultdict(float)
        self.outcomes: dict[str, list[Outcome]] = defaultdict(list)
        self.requests: list[tuple[str, float]] = []
        self.write_before_s: list[float] = []
        self.in_flight = self.most_in_flight = 0

    async def send(self, chat_id: str, content: Content, write_before_s: float) -> Outcome:
        self.requests.append((chat_id, self._clock.now_s()))
        self.write_before_s.append(write_before_s)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        if takes_s := self.takes_s[chat_id]:
            await self._clock.sleep(takes_s)
        self.in_flight -= 1
        return self.outcomes[chat_id].pop(0) if self.outcomes[chat_id] else Sent((1,))


class Stage:
    """One delivery among its partners; its time begins at 0, which is NOON to the ledger."""

    def __init__(self, observer: Observer | None = None) -> None:
        self.clock = Clock()
        self.ledger = PretendedLedger(self.clock)
        self.governor = PretendedGovernor(self.clock)
        self.telegram = PretendedTelegram(self.clock)
        self.timeline = Timeline(NOON, 0.0)
        self.delivery = Delivery(
            self.ledger,
            self.governor,
            self.telegram,
            self.clock,
            RetryPolicy(10, 2.0, 5),
            lambda: 0.5,
            observer,
        )

    def play(self, *claims: Claim, drain_s: float = 300.0) -> float:
        """Deliver the claims and wait for the last answer; how long run() took."""
        return simulate(self._play(claims, drain_s))

    async def run(self, claims: Iterable[Claim]) -> None:
        await self.delivery.run(claims, self.timeline)

    async def _play(self, claims: Iterable[Claim], drain_s: float) -> float:
        await self.run(claims)
        took_s = self.clock.now_s()
        await self.delivery.drain(drain_s)
        return took_s


def claim(id_: int, chat_id: str = "", due_s: float = 0.0, **changes: Any) -> Claim:
    """A post, to a chat of its own unless told otherwise."""
    values = {"broadcast_id": POSTS, "cost": 1} | changes
    due_at = NOON + timedelta(seconds=due_s)
    return Claim(id_, id_ + 100, chat_id or str(id_), due_at=due_at, **values)


def simulate(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run it in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


async def cancelled(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
