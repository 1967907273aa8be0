"""What people do with whole broadcasts in the stateful test, and what is noted of it."""

from collections.abc import Sequence
from datetime import datetime

from core.broadcast import BroadcastState, Draft
from core.errors import TransitionRefused
from core.message import Request, State
from tests.integration.ledger_hands import Hands

DIRECTIONS = {
    "start": ((BroadcastState.DRAFT,), BroadcastState.RUNNING),
    "pause": ((BroadcastState.RUNNING,), BroadcastState.PAUSED),
    "resume": ((BroadcastState.PAUSED,), BroadcastState.RUNNING),
    "cancel": (
        (BroadcastState.DRAFT, BroadcastState.RUNNING, BroadcastState.PAUSED),
        BroadcastState.CANCELLED,
    ),
}
"""What a person may do, in which states, and to what state it leads."""

RETRIED = (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.COMPLETED)
TRIED_AGAIN = (
    (State.FAILED,),
    (State.FAILED, State.EXPIRED, State.CANCELLED),
    (State.UNCERTAIN, State.FAILED),
)


class Directions(Hands):
    """Hands that have a say over broadcasts."""

    async def make_draft(self, wish: Request, chats: Sequence[str]) -> int:
        ledger = self.world.ledgers[0]
        made = await ledger.broadcasts.create(Draft(wish, errors_in_a_row=2))
        async for _ in ledger.broadcast_build.chats(made.broadcast_id, chats):
            pass
        return made.broadcast_id

    async def order(
        self, broadcast_id: int, deed: str, at: datetime | None, not_before: datetime
    ) -> bool:
        """Whether the ledger allowed it."""
        act = getattr(self.world.ledgers[1].broadcasts, deed)
        try:
            await (act(broadcast_id, at) if deed == "start" else act(broadcast_id))
        except TransitionRefused:
            return False
        self.notes.standing[broadcast_id] = DIRECTIONS[deed][1]
        if deed == "start":
            for card in self.cards.values():
                if card.lane == broadcast_id:
                    card.not_before = max(card.not_before, not_before)
        return True

    async def retry_all(self, broadcast_id: int, states: Sequence[State]) -> bool:
        """Whether the ledger allowed it."""
        slices = self.world.ledgers[1].broadcast_retry.slices(broadcast_id, states)
        try:
            moved = sum([count async for count in slices])
        except TransitionRefused:
            return False
        again = [
            card
            for card in self.cards.values()
            if card.lane == broadcast_id and card.state in states
        ]
        assert len(again) == moved
        for card in again:
            card.asked_again += card.state is State.UNCERTAIN
            card.last = card.last if card.state is State.UNCERTAIN else None
            card.not_before = self.world.now
            self.notes.moves(card, State.SCHEDULED)
        return True
