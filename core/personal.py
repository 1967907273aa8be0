"""Text that each recipient gets with their own values: "Hello {first_name|friend}"."""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final
from urllib.parse import quote

from core.entity import utf16_length

PLACEHOLDER: Final = re.compile(r"\{(\{[^{}]*\})\}|\{([a-z][a-z0-9_]{0,63})(?:\|([^{}]{0,256}))?\}")
"""`{field}`, or `{field|what stands where it is empty}`. Double braces stay, as single ones."""

NEARLY: Final = re.compile(
    r"(?<!\\)\{(?: ?[^\W\d]\w{0,63} ?(?:\|[^{}]{0,256})?\}|(?:first_|last_|user)?name\b)"
)
"""What somebody may have meant as one: `{Name}`, `{ name }`, or `{name` that has no end."""

V2_SPECIAL: Final = re.compile(r"([_*\[\]()~`>#+\-=|{}.!\\])")

Escape = Callable[[str], str]

ESCAPES: Final[Mapping[str, Escape]] = {
    "": str,
    "html": html.escape,
    "markdownv2": lambda value: V2_SPECIAL.sub(r"\\\1", value),
}

UNESCAPABLE: Final = "markdown"
"""The old Markdown has no way to write a special character within an entity.

https://core.telegram.org/bots/api#markdown-style: "Escaping inside entities is not allowed"
"""


def is_escapable(parse_mode: str | None) -> bool:
    """Whether a text in this parse mode can hold somebody's value wherever it stands."""
    return (parse_mode or "").lower() != UNESCAPABLE


def escape_of(parse_mode: str | None) -> Escape:
    """How a value has to be written so that a text in this parse mode shows it as it is."""
    return ESCAPES.get((parse_mode or "").lower().replace("none", ""), str)


def in_url(value: str) -> str:
    return quote(value, safe="")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Where one stands (code points), and what it stands for; a literal has no field."""

    start: int
    end: int
    field: str
    instead: str


def placeholders(text: str) -> list[Placeholder]:
    return [
        Placeholder(*found.span(), found[2] or "", found[1] or found[3] or "")
        for found in PLACEHOLDER.finditer(text)
    ]


def misspelt(text: str) -> str:
    """The first that looks like a placeholder and is none; "" where there is none such."""
    found = NEARLY.search(PLACEHOLDER.sub("", text))
    return found[0] if found else ""


def fields_of(text: str) -> frozenset[str]:
    return frozenset(each.field for each in placeholders(text) if each.field)


def filled(text: str, values: Mapping[str, str], escape: Escape = str) -> str:
    """The text with these values; a field that is missing or blank is as an empty one.

    What stands instead of an empty value is part of the text: it may carry formatting.
    """
    return filled_with_entities(text, [], values, escape)[0]


def filled_with_entities(
    text: str,
    entities: Iterable[Mapping[str, Any]],
    values: Mapping[str, str],
    escape: Escape = str,
) -> tuple[str, list[dict[str, Any]]]:
    """The same, and the entities (offsets in UTF-16 units) where their text is by then.

    One that begins or ends within a placeholder takes in the whole value; one that would be
    empty is left out, as Telegram does.
    """
    edits = [(each.start, each.end, _value(each, values, escape)) for each in placeholders(text)]
    pieces, shifts = [], _Shifts(text, edits)
    place = 0
    for start, end, value in edits:
        pieces += [text[place:start], value]
        place = end
    moved = [shifts.moved(each) for each in entities]
    return "".join([*pieces, text[place:]]), [each for each in moved if each["length"] > 0]


def _value(placeholder: Placeholder, values: Mapping[str, str], escape: Escape) -> str:
    value = values.get(placeholder.field, "")
    return escape(value) if value.strip() else placeholder.instead


class _Shifts:
    """Where places of the text are once it is filled; all in UTF-16 units."""

    def __init__(self, text: str, edits: Sequence[tuple[int, int, str]]) -> None:
        units = [0, *accumulate(utf16_length(character) for character in text)]
        self._begins = [units[start] for start, _, _ in edits]
        self._ends = [units[end] for _, end, _ in edits]
        self._lengths = [utf16_length(value) for _, _, value in edits]
        was = (end - begin for begin, end in zip(self._begins, self._ends, strict=True))
        grown = (new - old for new, old in zip(self._lengths, was, strict=True))
        self._shifts = [0, *accumulate(grown)]

    def moved(self, entity: Mapping[str, Any]) -> dict[str, Any]:
        begin = self._place(entity["offset"], at_end=False)
        end = self._place(entity["offset"] + entity["length"], at_end=True)
        return {**entity, "offset": begin, "length": end - begin}

    def _place(self, unit: int, *, at_end: bool) -> int:
        before = bisect_right(self._begins, unit - 1 if at_end else unit)
        if not before or unit >= self._ends[before - 1]:
            return unit + self._shifts[before]
        begin = self._begins[before - 1] + self._shifts[before - 1]
        return begin + self._lengths[before - 1] if at_end else begin
