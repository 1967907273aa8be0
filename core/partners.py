"""Whom delivery works with (clock, ledger, governor, sender), and what they hand each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.message import Claim, Content
from core.outcome import Outcome
from core.verdict import Standing, Verdict


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
    """The message as the mark found it: what to send where, and how it stands.

    `chat_known` is False where the ledger has nothing on the chat that an arrival could change.
    `wanted_at` is the time that a post's caller asked for; None for a broadcast's message.
    """

    claim: Claim
    chat_id: str
    content: Content
    standing: Standing
    chat_known: bool = True
    wanted_at: datetime | None = None


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
        self, chat_id: str, cost: int, broadcast: bool, not_before_s: float, paid: bool = False
    ) -> Slot | ChatBusy | Full: ...

    async def hold_chat(self, chat_id: str, seconds: float, flood: bool) -> bool:
        """Hold one chat; True where this made the bot be held as well."""


class Sender(Protocol):
    async def send(self, chat_id: str, content: Content, write_before_s: float) -> Outcome:
        """One request, never begun after `write_before_s` on the clock; never raises."""


class Observer(Protocol):
    """Hears of what happens, to measure it; must be quick, and never raises."""

    def booked(self, wait_s: float) -> None:
        """A slot was booked that is this much later than its message was due."""

    def refused(self) -> None:
        """No slot was given, so that the message goes back to the ledger."""

    def attempted(self, report: Report) -> None:
        """An attempt has ended; the ledger does not know of it yet."""


class Unobserved:
    """The observer where nobody looks."""

    def booked(self, wait_s: float) -> None:
        pass

    def refused(self) -> None:
        pass

    def attempted(self, report: Report) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the ledger's clock and ours showed at the same moment, ours at the latest."""

    utc: datetime
    now_s: float

    def seconds(self, moment: datetime) -> float:
        return self.now_s + (moment - self.utc).total_seconds()

    def moment(self, now_s: float) -> datetime:
        return self.utc + timedelta(seconds=now_s - self.now_s)
