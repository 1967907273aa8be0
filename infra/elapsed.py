"""How long something took."""

import time


def ms_since(began_s: float) -> float:
    """Milliseconds from a moment of `time.monotonic()` until now."""
    return (time.monotonic() - began_s) * 1000
