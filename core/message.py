"""A message, what it carries, and the states that it goes through."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

POSTS = 0
"""The `broadcast_id` of a message that belongs to no broadcast."""

FEE = "allow_paid_broadcast"
"""The argument that allows Telegram to charge for a message."""


class State(StrEnum):
    """Where a message stands. Each comment says who moves it on."""

    SCHEDULED = "scheduled"  # dispatch claims it when it is due
    QUEUED = "queued"  # the holder of its token marks it sending; rescue takes it back
    SENDING = "sending"  # the outcome ends it; rescue calls it uncertain
    SENT = "sent"  # final
    FAILED = "failed"  # final, unless a person retries it
    UNCERTAIN = "uncertain"  # final, unless a person settles it or the late answer comes
    CANCELLED = "cancelled"  # final, unless a person sends a broadcast to whom it has missed
    EXPIRED = "expired"  # as cancelled


ACTIVE = frozenset({State.SCHEDULED, State.QUEUED, State.SENDING})
"""States in which a message still waits for its end."""

FINAL = frozenset(State) - ACTIVE

TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.SCHEDULED: frozenset(
        # sent, failed, uncertain: by the late answer of a request that rescue had given up
        {State.QUEUED, State.CANCELLED, State.EXPIRED, State.SENT, State.FAILED, State.UNCERTAIN}
    ),
    State.QUEUED: frozenset({State.SENDING, State.SCHEDULED, State.CANCELLED, State.EXPIRED}),
    State.SENDING: frozenset({State.SENT, State.FAILED, State.UNCERTAIN, State.SCHEDULED}),
    State.UNCERTAIN: frozenset({State.SENT, State.FAILED, State.SCHEDULED}),
    State.FAILED: frozenset({State.SCHEDULED}),
    State.SENT: frozenset(),
    State.CANCELLED: frozenset({State.SCHEDULED}),
    State.EXPIRED: frozenset({State.SCHEDULED}),
}


class OnUncertain(StrEnum):
    """What becomes of a send whose answer was hidden."""

    RESEND = "resend"  # like any retry; each hidden answer can cost one copy
    PARK = "park"  # left for a person; costs none


@dataclass(frozen=True, slots=True)
class Content:
    """One call of the Bot API, less the chat it goes to.

    `method` is the Bot API's name ("sendMessage"); `params` its arguments, JSON
    values all, without `chat_id`.
    """

    method: str
    params: Mapping[str, Any]

    @property
    def cost(self) -> int:
        """How many messages Telegram counts it as: an album is as many as its items."""
        items = self.params.get("media") or self.params.get("message_ids")
        return len(items) if isinstance(items, list) else 1

    @property
    def text(self) -> str:
        """What can be read in it: its text or caption, of an album the first caption that there
        is; "" for none.
        """
        items = self.params.get("media")
        parts = [self.params, *(items if isinstance(items, list) else ())]
        return next((str(t) for p in parts if (t := p.get("text") or p.get("caption"))), "")

    @property
    def paid(self) -> bool:
        """Whether Telegram takes it past its limits, for a fee: see core/paid.py."""
        return self.params.get(FEE) is True

    def canonical(self) -> str:
        """The same text for the same content, whatever the order of its keys."""
        return json.dumps([self.method, self.params], sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Request:
    """What a caller asks for: this content, to this chat, at this time.

    `chat_id` is normalised ("123", "-100123", "@name"); `due_at` is aware, None for now.
    `key` is the idempotency key: unique for a bot. From `expires_at` on it is not sent any more.
    `also` is what else must be the same where the key is used again.
    """

    chat_id: str
    content: Content
    due_at: datetime | None
    key: str
    on_uncertain: OnUncertain
    max_attempts: int
    expires_at: datetime | None = None
    also: str = ""

    @property
    def fingerprint(self) -> str:
        """Equal for requests that are the same message; the time is not part of it, unless
        `also` tells it.
        """
        text = f"{self.chat_id}\n{self.on_uncertain}\n{self.content.canonical()}"
        text += f"\n{self.also}" if self.also else ""
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one message: whoever holds its token, and nobody else.

    `broadcast_id` is POSTS for a post. `due_at` is when it may leave, never earlier. `paid` is
    whether its broadcast goes at the rate of paid ones.
    """

    id: int
    token: int
    chat_id: str
    broadcast_id: int
    due_at: datetime
    cost: int = 1
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at sending, with what Telegram said of it."""

    number: int
    started_at: datetime
    ended_at: datetime
    outcome: str
    reason: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the ledger knows it. Times are UTC.

    `wanted_at` is the time that the caller asked for, `due_at` the next time that
    it may be tried, `hidden` the number of attempts whose answer was never seen.
    """

    id: int
    bot_id: int
    key: str
    broadcast_id: int
    chat_id: str
    content: Content
    state: State
    wanted_at: datetime
    due_at: datetime
    attempts: int
    max_attempts: int
    hidden: int
    on_uncertain: OnUncertain
    reason: str = ""
    description: str = ""
    message_ids: tuple[int, ...] = ()
    sent_at: datetime | None = None
    created_at: datetime | None = None
    ended_at: datetime | None = None
    expires_at: datetime | None = None
    series_id: int | None = None
    history: tuple[Attempt, ...] = field(default=())

    @property
    def version(self) -> str:
        """Another one after each change by a person, and once it is on its way. That a worker has
        taken it, or given it back, is no change: it still waits.
        """
        state = State.SCHEDULED if self.state is State.QUEUED else self.state
        times = f"{self.wanted_at.isoformat()} {self.expires_at and self.expires_at.isoformat()}"
        text = f"{self.id} {state} {times}\n{self.content.canonical()}"
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def late_ms(self) -> float | None:
        """How long after the wanted time it was written to the wire, in ms; None until sent."""
        if self.sent_at is None:
            return None
        return round((self.sent_at - self.wanted_at).total_seconds() * 1000, 1)
