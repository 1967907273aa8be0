"""What formatting becomes once it is parsed: plain text, and entities that point into it."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.telegram_limits import TEXT_CHARACTERS

PRIORITIES: Mapping[str, int] = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 10,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "date_time": 50,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
"""In which order Telegram lists entities of the same place: the lower holds the higher."""

SPACES = " \t\r\n\0\v"
"""What Telegram's parsers take for a space."""


class EntityError(ValueError):
    """The text cannot be parsed. `description` is Telegram's, less its "Bad Request: ".

    `index` is the place in the text, where there is one: Telegram counts bytes, or tells none.
    """

    def __init__(self, problem: str, index: int | None = None) -> None:
        self.problem, self.index = problem, index
        self.description = f"can't parse entities: {problem}"
        super().__init__(self.description)


@dataclass(frozen=True, slots=True)
class Entity:
    """A MessageEntity of the Bot API. `offset` and `length` are in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None  # of text_link
    user_id: int | None = None  # of text_mention
    language: str | None = None  # of pre
    custom_emoji_id: str | None = None  # of custom_emoji
    unix_time: int | None = None  # of date_time
    date_time_format: str | None = None  # of date_time

    @property
    def end(self) -> int:
        return self.offset + self.length

    def as_json(self) -> dict[str, Any]:
        """As the Bot API writes it. Of a mentioned user it knows only the id."""
        told: dict[str, Any] = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name != "user_id" and getattr(self, name) is not None
        }
        if self.user_id is not None:
            told["user"] = {"id": self.user_id, "is_bot": False, "first_name": str(self.user_id)}
        return told


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text that people see, and its formatting."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def characters(self) -> int:
        """As Telegram counts them for its limits: code points."""
        return len(self.text)

    @property
    def is_blank(self) -> bool:
        """Whether Telegram would say that there is no text."""
        return BLANK.fullmatch(self.text) is not None


def utf16_length(text: str) -> int:
    """UTF-16 code units: two for what lies beyond the Basic Multilingual Plane."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class Draft:
    """What a parser has written so far."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Entity] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16_length(text)

    def link(self, mark: int, offset: int) -> str:
        """The text since then, which may be a link; "" if it is too long for any message."""
        too_long = self.length - offset > TEXT_CHARACTERS
        return "" if too_long else "".join(self.parts[mark:])

    def finish(self) -> Parsed:
        self.entities.sort(key=lambda e: (e.offset, -e.length, PRIORITIES[e.type]))
        return Parsed("".join(self.parts), tuple(self.entities))


def byte_offset(source: str, index: int) -> int:
    """Where `index` lies in the UTF-8 that the caller sent: Telegram's errors count so."""
    return len(source[:index].encode("utf-8", "surrogatepass"))


# Telegram strips these from a text, and writes a space for the other control characters.
REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
CONTROLS = re.compile("[\0-\x09\x0b\x0c\x0e-\x1f]")

# Spaces of every kind, marks without width, and tags: a text of nothing else is empty.
BLANK = re.compile(
    "[\\s\0-\x1f\u180e\u2000-\u200f\u2028-\u202f\u205f\u2800\u3000\ufffc\ufeff\U000e0000-\U000e007f]*"
)


def clean(parsed: Parsed) -> Parsed:
    """The text as Telegram will show and count it: without carriage returns, trimmed."""
    text = CONTROLS.sub(" ", parsed.text)
    removed = _removed(text)
    entities = [_shift(entity, removed) for entity in parsed.entities]
    return _trim(REMOVED.sub("", text), [entity for entity in entities if entity.length > 0])


def _removed(text: str) -> list[int]:
    """The UTF-16 offsets of what is removed: no such character takes two units."""
    offsets: list[int] = []
    index = offset = 0
    for found in REMOVED.finditer(text):
        offset += utf16_length(text[index : found.start()])
        index = found.start()
        offsets.append(offset)
    return offsets


def _shift(entity: Entity, removed: list[int]) -> Entity:
    """Where the entity lies once the characters at these offsets are gone."""
    before = bisect_left(removed, entity.offset)
    inside = bisect_left(removed, entity.end) - before
    return replace(entity, offset=entity.offset - before, length=entity.length - inside)


def _trim(text: str, entities: list[Entity]) -> Parsed:
    """Spaces and line feeds go at the end, and at the start up to the first entity."""
    text = text.rstrip(" \n")
    end = utf16_length(text)
    kept = [replace(e, length=min(e.length, end - e.offset)) for e in entities if e.offset < end]
    first = min((entity.offset for entity in kept), default=end)
    skipped = min(len(text) - len(text.lstrip(" \n")), first)
    return Parsed(text[skipped:], tuple(replace(e, offset=e.offset - skipped) for e in kept))
