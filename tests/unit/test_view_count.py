"""Counts as Telegram shows them: what they say, and what they leave open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.view_count import ViewCount, read_view_count

numbers = st.one_of(
    st.integers(0, 10**12 - 1), st.sampled_from([999, 1_000, 9_999, 10_000, 999_999, 10**6, 10**9])
)


def shown(number: int, zeros: bool) -> str:
    """Telegram's way: three digits, the rest cut off, final zeros shown or not."""
    for scale, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if number >= scale:
            decimals = max(0, 3 - len(str(number // scale)))
            text = f"{number // scale}"
            if decimals:
                text += f".{number % scale * 10**decimals // scale:0{decimals}}"
                text = text if zeros else text.rstrip("0").rstrip(".")
            return text + letter
    return str(number)


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("0", 0, 1),
        ("987", 987, 1),
        ("4.85K", 4_850, 10),
        ("12.3K", 12_300, 100),
        ("123K", 123_000, 1_000),
        ("1K", 1_000, 1_000),
        ("1.2M", 1_200_000, 100_000),
        ("1.25M", 1_250_000, 10_000),
        ("12.5m", 12_500_000, 100_000),
        ("4.85k", 4_850, 10),
        ("1.2B", 1_200_000_000, 100_000_000),
        ("4.85 K", 4_850, 10),
        ("4.85\N{NO-BREAK SPACE}K", 4_850, 10),
        ("\n 987\N{NO-BREAK SPACE}", 987, 1),
        ("10 518", 10_518, 1),
        ("204\N{NO-BREAK SPACE}518", 204_518, 1),
        ("1\N{NARROW NO-BREAK SPACE}204\N{NARROW NO-BREAK SPACE}518", 1_204_518, 1),
        ("1,204,518", 1_204_518, 1),
        ("1,204K", 1_204_000, 1_000),
        ("0.5K", 500, 100),
    ],
)
def test_a_count_is_the_range_that_it_can_stand_for(text: str, value: int, precision: int) -> None:
    assert read_view_count(text) == ViewCount(text.strip(), value, precision)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "K", ".5K", "1.K", "-5", "+5", "1e3", "1.5", "1.2345K", "1,5K", "1.234,5"),
        *("12,34", "1,234 567", "1 2", "4.85KK", "4.85X", "views", "987 views", "0x10", "1_000"),
        *("1\0", "NaN", "٩٨٧", "۹۸۷", "१२", "１２", "4٫85K", "½", "²", "1.2 тыс.", "1K\n2"),
        *("9" * 10, "9" * 5_000),
    ],
)
def test_what_is_no_count_is_refused_in_a_short_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no count such as|counts parts of one view") as told:
        read_view_count(text)
    assert len(str(told.value)) < 120


@settings(max_examples=300)
@given(number=numbers, zeros=st.booleans())
def test_the_true_number_lies_in_the_range(number: int, zeros: bool) -> None:
    count = read_view_count(shown(number, zeros))
    assert count.value <= number < count.value + count.precision
    assert number >= 1_000 or count.precision == 1
    assert count.precision * 10 <= max(number, 10) or not zeros


@settings(max_examples=200)
@given(number=numbers)
def test_with_its_zeros_a_count_is_known_to_three_digits(number: int) -> None:
    count = read_view_count(shown(number, zeros=True))
    assert shown(count.value, zeros=True) == count.raw
    assert count.precision == max(1, 10 ** (len(str(number)) - 3)) or number < 1_000


@settings(max_examples=200)
@given(one=numbers, other=numbers, zeros=st.booleans())
def test_more_views_never_read_as_fewer(one: int, other: int, zeros: bool) -> None:
    fewer, more = sorted([one, other])
    read = [read_view_count(shown(number, zeros)).value for number in (fewer, more)]
    assert read == sorted(read)


@settings(max_examples=200)
@given(text=st.text(alphabet="0123456789.,KkMm \N{NO-BREAK SPACE}-٣x", max_size=12))
def test_whatever_stands_there_is_a_count_that_fits_a_bigint_or_a_value_error(text: str) -> None:
    try:
        count = read_view_count(text)
    except ValueError:
        return
    assert 0 <= count.value <= count.value + count.precision < 2**63
    assert count.precision in {10**power for power in range(10)}
