"""One attempt: marked in the ledger, sent in its slot, its outcome recorded."""

import logging
from collections.abc import Callable

from core.errors import GovernorUnavailable, LedgerUnavailable
from core.message import Claim, State
from core.outcome import Flooded, Outcome, Rejected, Unauthorized
from core.partners import (
    Clock,
    Governor,
    Ledger,
    Observer,
    Report,
    Returned,
    Sender,
    Sending,
    Slot,
    Timeline,
)
from core.retry import RetryPolicy
from core.verdict import RIGHTS_HOLD_S, UNAUTHORIZED_HOLD_S, Verdict, decide

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
# A chat that is free again this soon is waited for; a longer wait goes through the ledger.
CHAT_PATIENCE_S = 0.3
LAG_S = 0.01
RECORD_WITHIN_S = 120.0
LEDGER_RETRY_S = 0.5


class Attempts:
    """Makes attempts, and knows those whose request is on the wire."""

    def __init__(
        self,
        ledger: Ledger,
        governor: Governor,
        sender: Sender,
        clock: Clock,
        policy: RetryPolicy,
        random: Callable[[], float],
        observer: Observer,
    ) -> None:
        self._ledger, self._governor, self._sender = ledger, governor, sender
        self._clock, self._policy, self._random = clock, policy, random
        self._observer = observer
        self._in_flight: dict[int, tuple[Claim, float]] = {}

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

    async def send(self, claim: Claim, slot: Slot, timeline: Timeline) -> None:
        """Send the message in its slot, and record how that ended."""
        slot_s = self._clock.now_s() + slot.in_s
        await sleep_until(self._clock, slot_s - MARK_LEAD_S)
        write_before_s = self._clock.now_s() + WRITE_WITHIN_S
        sending = await self._ledger.mark_sending(claim)
        if sending is None:
            # Cancelled, edited, paused or behind another message to its chat. Where the
            # token is still ours the message goes back; where it is spent this does nothing.
            await self._ledger.give_back(Returned(claim, CHAT_PATIENCE_S))
            return
        await sleep_until(self._clock, slot_s)
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
            started_at, ended_at = map(timeline.moment, (started_s, self._clock.now_s()))
            verdict = decide(outcome, sending.standing, self._policy, self._random)
            if verdict.state is not State.SENT:
                _tell(sending, verdict)
            report = Report(sending, outcome, verdict, started_at, ended_at)
            self._observer.attempted(report)
            await self._hold(claim.chat_id, outcome)
            await self._record(report)
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


def _tell(sending: Sending, verdict: Verdict) -> None:
    """Of what went well there is no line: there would be thousands a second."""
    number, about = sending.standing.attempts, f"{verdict.reason}: {verdict.description}"
    again = f", again in {verdict.wait_s:.0f} s" if verdict.state is State.SCHEDULED else ""
    said = (sending.claim.id, number, verdict.state, again, about.rstrip(": "))
    log.info("message %s: attempt %d, now %s%s (%s)", *said)


async def sleep_until(clock: Clock, moment_s: float) -> None:
    # Again, because a sleep may end a hair early and a message must not.
    while (wait_s := moment_s - clock.now_s()) > 0:
        await clock.sleep(wait_s)
