"""How long a broadcast will take, and what a paid one costs."""

from dataclasses import dataclass
from typing import Any

from core.telegram_limits import PAID_BROADCAST_MESSAGES_PER_SECOND

STARS_A_MESSAGE = 0.1  # api: "Paid Broadcasts"


@dataclass(frozen=True, slots=True)
class Plan:
    """How long it takes to send, without what it waits for its hours. `cost` is what one message
    counts as: an album is as many as its items. `rate` is the bot's limit in messages a second,
    `paid_rate` that with a paid broadcast; 0 for none.
    """

    recipients: int
    cost: int
    rate: float
    paid: bool
    paid_rate: float = PAID_BROADCAST_MESSAGES_PER_SECOND

    @property
    def messages(self) -> int:
        return self.recipients * self.cost

    @property
    def takes_s(self) -> float:
        """At the rate that it is to be sent at."""
        return self.paid_takes_s if self.paid else self._takes_s(self.rate)

    @property
    def paid_takes_s(self) -> float:
        return self._takes_s(self.paid_rate)

    @property
    def paid_stars(self) -> float:
        """At most: Telegram does not charge the free messages of each second."""
        return self.messages * STARS_A_MESSAGE

    def as_json(self) -> dict[str, Any]:
        """Durations in seconds."""
        return {
            "messages": self.messages,
            "takes_s": round(self.takes_s, 1),
            "paid": {"takes_s": round(self.paid_takes_s, 1), "stars": round(self.paid_stars, 1)},
        }

    def _takes_s(self, rate: float) -> float:
        return self.messages / rate if rate else 0.0
