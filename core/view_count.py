"""A number as Telegram's pages show it: "987", "4.85K", "1.2M".

Telegram truncates: it shows three digits or fewer of a number from 1,000 on, the rest is
unknown. So a count is the range of numbers that it can stand for.
"""

import re
from dataclasses import dataclass

SCALES = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9}
SPACE = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]"
# Telegram's pages are in English, whoever reads them: a comma parts thousands, a point
# decimals, and the digits are ASCII. Other scripts' digits come from a page that is not
# known, and are refused instead of guessed at. Nine digits of billions fit a bigint.
COUNT = re.compile(
    rf"(?P<whole>[0-9]{{1,9}}|[0-9]{{1,3}}(?P<comma>,|{SPACE})[0-9]{{3}}(?:(?P=comma)[0-9]{{3}}){{,1}})"
    rf"(?:\.(?P<decimals>[0-9]{{1,9}}))?{SPACE}?(?P<scale>[KkMmBb]?)"
)
NOT_A_DIGIT = re.compile("[^0-9]")


@dataclass(frozen=True, slots=True)
class ViewCount:
    """The true number is at least `value` and less than `value + precision`.

    `raw` is what stood on the page, without the spaces around it.
    """

    raw: str
    value: int
    precision: int


def read_view_count(text: str) -> ViewCount:
    """The count that this text shows; ValueError where it shows none.

    "987" is exact (precision 1), as is "10 518"; "4.85K" has precision 10, "12.3K" 100,
    "1.2M" 100,000. Where Telegram left out a final zero ("1.2M" for 1.20M) the range is
    wider than it need be, but never wrong.
    """
    raw = text.strip()
    found = COUNT.fullmatch(raw)
    if found is None:
        raise ValueError(f"{raw[:40]!r} is no count such as 987, 4.85K or 1.2M")
    decimals = found["decimals"] or ""
    precision, rest = divmod(SCALES[found["scale"].upper()], 10 ** len(decimals))
    if rest:
        raise ValueError(f"{raw!r} counts parts of one view")
    digits = NOT_A_DIGIT.sub("", found["whole"]) + decimals
    return ViewCount(raw, int(digits) * precision, precision)
