"""How long ago something went well that has to go well again and again."""

import time
from collections.abc import Callable


class Pulse:
    """`what` is told of it where that is longer ago than `within_s`; the start counts as well."""

    def __init__(
        self, what: str, within_s: float, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._what, self._within_s, self._now_s = what, within_s, now_s
        self._at_s, self._word = now_s(), "started"

    def beat(self) -> None:
        """It went well just now."""
        self._at_s, self._word = self._now_s(), self._what

    def reason(self) -> str:
        """Why this is not well; "" where it is."""
        age_s = self._now_s() - self._at_s
        if age_s <= self._within_s:
            return ""
        return f"{self._word} {age_s:.0f} s ago and not since: {self._within_s:.0f} s are allowed"
