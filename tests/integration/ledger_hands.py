"""What the hands of the stateful test do: each deed on the ledger, and what is noted of it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from core.attempts import SENDING_LEASE_S
from core.errors import TransitionRefused
from core.message import Claim, Content, State
from core.outcome import Flooded, Migrated, Outcome, Uncertain, Unsent
from core.partners import Report, Returned, Sending
from core.verdict import EXHAUSTED, Verdict, decide
from infra.db.claims import QUEUED_LEASE_S
from tests.integration.conftest import POLICY, soon
from tests.integration.ledger_notes import Attempt, Card, Notes
from tests.integration.ledger_world import Holder, World

WAITING = (State.SCHEDULED, State.QUEUED)
# What a person may do, in which states, and to what state it leads.
DEEDS = {
    "cancel": (WAITING, State.CANCELLED),
    "edit": (WAITING, State.SCHEDULED),
    "reschedule": (WAITING, State.SCHEDULED),
    "retry": ((State.FAILED,), State.SCHEDULED),
    "settle_sent": ((State.UNCERTAIN,), State.SENT),
    "settle_resend": ((State.UNCERTAIN,), State.SCHEDULED),
}


def text(number: int) -> Content:
    return Content("sendMessage", {"text": f"text {number}"})


class Hands:
    """People, and two processes that work on one ledger."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.begin()
        self.notes = Notes(lanes_apart=self.world.bench.database.dialect == "postgresql")
        self.cards = self.notes.cards
        self.holders: list[Holder] = []
        self.attempts: list[Attempt] = []
        self.number = 0

    def card(self, at: int) -> Card:
        return list(self.cards.values())[at % len(self.cards)]

    def take(self, at: int, many: int) -> list[Holder]:
        """Holders whose time has come; claimed on the spot where there is none."""
        due = [holder for holder in self.holders if holder[1] <= self.world.now]
        if not due:
            due = [(claim, self.world.now) for claim in self.take_claims(100, 0)]
            self.holders += due
        taken = [due[(at + step) % len(due)] for step in range(min(many, len(due)))]
        for holder in taken:
            self.holders.remove(holder)
        return taken

    def take_claims(self, capacity: int, ahead: int) -> list[Claim]:
        asked_at = self.world.now
        queued = sum(card.state is State.QUEUED for card in self.cards.values())
        claims = self.world.run(self.world.ledgers[0].claims.claim(ahead, capacity))
        assert len(claims) <= max(0, capacity - queued), "claimed more than there is room for"
        for claim in claims:
            card = self.cards[claim.id]
            self.notes.moves(card, State.QUEUED)
            card.token, card.last = claim.token, None
            due = max(self.world.in_world(claim.due_at), asked_at)
            card.leased_until = due + timedelta(seconds=QUEUED_LEASE_S)
        return claims

    async def race(self, holder: Holder, deed: str) -> None:
        card = self.cards[holder[0].id]
        done, _ = await asyncio.gather(
            self.act(card, deed, soon(40)), self.mark_all([holder], False)
        )
        marked = any(attempt.card is card for attempt in self.notes.marked)
        assert not (done and marked), "marked and changed at once"

    async def mark_all(self, holders: list[Holder], apart: bool) -> None:
        ledgers, asked_at = self.world.ledgers, self.world.now
        answers = await asyncio.gather(
            *(
                ledgers[apart and place % 2].mark_sending(claim)
                for place, (claim, _) in enumerate(holders)
            )
        )
        for (claim, _), sending in zip(holders, answers, strict=True):
            if sending is not None:
                self._marked(claim, sending, asked_at)
        for (claim, _), sending in zip(holders, answers, strict=True):
            if sending is None:
                await self.return_claim(claim, 0.3)

    def _marked(self, claim: Claim, sending: Sending, asked_at: datetime) -> None:
        card = self.cards[claim.id]
        assert card.token == claim.token, "a spent token marked a message"
        assert sending.content == card.content, "an edit was overtaken"
        self.notes.moves(card, State.SENDING)
        card.attempts += 1
        card.leased_until = asked_at + timedelta(seconds=SENDING_LEASE_S)
        card.last = Attempt(card, sending, asked_at)
        self.attempts.append(card.last)
        self.notes.marked.append(card.last)

    async def return_claim(self, claim: Claim, wait_s: float) -> None:
        card, until = self.cards[claim.id], self.world.now + timedelta(seconds=wait_s)
        await self.world.ledgers[0].give_back(Returned(claim, wait_s))
        if card.token == claim.token:
            card.not_before = max(card.not_before, until)
            self.notes.moves(card, State.SCHEDULED)

    def put_on_wire(self, attempt: Attempt, accepted: bool) -> None:
        card = attempt.card
        assert self.world.now >= card.not_before, "sent before its time"
        attempt.written, attempt.accepted = True, accepted
        card.accepted += accepted

    def tell(self, attempt: Attempt, outcome: Outcome) -> None:
        card, now = attempt.card, self.world.now
        verdict = decide(outcome, attempt.sending.standing, POLICY, lambda: 0.5)
        counts = card.last is attempt and not (
            attempt.rescued and self._is_moot(card, outcome, verdict)
        )
        self.world.run(
            self.world.ledgers[1].record(Report(attempt.sending, outcome, verdict, now, now))
        )
        self.notes.answered[card.id] = verdict.state if counts else None
        if not counts:
            return
        card.last = None
        self.notes.moves(card, verdict.state)
        card.hidden += isinstance(outcome, Uncertain) - attempt.rescued
        card.attempts -= isinstance(outcome, Flooded | Unsent)
        card.migrations += isinstance(outcome, Migrated)
        if verdict.state is State.SCHEDULED:
            card.not_before = now + timedelta(seconds=verdict.wait_s)

    def _is_moot(self, card: Card, outcome: Outcome, verdict: Verdict) -> bool:
        """What rescue has said already; or that was the last try, where another is granted."""
        granted = card.state is State.SCHEDULED and verdict.reason == EXHAUSTED
        return isinstance(outcome, Uncertain) or granted

    async def act(self, card: Card, deed: str, at: datetime) -> bool:
        """Whether the ledger allowed it."""
        desk, now = self.world.ledgers[1].desk, self.world.now
        self.number += 1
        content = text(1000 + self.number)
        extra: tuple[Any, ...] = {"edit": (content,), "reschedule": (at,)}.get(deed, ())
        try:
            await getattr(desk, deed)(card.id, *extra)
        except TransitionRefused:
            return False
        self.notes.moves(card, DEEDS[deed][1])
        card.token = None
        if deed == "edit":
            card.content = content
        if deed in ("reschedule", "retry", "settle_resend"):
            card.not_before = self.world.in_world(at) if deed == "reschedule" else now
        card.asked_again += deed == "settle_resend"
        card.settled = card.settled or deed == "settle_sent"
        if deed != "settle_resend":
            card.last = None
        return True
