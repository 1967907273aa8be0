"""What came of one attempt to send."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram accepted it. An album has one id for each of its items."""

    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flooded:
    """429: Telegram took nothing and asks for a pause of `retry_after_s`."""

    retry_after_s: float
    description: str = ""


@dataclass(frozen=True, slots=True)
class Retryable:
    """Nothing was sent, and a later try may succeed.

    `tries` bounds the tries for this reason, where it is tighter than the message's own.
    """

    reason: str
    description: str = ""
    tries: int | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Telegram refused it for good.

    `chat_gone`: the chat cannot be reached and is marked so; `chat_held`: the bot lacks
    rights there, and whatever else waits for the chat is held for a while.
    """

    reason: str
    description: str = ""
    chat_gone: bool = False
    chat_held: bool = False


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group became a supergroup; nothing was sent."""

    chat_id: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The request may have reached Telegram, and its answer was never seen."""

    reason: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Unsent:
    """The sender held back before it wrote a byte: it was too late to be safe."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """401: Telegram does not know the token. The bot is at fault, not the message."""

    description: str = ""


Outcome = Sent | Flooded | Retryable | Rejected | Migrated | Uncertain | Unsent | Unauthorized
