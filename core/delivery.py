"""The story of a batch: claimed messages, one by one, past the governor to Telegram and back."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from contextvars import copy_context

from core.attempts import CHAT_PATIENCE_S, MARK_LEAD_S, Attempts, sleep_until
from core.delivering import delivering
from core.errors import GovernorUnavailable
from core.message import POSTS, Claim
from core.partners import (
    ChatBusy,
    Clock,
    Full,
    Governor,
    Ledger,
    Observer,
    Returned,
    Sender,
    Slot,
    Timeline,
    Unobserved,
)
from core.retry import RetryPolicy

log = logging.getLogger(__name__)

# A batch gives its worker back after this long; slower requests go on behind its back.
BATCH_WITHIN_S = 2.0
UNREACHABLE_GOVERNOR_WAIT_S = 1.0
NO_ROOM_WAIT_S = 1.0
IN_FLIGHT = 64


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
        observer: Observer | None = None,
    ) -> None:
        self._ledger, self._governor, self._clock = ledger, governor, clock
        self._observer = observer or Unobserved()
        self._attempts = Attempts(ledger, governor, sender, clock, policy, random, self._observer)
        self._running: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(IN_FLIGHT)

    async def run(self, claims: Iterable[Claim], timeline: Timeline) -> None:
        """Deliver the claims, those of one chat in turn.

        Returns when all are done, or after BATCH_WITHIN_S; slow requests then go on
        by themselves, as they do where it is cancelled.
        """
        chats = _by_chat(claims)
        tasks = {self._begin(chats, timeline) for _ in range(min(IN_FLIGHT, len(chats)))}
        if tasks:
            await asyncio.wait(tasks, timeout=BATCH_WITHIN_S)

    async def drain(self, within_s: float) -> None:
        """Wait for what is still on the wire, for at most this long."""
        if self._running:
            await asyncio.wait(self._running, timeout=within_s)

    async def renew(self) -> None:
        """Renew the leases of slow requests. To be called every second or two."""
        await self._attempts.renew()

    def _begin(self, chats: deque[deque[Claim]], timeline: Timeline) -> asyncio.Task[None]:
        context = copy_context()
        task = asyncio.create_task(self._work(chats, timeline), context=context)
        self._running.add(task)
        # In its own context: an error is told with the message that it struck.
        task.add_done_callback(self._forget, context=context)
        return task

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
            delivering.set(waiting[0])
            refusal = await self._deliver(waiting[0], timeline)
            if refusal is not None:
                delivering.set(None)  # what goes back now is more than this one
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
            await self._attempts.send(claim, answer, timeline)
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
        await sleep_until(self._clock, due_s - MARK_LEAD_S)
        while True:
            not_before_s = max(0.0, due_s - self._clock.now_s())
            try:
                answer = await self._governor.ask(
                    claim.chat_id, claim.cost, claim.broadcast_id != POSTS, not_before_s, claim.paid
                )
            except GovernorUnavailable as error:
                log.warning("message %s waits: %s", claim.id, error)
                return Full(UNREACHABLE_GOVERNOR_WAIT_S)
            if isinstance(answer, Slot):
                self._observer.booked(max(0.0, answer.in_s - not_before_s))
                return answer
            if isinstance(answer, Full) or answer.wait_s > CHAT_PATIENCE_S:
                self._observer.refused()
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


def _by_chat(claims: Iterable[Claim]) -> deque[deque[Claim]]:
    chats: dict[str, deque[Claim]] = {}
    for claim in claims:
        chats.setdefault(claim.chat_id, deque()).append(claim)
    return deque(chats.values())
