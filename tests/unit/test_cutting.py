"""Long texts in little room: never cut within what is seen as one character."""

import pytest

from apps.bot.cutting import cut, one_line
from core.entity import utf16_length


@pytest.mark.parametrize(
    ("text", "units", "left"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("two words", 5, "two…"),
        ("ab\U0001f600cd", 4, "ab…"),  # an emoji takes two units
        ("ab\U0001f469\u200d\U0001f680cd", 6, "ab…"),  # joined
        ("ab\U0001f44d\U0001f3fdcd", 6, "ab…"),  # with a skin tone
        ("abé́cd", 4, "ab…"),  # marks above
        (
            "\U0001f1fa\U0001f1ff\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7",
            7,
            "\U0001f1fa\U0001f1ff…",
        ),  # flags are pairs
        ("שלום עולם", 5, "שלום…"),
        ("\U0001f469\u200d\U0001f469\u200d\U0001f467", 3, "…"),
    ],
)
def test_a_text_is_cut_between_characters(text: str, units: int, left: str) -> None:
    assert cut(text, units) == left
    assert utf16_length(left) <= units


def test_lines_become_one() -> None:
    assert one_line(" a\n\n  b\tc ", 10) == "a b c"
