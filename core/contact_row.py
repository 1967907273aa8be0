"""A row of a CSV file of people: a contact, or what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from core.contact import (
    BETWEEN_TAGS,
    Contact,
    parse_language,
    parse_moment,
    parse_tags,
)
from core.errors import InvalidInput
from core.json_values import BAD_CHARACTER
from core.spreadsheet import cell_of, text_of
from core.telegram_limits import CHAT_ID_BITS

COLUMNS = 100
COLUMN_CHARACTERS = 64
NAME_CHARACTERS = 256
FIELD_CHARACTERS = 1024
TAGS_A_ROW = 50

KEPT = 1_024
"""Cells that are remembered with what they mean."""

IDS = ("chat_id", "user_id", "id")
"""What the column of ids may be called. Where there are several the first of these is meant, and
the others are fields."""

NAMES = ("first_name", "name", "full_name")
"""The same of the column of first names. Of a file that has but one name, {name} is that."""

KNOWN = {
    "last_name": "last_name",
    "username": "username",
    "language": "language",
    "language_code": "language",
    "zone": "zone",
    "timezone": "zone",
    "time_zone": "zone",
    "tags": "tags",
    "tag": "tags",
    "joined": "joined_at",
    "joined_at": "joined_at",
    "started": "joined_at",
    "started_at": "joined_at",
}
"""The other columns that mean something here, by each name that they may have."""

WRITTEN = (
    *("chat_id", "first_name", "last_name", "username", "language", "zone", "tags"),
    "joined",
)

IGNORED = "_"
"""A column whose name begins so is passed over: notes, and why a row was rejected."""

# As spreadsheets and data frames spell a whole number, too: 123.0
ID = re.compile(r"(-?[0-9]{1,20})(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which place in a row has what. `fields` by the name that a placeholder uses."""

    count: int
    id_at: int
    known: Mapping[str, int]
    fields: Mapping[str, int]


def parse_header(cells: Sequence[str]) -> Columns:
    """The columns that these names mean, whatever their case and order; or InvalidInput."""
    names = [_column(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > COLUMNS:
        raise InvalidInput("header", f"has more than {COLUMNS} columns", "leave some out")
    id_name = next((name for name in IDS if name in names), None)
    if id_name is None:
        problem = "has no column id, chat_id or user_id"
        raise InvalidInput("header", problem, "the first line names the columns")
    meanings = KNOWN | dict.fromkeys([each for each in NAMES if each in names][:1], "first_name")
    known, fields = dict[str, int](), dict[str, int]()
    for place, name in enumerate(names):
        if not name or name == id_name or name.startswith(IGNORED):
            continue
        target = known if name in meanings else fields
        meaning = meanings.get(name, name)
        if meaning in target:
            raise InvalidInput("header", f"has {meaning!r} twice", "rename one of them")
        target[meaning] = place
    if names.count(id_name) > 1:
        raise InvalidInput("header", f"has {id_name!r} twice", "rename one of them")
    return Columns(len(names), names.index(id_name), known, fields)


def parse_row(cells: Sequence[str], columns: Columns, zones: Mapping[str, str]) -> Contact:
    """The contact of this row. Raises InvalidInput, whose field is the column at fault.

    `zones` has every time zone by its name in small letters. What is empty tells nothing.
    """
    _check_shape(cells, columns)
    values = {name: text_of(cells[place]) for name, place in columns.known.items()}
    return Contact(
        user_id=_id(cells[columns.id_at]),
        first_name=_name(values, "first_name"),
        last_name=_name(values, "last_name"),
        username=_name(values, "username").removeprefix("@"),
        language=_language(values.get("language", "")),
        zone=_zone(values.get("zone", ""), zones),
        joined_at=_joined_at(values.get("joined_at", "")),
        tags=_tags(values.get("tags", "")),
        fields=_fields(cells, columns),
    )


def header_of(fields: Sequence[str]) -> list[str]:
    """Names of the columns that `cells_of` fills; `parse_header` reads them back."""
    return [*WRITTEN, *fields]


def cells_of(contact: Contact, fields: Sequence[str]) -> list[str]:
    """A row that `parse_row` reads back as this contact."""
    told = (contact.first_name, contact.last_name, contact.username, contact.language)
    joined = contact.joined_at.isoformat() if contact.joined_at else ""
    more = (contact.zone, ";".join(contact.tags), joined)
    values = (contact.fields.get(name, "") for name in fields)
    return [str(contact.user_id), *map(cell_of, (*told, *more, *values))]


def field_name(text: str) -> str:
    """As placeholders name it: "Date of birth" is date_of_birth."""
    return "_".join(text.lower().split())


def _column(cell: str) -> str:
    name = field_name(text_of(cell))
    if len(name) > COLUMN_CHARACTERS:
        problem = f"has a name of more than {COLUMN_CHARACTERS} characters: {name[:40]!r}"
        raise InvalidInput("header", problem, "the first line names the columns")
    if not name.isprintable() or '"' in name or "\\" in name:
        problem = f"has a quote, a backslash or what cannot be shown in a name: {name!r}"
        raise InvalidInput("header", problem, "the first line names the columns")
    return name


def _check_shape(cells: Sequence[str], columns: Columns) -> None:
    if len(cells) != columns.count and not _has_all(cells, columns):
        raise InvalidInput("row", f"has {len(cells)} cells, the header has {columns.count}")
    bad = BAD_CHARACTER.search("\n".join(cells))
    if bad:
        what = "a NUL character" if bad[0] == "\0" else "bytes that are no text in its encoding"
        raise InvalidInput("row", f"has {what}")


def _has_all(cells: Sequence[str], columns: Columns) -> bool:
    """What is too much is empty: a spreadsheet that was wider once."""
    return len(cells) > columns.count and not any(cells[columns.count :])


def _id(cell: str) -> int:
    text = text_of(cell)
    match = ID.fullmatch(text)
    if match is None:
        raise InvalidInput("id", _no_id(text), "write Telegram's number of the person or group")
    number = int(match[1])
    if number == 0 or number.bit_length() > CHAT_ID_BITS:
        raise InvalidInput("id", f"{text[:40]} is out of range")
    return number


def _no_id(text: str) -> str:
    if not text:
        return "is empty"
    if text.startswith("@"):
        return f"{text[:40]!r} is a name, and people cannot be written to by name"
    return f"{text[:40]!r} is not a number"


def _name(values: Mapping[str, str], column: str) -> str:
    text = " ".join(values.get(column, "").split())
    return _bounded(text, column, NAME_CHARACTERS)


def _bounded(text: str, column: str, characters: int) -> str:
    if len(text) > characters:
        raise InvalidInput(column, f"has {len(text):,} characters, more than {characters:,}")
    return text


def _zone(text: str, zones: Mapping[str, str]) -> str:
    if not text:
        return ""
    zone = zones.get(text.lower().replace(" ", "_"))
    if zone is None:
        raise InvalidInput("zone", f"{text[:40]!r} is not a time zone", "such as Asia/Tashkent")
    return zone


# In a file most rows have one of a few languages, tags and days.
@lru_cache(KEPT)
def _language(text: str) -> str:
    return parse_language(text) if text else ""


@lru_cache(KEPT)
def _joined_at(text: str) -> datetime | None:
    return parse_moment(text, "joined") if text else None


@lru_cache(KEPT)
def _tags(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    found = parse_tags((part for part in BETWEEN_TAGS.split(text) if part.strip()), "tags")
    if len(found) > TAGS_A_ROW:
        raise InvalidInput("tags", f"are {len(found)}, more than {TAGS_A_ROW}")
    return found


def _fields(cells: Sequence[str], columns: Columns) -> dict[str, str]:
    told = {name: text_of(cells[place]) for name, place in columns.fields.items()}
    return {n: _bounded(text, n, FIELD_CHARACTERS) for n, text in told.items() if text}
