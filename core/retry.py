"""When to try again: one rule for the ledger and for every task."""

from collections.abc import Callable
from dataclasses import dataclass

# Doublings after which any delay is past its bound; floats overflow at a thousand.
BOUNDED_GROWTH = 64


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """base delay x backoff^n, give or take a fifth, never sooner than asked for.

    `max_retries` counts the tries after the first. With base 10 s and backoff 2 the
    waits are 10, 20, 40, 80, 160 s, each +- 20 % where `jitter` is on.
    """

    base_delay_s: float
    backoff: float
    max_retries: int
    jitter: bool = True
    max_delay_s: float = 3600.0

    JITTER = 0.2

    @property
    def max_attempts(self) -> int:
        return self.max_retries + 1

    def delay_s(
        self, failures: int, random: Callable[[], float], retry_after_s: float = 0.0
    ) -> float:
        """How long to wait after the given number of failures (1 for the first).

        `random` draws from [0, 1). The bound `max_delay_s` holds before the jitter;
        `retry_after_s`, Telegram's own word, holds after it.
        """
        grown_s = self.base_delay_s * self.backoff ** min(failures - 1, BOUNDED_GROWTH)
        delay_s = min(grown_s, self.max_delay_s)
        if self.jitter:
            delay_s *= 1 + self.JITTER * (2 * random() - 1)
        return max(delay_s, retry_after_s)


def policy_of_options(
    *, default_delay_s: float, max_retries: int, retry_backoff: float | bool, retry_jitter: bool
) -> RetryPolicy:
    """The policy that a task's options name: `retry_backoff=2` doubles, False stands still.

    True stands for 2, the factor that Celery doubles by.
    """
    backoff = 2.0 if retry_backoff is True else float(retry_backoff or 1)
    return RetryPolicy(default_delay_s, backoff, max_retries, retry_jitter)
