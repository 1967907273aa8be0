"""How much Telegram lets through: token buckets with one second's burst.

A bucket is kept as the time at which it will be full again (GCRA): one float. Its
capacity is a second's worth and at least one message; an album larger than that
passes a full bucket, and the debt is waited for.
"""

import math
from dataclasses import dataclass, field

from core.telegram_limits import (
    BOT_MESSAGES_PER_SECOND,
    CHAT_MESSAGES_PER_SECOND,
    GROUP_MESSAGES_PER_MINUTE,
    PAID_BROADCAST_MESSAGES_PER_SECOND,
)
from sandbox.chats import Chat

BOT_RATE = float(BOT_MESSAGES_PER_SECOND)  # over all chats of a bot
CHAT_RATE = float(CHAT_MESSAGES_PER_SECOND)
GROUP_RATE = float(GROUP_MESSAGES_PER_MINUTE)  # groups, supergroups and channels
PAID_RATE = float(PAID_BROADCAST_MESSAGES_PER_SECOND)

SLACK_S = 1e-6
"""Less than any clock shows: additions of floats must not cost a caller his turn."""


@dataclass(slots=True)
class Limits:
    """The limits of all bots; a rate of 0 is no limit. Times are of a monotonic clock.

    What is paid for has a bucket of its own, where the bot's is one at all; its chat's it shares.
    """

    rate: float = BOT_RATE
    chat_rate: float = CHAT_RATE
    group_rate: float = GROUP_RATE
    paid_rate: float = PAID_RATE
    _bots: dict[tuple[int, bool], float] = field(default_factory=dict)

    def take(self, bot_id: int, chat: Chat, cost: int, now: float, *, paid: bool = False) -> int:
        """0, or the whole seconds to wait; in that case nothing was taken."""
        bot, bot_rate = (bot_id, paid), self.paid_rate if paid and self.rate else self.rate
        group_rate = 0.0 if chat.is_private else self.group_rate / 60
        bot_free_at = self._bots.get(bot, 0.0)
        wait_s = max(
            _wait_s(bot_free_at, bot_rate, cost, now),
            _wait_s(chat.free_at, self.chat_rate, cost, now),
            _wait_s(chat.group_free_at, group_rate, cost, now),
        )
        if wait_s > SLACK_S:
            return max(1, math.ceil(wait_s - SLACK_S))
        self._bots[bot] = _after(bot_free_at, bot_rate, cost, now)
        chat.free_at = _after(chat.free_at, self.chat_rate, cost, now)
        chat.group_free_at = _after(chat.group_free_at, group_rate, cost, now)
        return 0

    def forget(self) -> None:
        """Fill the bots' buckets; the chats' go with the chats."""
        self._bots.clear()


def _wait_s(full_at: float, rate: float, cost: int, now: float) -> float:
    """How long until the bucket holds what is asked, or is full."""
    if not rate:
        return 0.0
    capacity = max(1.0, rate)
    return full_at + (min(cost, capacity) - capacity) / rate - now


def _after(full_at: float, rate: float, cost: int, now: float) -> float:
    return max(full_at, now) + cost / rate if rate else 0.0
