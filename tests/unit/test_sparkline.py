"""Numbers as a line of bars."""

import pytest

from apps.cli.sparkline import sparkline


@pytest.mark.parametrize(
    ("values", "floor", "line"),
    [
        ([], None, ""),
        ([1, 2, 3, 4, 5, 6, 7, 8], None, "▁▂▃▄▅▆▇█"),
        ([8, 1], None, "█▁"),
        ([90, 100], None, "▁█"),
        ([90, 100], 0, "▇█"),
        ([5, 5, 5], None, "▄▄▄"),
        ([5, 5], 0, "██"),
        ([0, 0], 0, "▄▄"),
        ([-3, 3], 0, "▁█"),
    ],
)
def test_a_line_has_a_bar_for_each_value(
    values: list[float], floor: float | None, line: str
) -> None:
    assert sparkline(values, floor) == line
