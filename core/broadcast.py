"""A broadcast: one content for many chats, where it stands, and how far it is with them."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.audience import Audience
from core.errors import InvalidInput
from core.message import Content, OnUncertain, Request
from core.sending_hours import SendingHours

ERRORS_IN_A_ROW = 100
"""So many, and it pauses itself: by then it is the content or the bot, and not the recipients."""

MOST_ERRORS_IN_A_ROW = 32_767
"""Postgres's smallint, which holds it, ends there."""

BY_PERSON = "bot:"
"""Keys of what a person made in the bot begin so, and no others: see `key_of`."""

_KEY = re.compile(BY_PERSON + r"([0-9]{1,19}):[0-9]+")

SCHEDULED = "scheduled"
"""How a running one is shown whose time is ahead."""


class BroadcastState(StrEnum):
    """Where a broadcast stands. Each comment says who moves it on."""

    DRAFT = "draft"  # a person starts or cancels it
    RUNNING = "running"  # a person, too many errors, or the end of its last recipient
    PAUSED = "paused"  # a person resumes or cancels it
    COMPLETED = "completed"  # final, unless recipients are tried again or added
    CANCELLED = "cancelled"  # final


_S = BroadcastState
BROADCAST_TRANSITIONS: Mapping[BroadcastState, frozenset[BroadcastState]] = {
    _S.DRAFT: frozenset({_S.RUNNING, _S.CANCELLED}),
    _S.RUNNING: frozenset({_S.PAUSED, _S.COMPLETED, _S.CANCELLED}),
    _S.PAUSED: frozenset({_S.RUNNING, _S.CANCELLED}),
    _S.COMPLETED: frozenset({_S.RUNNING}),
    _S.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """Recipients of a broadcast, by what became of them.

    Always total = sent + failed + skipped + uncertain + pending. Skipped are those cancelled or
    expired; an uncertain one is final, until a person settles it.
    """

    total: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0

    @property
    def pending(self) -> int:
        return self.total - self.sent - self.failed - self.skipped - self.uncertain

    @property
    def called_off(self) -> "Tally":
        """As it is once the broadcast was cancelled: nobody is pending any more."""
        skipped = self.skipped + self.pending
        return Tally(self.total, self.sent, self.failed, skipped, self.uncertain)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a broadcast is to be. `request` is what its messages have in common: `chat_id` is
    empty, `due_at` not used (a broadcast is started), `key` the broadcast's own.

    Without `audience` its chats are given one by one. `fields` are what is to be known of each
    recipient for the placeholders, None where nothing is to be filled. `errors_in_a_row` pause it;
    0 is never. Raises InvalidInput for more than there can be.
    """

    request: Request
    name: str = ""
    audience: Audience | None = None
    fields: tuple[str, ...] | None = None
    hours: SendingHours | None = None
    errors_in_a_row: int = ERRORS_IN_A_ROW

    def __post_init__(self) -> None:
        if not 0 <= self.errors_in_a_row <= MOST_ERRORS_IN_A_ROW:
            remedy = f"give 0 (never) to {MOST_ERRORS_IN_A_ROW:,}"
            raise InvalidInput("errors_in_a_row", f"{self.errors_in_a_row} is out of range", remedy)

    @property
    def paid(self) -> bool:
        """Whether it goes at the rate of paid ones: where its content may be charged for, and
        nowhere else.
        """
        return self.request.content.paid

    @property
    def fingerprint(self) -> str:
        """Equal for drafts that are the same broadcast: name, hours and limits are no part."""
        if self.audience is None:
            return self.request.fingerprint
        whom = json.dumps(self.audience.as_json(), sort_keys=True)
        return hashlib.sha256(f"{self.request.fingerprint}\n{whom}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A broadcast as the ledger knows it. Times are UTC.

    `wanted_at` is when it is to begin, `opens_at` when it may next be sent from (later than now
    outside of its hours, save those in its recipients' zones), None before it was started. `why`
    says why it paused itself. `built` tells whether each of its recipients has a row.
    """

    id: int
    bot_id: int
    key: str
    name: str
    content: Content
    state: BroadcastState
    why: str
    audience: Audience | None
    fields: tuple[str, ...] | None
    hours: SendingHours | None
    paid: bool
    errors_in_a_row: int
    on_uncertain: OnUncertain
    max_attempts: int
    expires_at: datetime | None
    created_at: datetime
    wanted_at: datetime
    opens_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    built: bool
    tally: Tally

    @property
    def made_by(self) -> int:
        """The person who made it in the bot; 0 where somebody else did, elsewhere."""
        return maker_in(self.key)

    def shown(self, now: datetime) -> str:
        """Its state as people know it: "scheduled" while its time is ahead."""
        ahead = self.state is BroadcastState.RUNNING and self.wanted_at > now
        return SCHEDULED if ahead else self.state.value


def key_of(user_id: int, number: int) -> str:
    """Of a broadcast that this person makes in the bot: `number` is that of the draft."""
    return f"{BY_PERSON}{user_id}:{number}"


def maker_in(key: str) -> int:
    """The person whose key this is; 0 where it is nobody's."""
    found = _KEY.fullmatch(key)
    return int(found[1]) if found else 0
