"""Small pictures of a course: points of an SVG polyline, without any script."""

from collections.abc import Sequence

WIDTH, HEIGHT = 100.0, 24.0
"""Of the viewBox. The line keeps away from its edges by its own width."""

MARGIN = 1.5


def spark(values: Sequence[float], *, from_zero: bool = False) -> str:
    """The polyline's `points`: evenly from left to right, the greatest on top. "" for fewer than
    two values, which make no line.
    """
    if len(values) < 2:
        return ""
    least, most = (0.0 if from_zero else min(values)), max(values)
    step, span = WIDTH / (len(values) - 1), most - least
    return " ".join(
        f"{n * step:.1f},{_height((value - least) / span if span else 0.5):.1f}"
        for n, value in enumerate(values)
    )


def _height(share: float) -> float:
    return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)
