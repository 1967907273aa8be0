"""The tester's own notes on the messages, taken from what it did and saw, and what must hold.

They use none of the ledger's reasoning, so they can contradict it. Telegram is a number in them:
how many copies it accepted, counted when the request is written.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.attempts import WRITE_WITHIN_S
from core.broadcast import BroadcastState
from core.message import ACTIVE, TRANSITIONS, Content, OnUncertain, State
from core.outcome import Flooded, Migrated, Outcome, Rejected, Retryable, Sent, Uncertain, Unsent
from core.partners import Sending


@dataclass(eq=False)
class Card:
    """The notes on one message. `not_before` is a moment of the world's own clock."""

    id: int
    key: str
    chat_id: str
    lane: int
    policy: OnUncertain
    content: Content
    not_before: datetime
    state: State = State.SCHEDULED
    token: int | None = None
    leased_until: datetime | None = None
    attempts: int = 0
    hidden: int = 0
    accepted: int = 0
    asked_again: int = 0
    migrations: int = 0
    settled: bool = False
    last: "Attempt | None" = None
    """The attempt whose answer, should it come late, is still the message's own."""


@dataclass(eq=False)
class Attempt:
    """A request between its mark and its answer, in the hands of a sender."""

    card: Card
    sending: Sending
    asked_at: datetime
    written: bool = False
    accepted: bool = False
    rescued: bool = False

    def in_time(self, now: datetime) -> bool:
        return now <= self.asked_at + timedelta(seconds=WRITE_WITHIN_S)

    def answers(self, now: datetime) -> list[Outcome]:
        """What its sender may have to tell."""
        if self.accepted:
            return [Sent((self.card.id,)), Uncertain("timeout")]
        if self.written:
            refusals: list[Outcome] = [Flooded(7), Rejected("blocked"), Migrated("-1005")]
            return [Uncertain("timeout"), *refusals, Retryable("url", tries=1)]
        return [Retryable("connect") if self.in_time(now) else Unsent("too late")]


@dataclass
class Notes:
    """All notes. `marked` and `answered` are of the step that is not yet checked.

    `lanes_apart`: two processes may have a post and a broadcast's message to one chat in flight
    (on Postgres; see docs/guarantees.md).
    """

    lanes_apart: bool
    cards: dict[int, Card] = field(default_factory=dict)
    rows: dict[int, Any] = field(default_factory=dict)
    marked: list[Attempt] = field(default_factory=list)
    answered: dict[int, State | None] = field(default_factory=dict)
    standing: dict[int, BroadcastState] = field(default_factory=dict)

    def check(self, rows: dict[int, Any], broadcasts: dict[int, Any], now: datetime) -> None:
        """Compare with the ledger's rows after a step."""
        before, self.rows = self.rows, rows
        assert rows.keys() == self.cards.keys(), "a message is lost, or made up"
        for row in rows.values():
            self._observe(self.cards[row.id], row, now)
        for message_id, state in self.answered.items():
            self._check_answer(before[message_id], rows[message_id], state)
        for attempt in self.marked:
            self._check_turn(rows[attempt.card.id])
        self.marked, self.answered = [], {}
        assert max(self._in_flight().values(), default=0) <= 1, "two in flight to one chat"
        assert broadcasts.keys() == self.standing.keys()
        for row in broadcasts.values():
            self._check_broadcast(row)

    def _check_broadcast(self, row: Any) -> None:
        """Its tallies are what its rows say; it moved only as a person or its rows made it."""
        states = Counter(State(each.state) for each in self.in_lane(row.id))
        skipped = states[State.CANCELLED] + states[State.EXPIRED]
        counted = (states[State.SENT], states[State.FAILED], states[State.UNCERTAIN], skipped)
        assert (row.sent, row.failed, row.uncertain, row.skipped) == counted, "tallied wrongly"
        assert row.total == states.total()
        before, now = self.standing[row.id], BroadcastState(row.state)
        if now is not before:
            tripped = "errors in a row" in (row.why or "")
            why = {
                (BroadcastState.RUNNING, BroadcastState.COMPLETED): True,
                (BroadcastState.COMPLETED, BroadcastState.RUNNING): bool(ACTIVE & states.keys()),
                (BroadcastState.RUNNING, BroadcastState.PAUSED): tripped,
            }
            assert why.get((before, now)), f"a broadcast went from {before} to {now}"
        if now is BroadcastState.COMPLETED:
            assert not ACTIVE & states.keys(), "completed, and not everybody is done with"
        self.standing[row.id] = now

    def in_lane(self, broadcast_id: int) -> list[Any]:
        return [row for row in self.rows.values() if row.broadcast_id == broadcast_id]

    def _in_flight(self) -> Counter[tuple[str, int]]:
        sending = [row for row in self.rows.values() if row.state == State.SENDING]
        return Counter((row.chat_id, row.broadcast_id * self.lanes_apart) for row in sending)

    def _observe(self, card: Card, row: Any, now: datetime) -> None:
        state = State(row.state)
        if state is not card.state and card.state in (State.QUEUED, State.SENDING):
            self._rescued(card, now)
        self.moves(card, state)
        assert (row.attempts, row.hidden) == (card.attempts, card.hidden)
        assert row.attempts <= row.max_attempts + bool(card.migrations)
        self._check_copies(card, row)

    def _rescued(self, card: Card, now: datetime) -> None:
        """Nobody else moved it since the last look."""
        assert card.leased_until is not None
        assert now > card.leased_until, "taken from one who was still at work"
        if card.state is State.SENDING and card.last is not None:
            # The first retry is 10 s later, counted from a moment ago.
            card.last.rescued, card.not_before = True, now + timedelta(seconds=9)
            card.hidden += 1

    def moves(self, card: Card, state: State) -> None:
        allowed = state is card.state or state in TRANSITIONS[card.state]
        assert allowed, f"{card.state} became {state}"
        card.state = state
        if state is not State.QUEUED:
            card.token = None

    def _check_answer(self, before: Any, after: Any, state: State | None) -> None:
        if state is None:
            assert after == before, "an answer moved a message that was no longer its own"
        else:
            assert after.state == state, "the answer of the one who sent it was dropped"

    def _check_copies(self, card: Card, row: Any) -> None:
        if card.policy is OnUncertain.PARK:
            assert card.accepted <= 1 + card.asked_again, "a parked message was sent twice"
        known = card.state is State.SENT and not card.settled
        current = card.state is State.SENDING and card.last is not None and card.last.accepted
        assert card.accepted - (known or current) <= row.hidden, "sent twice, no answer hidden"
        if card.state is State.SENT:
            assert card.settled or card.accepted, "called sent, and was not"
        if card.state is State.FAILED:
            assert not card.accepted, "called failed, and was sent"
            assert not row.hidden, "called failed, and an answer was hidden"
            assert row.reason
        if card.state is State.UNCERTAIN:
            assert row.hidden, "called uncertain, and every answer was seen"

    def _check_turn(self, row: Any) -> None:
        assert not any(goes_before(other, row) for other in self.rows.values()), "out of turn"
        standing = self.standing.get(row.broadcast_id, BroadcastState.RUNNING)
        assert standing is BroadcastState.RUNNING, f"sent while {standing}"


def goes_before(one: Any, other: Any) -> bool:
    """Is `one` active, to the same chat, in the same lane, and earlier in turn?"""
    return (
        State(one.state) in ACTIVE
        and (one.chat_id, one.broadcast_id) == (other.chat_id, other.broadcast_id)
        and (one.turn_at, one.id) < (other.turn_at, other.id)
    )
