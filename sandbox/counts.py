"""What the server counts: requests, messages, refusals, and how many are here at once."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sandbox.signals import Signal


@dataclass(slots=True)
class Counts:
    """What the server did. `over_limit` are the 429s that no fault was the cause of."""

    requests: int = 0
    accepted: int = 0
    over_limit: int = 0
    cuts: int = 0
    in_flight: int = 0
    max_in_flight: int = 0
    rejected: Counter[int] = field(default_factory=Counter)
    changed: Signal = field(default_factory=Signal)

    def enter(self) -> None:
        self.requests += 1
        self.in_flight += 1
        if self.in_flight > self.max_in_flight:
            self.max_in_flight = self.in_flight
        self.changed.notify()

    def leave(self) -> None:
        self.in_flight -= 1
        self.changed.notify()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While a request only waits for something to happen, nobody need wait for it."""
        self.leave()
        try:
            yield
        finally:
            self.in_flight += 1

    def facts(self) -> dict[str, Any]:
        return {
            "requests": self.requests,
            "accepted": self.accepted,
            "rejected": {str(code): count for code, count in sorted(self.rejected.items())},
            "floods": self.rejected[429],
            "over_limit": self.over_limit,
            "cuts": self.cuts,
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "cpu_s": time.process_time(),
        }

    def clear(self) -> None:
        """Begin at nothing, but for the requests that are here now."""
        self.requests = self.accepted = self.over_limit = self.cuts = 0
        self.max_in_flight = self.in_flight
        self.rejected.clear()
