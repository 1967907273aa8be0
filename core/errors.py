"""Every error that this project raises on purpose.

AnalyticBotError
├── InvalidInput              the caller's input is at fault; nothing was written
│   ├── InvalidContent        Telegram would refuse this content
│   └── KeyConflict           the idempotency key stands for another message
├── ConfigurationError        a setting is missing or bad
├── NotFound                  no such row
├── TransitionRefused         the message's state does not allow it
├── MessageNotDelivered       how a message ended, if not sent
│   ├── MessageRejected       Telegram refused it for good
│   ├── AttemptsExhausted     every attempt failed
│   ├── DeliveryUncertain     the answer was hidden and the message is parked
│   ├── MessageCancelled      a person cancelled it
│   └── MessageExpired        nobody wants it any more
├── DeliveryPending           not an end: the message waits, and this says until when
├── GovernorUnavailable       the rate limiter cannot be asked: nothing may be sent
└── LedgerUnavailable         the database cannot be reached, or is not migrated
"""


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


class GovernorUnavailable(AnalyticBotError):
    """The rate limiter cannot be asked; without it nothing may be sent."""


class LedgerUnavailable(AnalyticBotError):
    """The database cannot be reached, or its schema is not the one this code needs."""
