"""The story of a batch: claimed messages, one by one, past the governor to Telegram and back."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.errors import GovernorUnavailable, LedgerUnavailable
from core.message import POSTS, Claim, Content
from core.outcome import Flooded, Outcome, Rejected, Unauthorized
from core.retry import RetryPolicy
from core.verdict import RIGHTS_HOLD_S, UNAUTHORIZED_HOLD_S, Standing, Verdict, decide

log = logging.getLogger(__name__)

SENDING_LEASE_S = 15.0
# The request is not begun later than this after its mark was asked for: what is left of the
# lease covers the clocks' disagreement and the write itself.
WRITE_WITHIN_S = SENDING_LEASE_S - 3.0
# How long a request may take; its lease is renewed until then.
REQUEST_WITHIN_S = 60.0
RENEW_AFTER_S = 5.0
# The mark is committed this long before the slot: long enough for a commit, short enough
# that few messages are uncertain when a process dies.
MARK_LEAD_S = 0.06
# A batch gives its worker back after this long; slower requests go on behind its back.
BATCH_WITHIN_S = 2.0
# A chat that is free again this soon is waited for; a longer wait goes through the ledger.
CHAT_PATIENCE_S = 0.3
UNREACHABLE_GOVERNOR_WAIT_S = 1.0
NO_ROOM_WAIT_S = 1.0
LAG_S = 0.01
RECORD_WITHIN_S = 120.0
LEDGER_RETRY_S = 0.5
IN_FLIGHT = 64


@dataclass(frozen=True, slots=True)
class Slot:
    """Booked: send `in_s` seconds from now. The chat takes one message each `spacing_s`."""

    in_s: float
    spacing_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ChatBusy:
    """Nothing booked: this chat is free in `wait_s`, and takes one message each `spacing_s`."""

    wait_s: float
    spacing_s: float


@dataclass(frozen=True, slots=True)
class Full:
    """Nothing booked: the bot's next slot is too far away, near enough again in `wait_s`."""

    wait_s: float


@dataclass(frozen=True, slots=True)
class Returned:
    """A claim given back: to be tried again in `wait_s`, and not before its predecessor."""

    claim: Claim
    wait_s: float


@dataclass(frozen=True, slots=True)
class Sending:
    """The message as the mark found it: what to send where, and how it stands."""

    claim: Claim
    chat_id: str
    content: Content
    standing: Standing


@dataclass(frozen=True, slots=True)
class Report:
    """One attempt's end, for the ledger."""

    sending: Sending
    outcome: Outcome
    verdict: Verdict
    started_at: datetime
    ended_at: datetime


class Clock(Protocol):
    """Seconds that never jump and also run while the machine sleeps."""

    def now_s(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class Ledger(Protocol):
    async def mark_sending(self, claim: Claim) -> Sending | None:
        """Commit that a request may now be on the wire; None where that is refused."""

    async def record(self, report: Report) -> None: ...

    async def give_back(self, returned: Returned) -> None: ...

    async def renew(self, claims: Sequence[Claim]) -> None: ...

    async def hold_chat(self, chat_id: str, seconds: float, reason: str) -> None: ...

    async def hold_bot(self, seconds: float, reason: str) -> None: ...


class Governor(Protocol):
    """Raises GovernorUnavailable where it cannot be asked."""

    async def ask(
        self, chat_id: str, cost: int, broadcast: bool, not_before_s: float
    ) -> Slot | ChatBusy | Full: ...

    async def hold_chat(self, chat_id: str, seconds: float, flood: bool) -> bool:
        """Hold one chat; True where this made the bot be held as well."""


class Sender(Protocol):
    async def send(self, chat_id: str, content: Content, write_before_s: float) -> Outcome:
        """One request, never begun after `write_before_s` on the clock; never raises."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the ledger's clock and ours showed at the same moment, ours at the latest."""

    utc: datetime
    now_s: float

    def seconds(self, moment: datetime) -> float:
        return self.now_s + (moment - self.utc).total_seconds()

    def moment(self, now_s: float) -> datetime:
        return self.utc + timedelta(seconds=now_s - self.now_s)


class Delivery:
    """Delivers batches. One for a process; its batches share the limit of requests in flight."""

    def __init__(
        self,
        ledger: Ledger,
        governor: Governor,
        sender: Sender,
        clock: Clock,
        policy: RetryPolicy,
        random: Callable[[], float],
    ) -> None:
        self._ledger, self._governor, self._sender = ledger, governor, sender
        self._clock, self._policy, self._random = clock, policy, random
        self._running: set[asyncio.Task[None]] = set()
        self._in_flight: dict[int, tuple[Claim, float]] = {}
        self._room = asyncio.Semaphore(IN_FLIGHT)

    async def run(self, claims: Iterable[Claim], timeline: Timeline) -> None:
        """Deliver the claims, those of one chat in turn.

        Returns when all are done, or after BATCH_WITHIN_S; slow requests then go on
        by themselves, as they do where it is cancelled.
        """
        chats = _by_chat(claims)
        tasks = {
            asyncio.create_task(self._work(chats, timeline))
            for _ in range(min(IN_FLIGHT, len(chats)))
        }
        self._running |= tasks
        for task in tasks:
            task.add_done_callback(self._forget)
        if tasks:
            await asyncio.wait(tasks, timeout=BATCH_WITHIN_S)

    async def drain(self, within_s: float) -> None:
        """Wait for what is still on the wire, for at most this long."""
        if self._running:
            await asyncio.wait(self._running, timeout=within_s)

    async def renew(self) -> None:
        """Renew the leases of slow requests. To be called every second or two."""
        now_s = self._clock.now_s()
        slow = [
            claim
            for claim, since_s in self._in_flight.values()
            if RENEW_AFTER_S < now_s - since_s < REQUEST_WITHIN_S
        ]
        if slow:
            await self._ledger.renew(slow)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("delivery failed; leases bring the messages back", exc_info=error)

    async def _work(self, chats: deque[deque[Claim]], timeline: Timeline) -> None:
        """Take one chat after the other, until none is left or there is no more room."""
        while chats:
            waiting = chats.popleft()
            refusal = await self._chat(waiting, timeline)
            if isinstance(refusal, ChatBusy):
                await self._return_in_turn(waiting, refusal)
            elif refusal is not None:
                rest = [*waiting, *(claim for chat in chats for claim in chat)]
                chats.clear()
                await self._return(Returned(claim, refusal.wait_s) for claim in rest)

    async def _chat(self, waiting: deque[Claim], timeline: Timeline) -> ChatBusy | Full | None:
        """Send a chat's messages in turn, until one is refused; it stays in front."""
        while waiting:
            refusal = await self._deliver(waiting[0], timeline)
            if refusal is not None:
                return refusal
            waiting.popleft()
        return None

    async def _deliver(self, claim: Claim, timeline: Timeline) -> ChatBusy | Full | None:
        if not await self._find_room():
            return Full(NO_ROOM_WAIT_S)
        try:
            answer = await self._slot(claim, timeline)
            if not isinstance(answer, Slot):
                return answer
            await self._send(claim, answer, timeline)
            return None
        finally:
            self._room.release()

    async def _find_room(self) -> bool:
        """Room for one more in flight; while Telegram hangs, earlier batches may hold it all."""
        if not self._room.locked():
            return await self._room.acquire()
        try:
            async with asyncio.timeout(BATCH_WITHIN_S):
                return await self._room.acquire()
        except TimeoutError:
            return False

    async def _slot(self, claim: Claim, timeline: Timeline) -> Slot | ChatBusy | Full:
        due_s = timeline.seconds(claim.due_at)
        await self._sleep_until(due_s - MARK_LEAD_S)
        while True:
            not_before_s = max(0.0, due_s - self._clock.now_s())
            try:
                answer = await self._governor.ask(
                    claim.chat_id, claim.cost, claim.broadcast_id != POSTS, not_before_s
                )
            except GovernorUnavailable as error:
                log.warning("message %s waits: %s", claim.id, error)
                return Full(UNREACHABLE_GOVERNOR_WAIT_S)
            if not isinstance(answer, ChatBusy) or answer.wait_s > CHAT_PATIENCE_S:
                return answer
            await self._clock.sleep(answer.wait_s)

    async def _return_in_turn(self, waiting: deque[Claim], busy: ChatBusy) -> None:
        returned = [
            Returned(claim, busy.wait_s + place * busy.spacing_s)
            for place, claim in enumerate(waiting)
        ]
        waiting.clear()
        await self._return(returned)

    async def _return(self, returned: Iterable[Returned]) -> None:
        await asyncio.gather(*(self._ledger.give_back(each) for each in returned))

    async def _send(self, claim: Claim, slot: Slot, timeline: Timeline) -> None:
        slot_s = self._clock.now_s() + slot.in_s
        await self._sleep_until(slot_s - MARK_LEAD_S)
        write_before_s = self._clock.now_s() + WRITE_WITHIN_S
        sending = await self._ledger.mark_sending(claim)
        if sending is None:
            # Cancelled, edited, paused or behind another message to its chat. Where the
            # token is still ours the message goes back; where it is spent this does nothing.
            await self._ledger.give_back(Returned(claim, CHAT_PATIENCE_S))
            return
        await self._sleep_until(slot_s)
        lag_s = self._clock.now_s() - slot_s
        await self._request(sending, write_before_s, timeline)
        if slot.spacing_s and lag_s > LAG_S:
            # Written late: the chat's next message must be as far from this one as was meant.
            await self._hold_chat(claim.chat_id, slot.spacing_s, flood=False)

    async def _request(self, sending: Sending, write_before_s: float, timeline: Timeline) -> None:
        claim, started_s = sending.claim, self._clock.now_s()
        self._in_flight[claim.id] = (claim, started_s)
        try:
            outcome = await self._sender.send(sending.chat_id, sending.content, write_before_s)
            verdict = decide(outcome, sending.standing, self._policy, self._random)
            await self._hold(claim.chat_id, outcome)
            started_at = timeline.moment(started_s)
            ended_at = timeline.moment(self._clock.now_s())
            await self._record(Report(sending, outcome, verdict, started_at, ended_at))
        finally:
            self._in_flight.pop(claim.id, None)

    async def _record(self, report: Report) -> None:
        """Telegram's answer is known to nobody else: hold on to it while the ledger is away."""
        give_up_s = self._clock.now_s() + RECORD_WITHIN_S
        while True:
            try:
                return await self._ledger.record(report)
            except LedgerUnavailable as error:
                if self._clock.now_s() > give_up_s:
                    raise
                log.warning("message %s: answer kept: %s", report.sending.claim.id, error)
                await self._clock.sleep(LEDGER_RETRY_S)

    async def _hold(self, chat_id: str, outcome: Outcome) -> None:
        """Keep others from running into what this one ran into."""
        try:
            if isinstance(outcome, Flooded):
                seconds = outcome.retry_after_s
                if await self._hold_chat(chat_id, seconds, flood=True):
                    await self._ledger.hold_bot(seconds, "flooded")
                await self._ledger.hold_chat(chat_id, seconds, "flooded")
            elif isinstance(outcome, Rejected) and outcome.chat_held:
                await self._hold_chat(chat_id, RIGHTS_HOLD_S, flood=False)
                await self._ledger.hold_chat(chat_id, RIGHTS_HOLD_S, outcome.reason)
            elif isinstance(outcome, Unauthorized):
                log.error("Telegram refuses the bot's token (401): nothing is sent meanwhile")
                await self._ledger.hold_bot(UNAUTHORIZED_HOLD_S, "unauthorized")
        except LedgerUnavailable as error:
            log.warning("hold of chat %s not written: %s", chat_id, error)

    async def _hold_chat(self, chat_id: str, seconds: float, *, flood: bool) -> bool:
        try:
            return await self._governor.hold_chat(chat_id, seconds, flood)
        except GovernorUnavailable as error:
            # This message's own due_at keeps it back; one that follows may be refused once more.
            log.warning("hold of chat %s not passed on: %s", chat_id, error)
            return False

    async def _sleep_until(self, moment_s: float) -> None:
        # Again, because a sleep may end a hair early and a message must not.
        while (wait_s := moment_s - self._clock.now_s()) > 0:
            await self._clock.sleep(wait_s)


def _by_chat(claims: Iterable[Claim]) -> deque[deque[Claim]]:
    chats: dict[str, deque[Claim]] = {}
    for claim in claims:
        chats.setdefault(claim.chat_id, deque()).append(claim)
    return deque(chats.values())
