"""What an outcome makes of its message."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.message import OnUncertain, State
from core.outcome import (
    Flooded,
    Migrated,
    Outcome,
    Rejected,
    Retryable,
    Sent,
    Unauthorized,
    Uncertain,
    Unsent,
)
from core.retry import RetryPolicy

EXHAUSTED = "exhausted"
UNAUTHORIZED_HOLD_S = 300.0
RIGHTS_HOLD_S = 60.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of a message when one of its attempts has ended.

    `attempts` includes the one that just ended; `hidden` only those before it.
    """

    attempts: int
    max_attempts: int
    hidden: int
    on_uncertain: OnUncertain


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where the message goes from here.

    `wait_s`: how long until it may be tried again, for SCHEDULED. `keeps_turn`: it
    stays in front of what came after it to the same chat, because the chat or the bot is
    held up, not this message. `refund`: the attempt does not count.
    """

    state: State
    wait_s: float = 0.0
    keeps_turn: bool = False
    refund: bool = False
    hides: bool = False
    reason: str = ""
    description: str = ""
    message_ids: tuple[int, ...] = ()


def decide(
    outcome: Outcome, standing: Standing, policy: RetryPolicy, random: Callable[[], float]
) -> Verdict:
    """The verdict on one attempt; `random` draws the jitter from [0, 1)."""
    return _RULES[type(outcome)](outcome, standing, policy, random)


def _sent(outcome: Sent, *_: Any) -> Verdict:
    return Verdict(State.SENT, message_ids=outcome.message_ids)


def _flooded(outcome: Flooded, *_: Any) -> Verdict:
    return _again(outcome.retry_after_s, "flooded", outcome.description)


def _unsent(outcome: Unsent, *_: Any) -> Verdict:
    return _again(0.0, outcome.reason, "")


def _unauthorized(outcome: Unauthorized, *_: Any) -> Verdict:
    # The bot's hold in the ledger keeps it back, and ends with the token that was refused.
    return _again(0.0, "unauthorized", outcome.description)


def _again(wait_s: float, reason: str, description: str) -> Verdict:
    return Verdict(
        State.SCHEDULED,
        wait_s,
        keeps_turn=True,
        refund=True,
        reason=reason,
        description=description,
    )


def _migrated(outcome: Migrated, standing: Standing, *_: Any) -> Verdict:
    # The attempt counts, so that a chat that migrates without end ends somewhere.
    if standing.attempts > standing.max_attempts:
        return _ended(standing, EXHAUSTED, f"migrated to {outcome.chat_id}, once too often")
    return Verdict(State.SCHEDULED, keeps_turn=True, reason="migrated")


def _rejected(outcome: Rejected, standing: Standing, *_: Any) -> Verdict:
    return _ended(standing, outcome.reason, outcome.description)


def _retryable(
    outcome: Retryable, standing: Standing, policy: RetryPolicy, random: Callable[[], float]
) -> Verdict:
    tries = standing.max_attempts
    if outcome.tries is not None:
        tries = min(tries, outcome.tries)
    if standing.attempts >= tries:
        return _ended(standing, EXHAUSTED, f"{outcome.reason}: {outcome.description}")
    wait_s = policy.delay_s(standing.attempts, random)
    return Verdict(State.SCHEDULED, wait_s, reason=outcome.reason, description=outcome.description)


def _uncertain(
    outcome: Uncertain, standing: Standing, policy: RetryPolicy, random: Callable[[], float]
) -> Verdict:
    parked = standing.on_uncertain is OnUncertain.PARK
    if parked or standing.attempts >= standing.max_attempts:
        return Verdict(
            State.UNCERTAIN, hides=True, reason=outcome.reason, description=outcome.description
        )
    return Verdict(
        State.SCHEDULED,
        policy.delay_s(standing.attempts, random),
        hides=True,
        reason=outcome.reason,
        description=outcome.description,
    )


def _ended(standing: Standing, reason: str, description: str) -> Verdict:
    """Failed; or uncertain, where an earlier answer was hidden and may have been a yes."""
    state = State.UNCERTAIN if standing.hidden else State.FAILED
    return Verdict(state, reason=reason, description=description)


_RULES: dict[type, Callable[..., Verdict]] = {
    Sent: _sent,
    Flooded: _flooded,
    Unsent: _unsent,
    Unauthorized: _unauthorized,
    Migrated: _migrated,
    Rejected: _rejected,
    Retryable: _retryable,
    Uncertain: _uncertain,
}
