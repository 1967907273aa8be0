"""The ledger under any order of events: what it promises must hold after each of them.

Two processes share the ledger. Holders of claims crash, stall and are doubled by the broker;
answers come, come late or never; people cancel, edit and settle, start, pause and resume
broadcasts; time passes.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.attempts import SENDING_LEASE_S
from core.broadcast import BroadcastState
from core.errors import KeyConflict
from core.message import ACTIVE, FINAL, POSTS, OnUncertain, State
from core.outcome import Sent
from infra.db.outcomes import Ended
from tests.integration.conftest import request, soon
from tests.integration.ledger_directions import DIRECTIONS, RETRIED, TRIED_AGAIN, Directions
from tests.integration.ledger_hands import DEEDS, text
from tests.integration.ledger_notes import Card
from tests.integration.ledger_world import World, make_world

pick, yes, several = st.integers(0, 11), st.booleans(), st.integers(1, 4)
policy = st.sampled_from(list(OnUncertain))
wait = st.sampled_from([None, None, -5, 2, 30])
message = {"chat": st.sampled_from("12"), "policy": policy, "tries": st.integers(1, 3)}
# How often, what, and how. One choice of them all: as rules of their own, Hypothesis would
# leave most of them out of most lives.
STEPS: list[tuple[int, str, dict[str, Any]]] = [
    (1, "schedule", message | {"wait": wait, "waits": yes}),
    (1, "schedule_again", {"at": pick, "same": yes}),
    (2, "broadcast", {"key": st.sampled_from("ab"), "both": yes, "policy": policy, "wait": wait}),
    (1, "draft", {"key": st.sampled_from("cd"), "both": yes}),
    (3, "direct", {"at": pick, "deed": st.sampled_from(sorted(DIRECTIONS)), "wait": wait}),
    (2, "try_again", {"at": pick, "states": st.sampled_from(TRIED_AGAIN)}),
    (4, "a_person_acts", {"at": pick, "deed": st.sampled_from(sorted(DEEDS)), "wait": wait}),
    (1, "tasks_are_told", {}),
    (3, "claim", {"capacity": several, "ahead": st.sampled_from([0, 3]), "copies": pick}),
    (4, "mark", {"at": pick, "many": several, "apart": yes}),
    (2, "mark_while_a_person_acts", {"at": pick, "deed": st.sampled_from(sorted(DEEDS)[:3])}),
    (1, "give_back", {"at": pick, "wait": st.sampled_from([0, 5])}),
    (7, "send", {"at": pick, "accepted": yes, "answer": st.none() | pick}),
    (4, "answer", {"at": pick, "which": pick, "twice": yes}),
    (1, "renew", {"at": pick}),
    (2, "crash", {"at": pick}),
    (4, "time_passes", {"seconds": st.sampled_from([1, 4, 9, 16, 30]), "sweeps": yes}),
    (2, "everybody_stalls", {"seconds": st.sampled_from([9, 16])}),
]
steps = st.one_of(
    [
        st.tuples(st.just(name), st.fixed_dictionaries(how))
        for often, name, how in STEPS
        for _ in range(often)
    ]
)


class Machine(Directions, RuleBasedStateMachine):
    """One life of a ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.lanes: dict[int, datetime] = {}
        self.tasks: set[str] = set()

    @initialize(messages=st.lists(st.fixed_dictionaries(message), min_size=2, max_size=5))
    def a_morning(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            self.schedule(**message, wait=None, waits=True)

    @rule(step=steps)
    def goes_on(self, step: tuple[str, dict[str, Any]]) -> None:
        name, how = step
        getattr(self, name)(**how)

    # What people do

    def schedule(
        self, chat: str, policy: OnUncertain, wait: int | None, tries: int, waits: bool
    ) -> None:
        self.number += 1
        key, content = f"key {self.number}", text(self.number)
        at, not_before = self.world.due(wait)
        wish = request(
            key, chat, content=content, due_at=at, on_uncertain=policy, max_attempts=tries
        )
        task = f"task {self.number}" if waits else None
        done = self.world.run(self.world.ledgers[0].intake.schedule(wish, task))
        assert done.created
        self.tasks |= {task} if task else set()
        card = Card(done.message.id, key, chat, POSTS, policy, content, not_before)
        self.cards[card.id] = card

    def schedule_again(self, at: int, same: bool) -> None:
        posts = [card for card in self.cards.values() if card.lane == POSTS]
        card = posts[at % len(posts)]
        first = text(int(card.key.split()[1])) if same else text(0)
        wish = request(card.key, card.chat_id, content=first, on_uncertain=card.policy)
        schedule = self.world.ledgers[1].intake.schedule
        if not same:
            with pytest.raises(KeyConflict):
                self.world.run(schedule(wish))
            return
        found = self.world.run(schedule(wish))
        assert (found.message.id, found.created) == (card.id, False)

    def broadcast(self, key: str, both: bool, policy: OnUncertain, wait: int | None) -> None:
        at, not_before = self.world.due(wait)
        wish = request(key, "", content=text(0), due_at=at, on_uncertain=policy, max_attempts=2)
        schedule = self.world.ledgers[0].intake.schedule_broadcast
        try:
            done = self.world.run(schedule(wish, ["1", "2"] if both else ["2"], 3))
        except KeyConflict:
            return
        # Called again, it keeps the time that it was first given.
        when = self.lanes.setdefault(done.broadcast_id, not_before)
        self.notes.standing.setdefault(done.broadcast_id, BroadcastState.RUNNING)
        assert self.note_rows(done.broadcast_id, key, policy, when) == done.created

    def draft(self, key: str, both: bool) -> None:
        wish = request(key, "", content=text(0), on_uncertain=OnUncertain.PARK, max_attempts=1)
        made = self.world.run(self.make_draft(wish, ["3", "2"] if both else ["3"]))
        self.notes.standing.setdefault(made, BroadcastState.DRAFT)
        self.note_rows(made, key, OnUncertain.PARK, self.world.now)

    def note_rows(self, lane: int, key: str, policy: OnUncertain, when: datetime) -> int:
        """Take notes of a broadcast's rows that are new; how many."""
        fresh = [row for row in self.world.rows().values() if row.id not in self.cards]
        for row in fresh:
            self.cards[row.id] = Card(row.id, key, row.chat_id, lane, policy, text(0), when)
        return len(fresh)

    def direct(self, at: int, deed: str, wait: int | None) -> None:
        """A person directs a broadcast, some of its messages being claimed already."""
        if not self.notes.standing:
            return
        if at % 2:
            self.claim(8, 0, 11)
        broadcast_id = sorted(self.notes.standing)[at % len(self.notes.standing)]
        self.every_promise_holds()
        allowed = self.notes.standing[broadcast_id] in DIRECTIONS[deed][0]
        when = self.world.due(wait)
        assert self.world.run(self.order(broadcast_id, deed, *when)) is allowed

    def try_again(self, at: int, states: Sequence[State]) -> None:
        if self.notes.standing:
            broadcast_id = sorted(self.notes.standing)[at % len(self.notes.standing)]
            self.every_promise_holds()
            allowed = self.notes.standing[broadcast_id] in RETRIED
            assert self.world.run(self.retry_all(broadcast_id, states)) is allowed

    def a_person_acts(self, at: int, deed: str, wait: int | None) -> None:
        card = self.card(at)
        over = self.notes.standing.get(card.lane) is BroadcastState.CANCELLED
        again = DEEDS[deed][1] is State.SCHEDULED and card.state in FINAL
        allowed = card.state in DEEDS[deed][0] and not (over and again)
        assert self.world.run(self.act(card, deed, soon(wait or 0))) is allowed
        self._ended()

    def tasks_are_told(self) -> None:
        ended = self._ended()
        if ended:
            outcomes = self.world.ledgers[0].outcomes
            self.world.run(outcomes.told([(each.message.id, each.task_id) for each in ended]))
        self.tasks -= {each.task_id for each in ended}

    def _ended(self) -> list[Ended]:
        """What tasks are to be told."""
        ended = self.world.run(self.world.ledgers[0].outcomes.ended())
        assert all(each.message.state in FINAL for each in ended), "a task was told too early"
        return ended

    # What workers do

    def claim(self, capacity: int, ahead: int, copies: int) -> None:
        """Claim and publish; the broker loses one claim or doubles some."""
        claims = self.take_claims(capacity, ahead)
        carried = claims[1:] if copies < 2 else claims * 2 if copies < 5 else claims
        for claim in carried:
            self.holders.append((claim, self.world.in_world(claim.due_at)))

    def mark(self, at: int, many: int, apart: bool) -> None:
        """Several holders ask at once: in one process, or each second one in another."""
        if holders := self.take(at, many):
            self.world.run(self.mark_all(holders, apart))

    def mark_while_a_person_acts(self, at: int, deed: str) -> None:
        for holder in self.take(at, 1):
            self.world.run(self.race(holder, deed))

    def give_back(self, at: int, wait: float) -> None:
        for claim, _ in self.take(at, 1):
            if self.cards[claim.id].token != claim.token:
                self.notes.answered[claim.id] = None
            self.world.run(self.return_claim(claim, wait))

    def send(self, at: int, accepted: bool, answer: int | None) -> None:
        """Write a request, if there is still time; its answer comes at once, or not yet."""
        if not self.attempts:
            self.mark(at, 4, False)
            self.every_promise_holds()
        if self.attempts:
            attempt = self.attempts[at % len(self.attempts)]
            if not attempt.written and attempt.in_time(self.world.now):
                self.put_on_wire(attempt, accepted)
            if answer is not None:
                self.answer(at, answer, False)

    def answer(self, at: int, which: int, twice: bool) -> None:
        """Told twice where the ledger was cut off after its commit."""
        if not self.attempts:
            return
        attempt = self.attempts.pop(at % len(self.attempts))
        answers = attempt.answers(self.world.now)
        self.tell(attempt, answers[which % len(answers)])
        if twice:
            self.every_promise_holds()
            self.tell(attempt, answers[which % len(answers)])

    def renew(self, at: int) -> None:
        for attempt in self.attempts[at % 3 :][:1]:
            card, until = attempt.card, self.world.now + timedelta(seconds=SENDING_LEASE_S)
            self.world.run(self.world.ledgers[0].renew([attempt.sending.claim]))
            if card.last is attempt and card.state is State.SENDING:
                card.leased_until = until

    # What fate does

    def crash(self, at: int) -> None:
        work: Sequence[list[Any]] = [each for each in (self.holders, self.attempts) if each]
        for hit in work[at % 2 :][:1]:
            hit.pop(at % len(hit))

    def time_passes(self, seconds: int, sweeps: bool) -> None:
        self.world.pass_s(seconds)
        if sweeps:
            self.world.sweep()

    def everybody_stalls(self, seconds: int) -> None:
        """Until what they hold is taken from them, and claimed by others."""
        self.time_passes(seconds, True)
        self.every_promise_holds()
        self.time_passes(30, True)
        self.every_promise_holds()
        self.claim(100, 0, 11)

    # What must hold

    @invariant()
    def every_promise_holds(self) -> None:
        self.notes.check(self.world.rows(), self.world.broadcasts(), self.world.now)

    def teardown(self) -> None:
        """Nobody crashes any more: each message comes to its end, and whoever waits hears it."""
        if sys.exc_info()[0] is not None:
            return
        self.holders, self.attempts = [], []
        for _ in range(len(self.cards) + 3):
            self._let_all_run()
            self.world.pass_s(60)
            self.world.sweep()
            self.every_promise_holds()
            if not self._finish_what_is_due():
                break
        self.world.sweep()
        self.every_promise_holds()
        ended = {BroadcastState.COMPLETED, BroadcastState.CANCELLED}
        assert set(self.notes.standing.values()) <= ended, "a broadcast never ended"
        assert not [card for card in self.cards.values() if card.state in ACTIVE], "never ended"
        self.tasks_are_told()
        assert not self.tasks, "a task waits in vain"

    def _let_all_run(self) -> None:
        deeds = {BroadcastState.DRAFT: "start", BroadcastState.PAUSED: "resume"}
        for broadcast_id, standing in self.notes.standing.items():
            if standing in deeds:
                self.world.run(self.order(broadcast_id, deeds[standing], None, self.world.now))

    def _finish_what_is_due(self) -> bool:
        for claim in self.take_claims(100, 0):
            self.world.run(self.mark_all([(claim, self.world.now)], False))
            for attempt in self.attempts:
                self.put_on_wire(attempt, True)
                self.tell(attempt, Sent((attempt.card.id,)))
            self.attempts = []
            self.every_promise_holds()
        return any(card.state in ACTIVE for card in self.cards.values())


@pytest.fixture
def world(ledger_url: str) -> Iterator[World]:
    made = make_world(ledger_url)
    yield made
    made.run(made.bench.database.close())
    made.runner.close()


def live(world: World, lives: int) -> None:
    run_state_machine_as_test(
        type("Life", (Machine,), {"world": world}),
        settings=settings(
            max_examples=lives,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_no_message_is_lost_doubled_or_out_of_turn(world: World) -> None:
    live(world, 7)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nor_in_many_more_lives(world: World) -> None:
    live(world, 150)
