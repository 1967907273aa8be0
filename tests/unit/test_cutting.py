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
        ("ab😀cd", 4, "ab…"),  # an emoji takes two units
        ("ab👩‍🚀cd", 6, "ab…"),  # joined
        ("ab👍🏽cd", 6, "ab…"),  # with a skin tone
        ("abé́cd", 4, "ab…"),  # marks above
        ("🇺🇿🇩🇪🇫🇷", 7, "🇺🇿…"),  # flags are pairs
        ("שלום עולם", 5, "שלום…"),
        ("👩‍👩‍👧", 3, "…"),
    ],
)
def test_a_text_is_cut_between_characters(text: str, units: int, left: str) -> None:
    assert cut(text, units) == left
    assert utf16_length(left) <= units


def test_lines_become_one() -> None:
    assert one_line(" a\n\n  b\tc ", 10) == "a b c"
