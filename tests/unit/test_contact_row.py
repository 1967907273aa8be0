"""A row of a CSV file: a contact, or the column that is at fault."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contact import Contact
from core.contact_row import (
    FIELD_CHARACTERS,
    NAME_CHARACTERS,
    cells_of,
    field_name,
    header_of,
    parse_header,
    parse_row,
)
from core.errors import InvalidInput
from core.spreadsheet import cell_of, text_of

ZONES = {"asia/tashkent": "Asia/Tashkent", "utc": "UTC"}

HEADERS: list[tuple[list[str], int, dict[str, int], dict[str, int]]] = [
    (["id"], 0, {}, {}),
    (["First Name", "ID"], 1, {"first_name": 0}, {}),
    (["id", "Name"], 0, {"first_name": 1}, {}),
    (["id", "Full name", "last_name"], 0, {"first_name": 1, "last_name": 2}, {}),
    (["id", "full_name", "name", "First_name"], 0, {"first_name": 3}, {"full_name": 1, "name": 2}),
    (["chat_id", "id", "user_id"], 0, {}, {"id": 1, "user_id": 2}),
    (
        ["user_id", "TimeZone", "Tag", "Started", "Language_Code"],
        0,
        {
            "zone": 1,
            "tags": 2,
            "joined_at": 3,
            "language": 4,
        },
        {},
    ),
    (["id", "Date of  birth", "Город"], 0, {}, {"date_of_birth": 1, "город": 2}),
    (["id", "_line", "", "plan", "", ""], 0, {}, {"plan": 3}),
]

BAD_HEADERS: list[tuple[list[str], str]] = [
    ([], "has no column id"),
    (["name", "phone"], "has no column id"),
    (["id", "City", "city"], "'city' twice"),
    (["id", "zone", "timezone"], "'zone' twice"),
    (["id", "ID"], "'id' twice"),
    (["id", "name", "Name"], "'first_name' twice"),
    (["id", "x" * 65], "more than 64 characters"),
    (["id", *map(str, range(100))], "more than 100 columns"),
    (["id", "a\0b"], "cannot be shown"),
    (["id", 'a"b'], "a quote"),
]

COLUMNS = ["id", "first_name", "username", "language", "zone", "tags", "joined", "city"]

# A cell in its column, and what comes of it.
CELLS: list[tuple[str, str, dict[str, Any]]] = [
    ("id", " 123 ", {"user_id": 123}),
    ("id", "-1001234567890", {"user_id": -1001234567890}),
    ("id", "123456789.0", {"user_id": 123456789}),
    ("first_name", " Ada \n Lovelace ", {"first_name": "Ada Lovelace"}),
    ("username", "@ada", {"username": "ada"}),
    ("language", "pt_BR", {"language": "pt-br"}),
    ("zone", "asia/tashkent", {"zone": "Asia/Tashkent"}),
    ("tags", "VIP; gold,,vip ;", {"tags": ("vip", "gold")}),
    ("joined", "2026-01-01", {"joined_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    ("joined", "2026-01-01 03:00+03:00", {"joined_at": datetime(2026, 1, 1, tzinfo=UTC)}),
    ("city", " Ташкент\nнаш ", {"fields": {"city": "Ташкент\nнаш"}}),
    ("city", "'+998 71", {"fields": {"city": "+998 71"}}),
    ("city", "'\t=1", {"fields": {"city": "\t=1"}}),
    ("city", "'s Hertogenbosch", {"fields": {"city": "'s Hertogenbosch"}}),
]

BAD_CELLS: list[tuple[str, str, str]] = [
    ("id", "", "id: is empty"),
    ("id", "0", "id: 0 is out of range"),
    ("id", str(2**52), "out of range"),
    ("id", "1.23457E+09", "is not a number"),
    ("id", "12 34", "is not a number"),
    ("id", "٣", "is not a number"),
    ("id", "9" * 5_000, "is not a number"),
    ("id", "@ada", "cannot be written to by name"),
    ("first_name", "x" * (NAME_CHARACTERS + 1), "first_name: has 257 characters"),
    ("first_name", "a\0b", "row: has a NUL character"),
    ("city", "\udc80", "no text in its encoding"),
    ("language", "russian?", "language: "),
    ("zone", "Mars/Olympus", "zone: 'Mars/Olympus' is not a time zone"),
    ("tags", ";".join(map(str, range(51))), "tags: are 51"),
    ("tags", "x" * 65, "tags: "),
    ("joined", "yesterday", "joined: 'yesterday' is not a date"),
    ("city", "x" * (FIELD_CHARACTERS + 1), "city: has 1,025 characters"),
]


def row(column: str, cell: str) -> list[str]:
    cells = ["7", *[""] * (len(COLUMNS) - 1)]
    cells[COLUMNS.index(column)] = cell
    return cells


@pytest.mark.parametrize(("cells", "id_at", "known", "fields"), HEADERS)
def test_columns_are_found_whatever_their_case_and_order(
    cells: list[str], id_at: int, known: dict[str, int], fields: dict[str, int]
) -> None:
    columns = parse_header(cells)
    assert (columns.id_at, columns.known, columns.fields) == (id_at, known, fields)


@pytest.mark.parametrize(("cells", "problem"), BAD_HEADERS)
def test_a_header_that_names_no_people_is_refused(cells: list[str], problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_header(cells)
    assert problem in str(refused.value)


@pytest.mark.parametrize(("column", "cell", "told"), CELLS)
def test_a_cell_is_read_as_it_is_meant(column: str, cell: str, told: dict[str, Any]) -> None:
    found = parse_row(row(column, cell), parse_header(COLUMNS), ZONES)
    assert found == Contact(**{"user_id": 7, **told})


@pytest.mark.parametrize(("column", "cell", "problem"), BAD_CELLS)
def test_a_bad_cell_is_told_with_its_column(column: str, cell: str, problem: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_row(row(column, cell), parse_header(COLUMNS), ZONES)
    assert problem in str(refused.value)
    assert len(str(refused.value)) < 200


def test_a_row_has_as_many_cells_as_the_header() -> None:
    columns = parse_header(["id", "city", ""])
    assert parse_row(["1", "x", "", ""], columns, ZONES).fields == {"city": "x"}
    for cells in (["12"], ["1", "x", "", "y"], []):
        with pytest.raises(InvalidInput, match="the header has 2"):
            parse_row(cells, columns, ZONES)


def test_a_field_is_named_as_placeholders_name_it() -> None:
    assert field_name("  Date OF birth ") == "date_of_birth"


@settings(max_examples=150, deadline=None)
@given(header=st.lists(st.text(max_size=8), max_size=6), cells=st.lists(st.text(), max_size=7))
def test_no_row_raises_anything_else(header: list[str], cells: list[str]) -> None:
    with suppress(InvalidInput):
        parse_header([*header, "id"])
    with suppress(InvalidInput):
        assert parse_row(["5", *cells], parse_header(COLUMNS), ZONES).user_id == 5


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(
    lambda text: " ".join(text.split())
)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@sum", "\t=1", "\r=1", "''=1"])
def test_a_spreadsheet_finds_no_formula(text: str) -> None:
    assert cell_of(text) == f"'{text}"
    assert text_of(cell_of(text)) == text


@settings(max_examples=150, deadline=None)
@given(first=TEXTS, city=TEXTS, formula=st.sampled_from(["", "=1", "'=1", "''-", "+", "@x"]))
def test_what_is_written_is_read_back(first: str, city: str, formula: str) -> None:
    fields = {name: text for name, text in (("city", city), ("note", formula)) if text}
    joined = datetime(2026, 1, 1, 9, 30, 0, 5, UTC)
    contact = Contact(5, first, formula, "", "en", "UTC", joined, ("a", "b c"), fields)
    cells = cells_of(contact, ["city", "note"])
    assert parse_row(cells, parse_header(header_of(["city", "note"])), ZONES) == contact
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
