"""Every error that this project raises on purpose.

AnalyticBotError
├── InvalidInput              the caller's input is at fault; nothing was written
│   ├── InvalidContent        Telegram would refuse this content
│   └── KeyConflict           the idempotency key stands for another message
├── ConfigurationError        a setting is missing or bad
├── NotFound                  no such row
├── TransitionRefused         the message's state does not allow it
├── ChangedMeanwhile          it is not any more what the caller has seen
├── MessageNotDelivered       how a message ended, if not sent
│   ├── MessageRejected       Telegram refused it for good
│   ├── AttemptsExhausted     every attempt failed
│   ├── DeliveryUncertain     the answer was hidden and the message is parked
│   ├── MessageCancelled      a person cancelled it
│   └── MessageExpired        nobody wants it any more
├── DeliveryPending           not an end: the message waits, and this says until when
├── TelegramRefused           Telegram refused a question of ours, for good
├── TelegramUnavailable       Telegram did not answer a question; a later try may be answered
├── BrokerUnavailable         the broker cannot be asked; messages wait in the ledger
├── GovernorUnavailable       the rate limiter cannot be asked: nothing may be sent
├── HousekeepingFailed        steps of a round of housekeeping failed; the others were done
├── PreviewUnreadable         a channel's preview page is none that is known
├── PreviewBusy               no more previews for now, and this says for how long
└── LedgerUnavailable         the database cannot be reached, or is not migrated
"""

from typing import Any


class AnalyticBotError(Exception):
    """Root of the tree."""


class InvalidInput(AnalyticBotError, ValueError):
    """Input that cannot be accepted.

    `field` names the argument at fault, `remedy` what to do about it.
    """

    def __init__(self, field: str, problem: str, remedy: str = "") -> None:
        self.field, self.problem, self.remedy = field, problem, remedy
        super().__init__(field, problem, remedy)

    def __str__(self) -> str:
        text = f"{self.field}: {self.problem}"
        return f"{text}; {self.remedy}" if self.remedy else text


class InvalidContent(InvalidInput):
    """Content that Telegram would refuse."""


class KeyConflict(InvalidInput):
    """The idempotency key was used before, with other content."""


class ConfigurationError(AnalyticBotError):
    """A setting is missing or bad; the text names the variable and the remedy."""


class NotFound(AnalyticBotError, LookupError):
    """No such row."""


class TransitionRefused(AnalyticBotError):
    """The message's present state does not allow what was asked."""


class ChangedMeanwhile(AnalyticBotError):
    """It is not any more what the caller has seen; nothing was written."""


class MessageNotDelivered(AnalyticBotError):
    """A message ended otherwise than sent. `reason` is the short code kept in the ledger."""

    def __init__(self, message_id: int, reason: str, description: str = "") -> None:
        self.message_id, self.reason, self.description = message_id, reason, description
        super().__init__(message_id, reason, description)

    def __str__(self) -> str:
        told = f": {self.description}" if self.description else ""
        return f"message {self.message_id}: {self.reason}{told}"


class MessageRejected(MessageNotDelivered):
    """Telegram refused it for good."""


class AttemptsExhausted(MessageNotDelivered):
    """Every attempt failed, and none of them can have reached Telegram."""


class DeliveryUncertain(MessageNotDelivered):
    """An answer was hidden; the message waits for a person to settle it."""


class MessageCancelled(MessageNotDelivered):
    """A person cancelled it."""


class MessageExpired(MessageNotDelivered):
    """It was too late to be of use."""


class DeliveryPending(AnalyticBotError):
    """The message still waits: its ledger id, its state, and when it is tried next (ISO 8601)."""

    def __init__(self, message_id: int, state: str, due_at: str) -> None:
        self.message_id, self.state, self.due_at = message_id, state, due_at
        super().__init__(message_id, state, due_at)

    def __str__(self) -> str:
        return f"message {self.message_id} is {self.state}, next tried at {self.due_at}"


class TelegramRefused(AnalyticBotError):
    """Telegram refused a question. `reason` is a short code, `description` in Telegram's words."""

    def __init__(self, reason: str, description: str) -> None:
        self.reason, self.description = reason, description
        super().__init__(reason, description)

    def __str__(self) -> str:
        return f"Telegram refuses: {self.description or self.reason}"


class TelegramUnavailable(AnalyticBotError):
    """Telegram gave no answer, or asked to wait; not before `retry_after_s` from now."""

    def __init__(self, description: str, retry_after_s: float = 0.0) -> None:
        self.description, self.retry_after_s = description, retry_after_s
        super().__init__(description, retry_after_s)

    def __str__(self) -> str:
        wait = f"; asks to wait for {self.retry_after_s:g} s" if self.retry_after_s else ""
        return f"Telegram does not answer: {self.description}{wait}"


class BrokerUnavailable(AnalyticBotError):
    """The broker cannot be asked. What is in the ledger leaves when it is back."""


class GovernorUnavailable(AnalyticBotError):
    """The rate limiter cannot be asked; without it nothing may be sent."""


class PreviewUnreadable(AnalyticBotError):
    """What stands where a channel's preview should be cannot be read: its layout may have changed.

    `name` is the channel's, without its @.
    """

    def __init__(self, name: str, problem: str) -> None:
        self.name, self.problem = name, problem
        super().__init__(name, problem)

    def __str__(self) -> str:
        return f"the preview page of @{self.name}: {self.problem}"


class PreviewBusy(AnalyticBotError):
    """No preview may be asked for now; in `retry_after_s` seconds perhaps."""

    def __init__(self, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(retry_after_s)

    def __str__(self) -> str:
        return f"previews are busy, free in {self.retry_after_s:.1f} s"


class HousekeepingFailed(AnalyticBotError):
    """Steps that failed, and why; the others were done, and `done` holds their figures."""

    def __init__(self, failed: dict[str, str], done: dict[str, Any]) -> None:
        self.failed, self.done = failed, done
        super().__init__(failed, done)

    def __str__(self) -> str:
        return "; ".join(f"{step}: {why}" for step, why in self.failed.items())


class LedgerUnavailable(AnalyticBotError):
    """The database cannot be reached, or its schema is not the one this code needs."""
