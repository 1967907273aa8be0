"""How fast broadcasts get on, as far as it was looked at."""

from collections import defaultdict, deque

from core.broadcast import Broadcast, BroadcastState
from core.broadcast_plan import Plan
from core.telegram_limits import PAID_BROADCAST_MESSAGES_PER_SECOND

WINDOW_S = 60.0
"""What was longer ago tells nothing of now: another broadcast may share the rate."""


class Speeds:
    """`rate` is the bot's limit in messages a second, `paid_rate` that of paid broadcasts, 0 for
    none: what is assumed at first.
    """

    def __init__(self, rate: float, paid_rate: float = PAID_BROADCAST_MESSAGES_PER_SECOND) -> None:
        self._rate, self._paid_rate = rate, paid_rate
        self._seen = defaultdict[int, deque[tuple[float, int]]](deque)

    def left_s(self, broadcast: Broadcast, now_s: float) -> float:
        """What is left of it, in seconds; 0 where nobody can tell. `now_s` is monotonic."""
        if broadcast.state is not BroadcastState.RUNNING:
            self._seen.pop(broadcast.id, None)
            return 0.0
        pending, seen = broadcast.tally.pending, self._seen[broadcast.id]
        seen.append((now_s, broadcast.tally.total - pending))
        while now_s - seen[0][0] > WINDOW_S:
            seen.popleft()
        took_s, ended = seen[-1][0] - seen[0][0], seen[-1][1] - seen[0][1]
        if took_s > 0 and ended > 0:
            return pending * took_s / ended
        rates, cost = (self._rate, broadcast.paid, self._paid_rate), broadcast.content.cost
        return Plan(pending, cost, *rates).takes_s
