"""A row of numbers as a line of little bars."""

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], floor: float | None = None) -> str:
    """One character a value, the lowest and the highest bar for the least and the greatest.

    `floor` takes the place of the least: 0 shows how far up all of it is. Where all are the
    same the line is flat, in the middle.
    """
    if not values:
        return ""
    low = min(values) if floor is None else min(floor, *values)
    span = max(values) - low
    if not span:
        return BARS[len(BARS) // 2 - 1] * len(values)
    return "".join(BARS[round((value - low) / span * (len(BARS) - 1))] for value in values)
