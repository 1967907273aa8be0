"""One figure of how the system fares."""

from typing import NamedTuple

LABEL_CHARACTERS = 64


class Figure(NamedTuple):
    """A value by its name and label ("" for none). docs/figures.md tells which there are.

    Not a number (NaN) stands for "nothing to measure": it is shown, and not kept.
    """

    name: str
    label: str
    value: float
