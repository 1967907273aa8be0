"""CSV files as people have them: their encodings and delimiters, and what is broken in them."""

import codecs
import io
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from infra.csv_rows import BAD_QUOTES, ROW_CHARACTERS, TOO_LONG, CsvRows, Row

TEXT = 'id,name\r\n1,"Ада, Л."\r\n2,"two\r\nlines"\r\n'
ROWS = [Row(2, ["1", "Ада, Л."]), Row(3, ["2", "two\r\nlines"])]

# How the same text is spelt.
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
MARKED = codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be")

DELIMITED = [
    'id;a,b;"c;d"\n1;2;3\n',
    'id\ta,b\t"c;d"\n1\t2\t3\n',
    'sep=;\nid;a,b;"c;d"\n1;2;3\n',
    '\n\nid,"a,b",c;d\r1,2,3\r',
]

# What stands behind the header, and which rows come of it.
BROKEN: list[tuple[str, list[tuple[int, list[str], str]]]] = [
    ("\n\n,\n1,2", [(5, ["1", "2"], "")]),
    ('1,"a\n2,b\n', [(2, ['1,"a'], TOO_LONG), (3, ["2", "b"], "")]),
    ('1,"a"x\n2,b\n', [(2, ['1,"a"x'], BAD_QUOTES), (3, ["2", "b"], "")]),
    ('1,"a\n2,b"c\n3,d\n', [(2, ['1,"a'], TOO_LONG), (3, ["2", 'b"c'], ""), (4, ["3", "d"], "")]),
    ('1,5 " pipe\n', [(2, ["1", '5 " pipe'], "")]),
    ("1,\udc80\n2,b\n", [(2, ["1", "\udc80"], ""), (3, ["2", "b"], "")]),
]


def rows_of(data: bytes) -> CsvRows:
    return CsvRows(io.BytesIO(data))


@pytest.mark.parametrize("data", [*(TEXT.encode(each) for each in ENCODINGS), MARKED])
def test_every_encoding_is_read_without_being_named(data: bytes) -> None:
    rows = rows_of(data)
    assert rows.header == ["id", "name"]
    assert list(rows) == ROWS
    assert rows.bytes_read == len(data)


@pytest.mark.parametrize("text", DELIMITED)
def test_the_delimiter_is_found_in_the_header(text: str) -> None:
    rows = rows_of(text.encode())
    assert len(rows.header) == 3
    assert [row.cells for row in rows] == [["1", "2", "3"]]


@pytest.mark.parametrize(("text", "found"), BROKEN)
def test_what_is_broken_costs_its_own_line(
    text: str, found: list[tuple[int, list[str], str]]
) -> None:
    data = f"id,name\n{text}".encode(errors="surrogateescape")
    assert [tuple(row) for row in rows_of(data)] == found


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_line_without_an_end_is_not_kept(quote: str) -> None:
    long = f"1,{quote}{'x' * ROW_CHARACTERS * 3}\n2,b\n"
    first, second = rows_of(f"id,name\n{long}".encode())
    assert (first.line, first.problem, len(first.cells[0])) == (2, TOO_LONG, ROW_CHARACTERS)
    assert second == Row(3, ["2", "b"])


def test_quotes_that_are_never_closed_cost_one_line_of_many() -> None:
    lines = [f"{number},name" for number in range(20_000)]
    text = "\n".join(["id,name", '0,"open', *lines])
    first, *others = rows_of(text.encode())
    assert (first.line, first.problem) == (2, TOO_LONG)
    assert [row.line for row in others] == list(range(3, 20_003))


@pytest.mark.parametrize("data", [b"", b"\n\r\n", b"\xff\xfe", "id".encode("utf-16-le")[:0]])
def test_a_file_with_nothing_in_it_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="is empty"):
        rows_of(data)


def test_a_header_that_cannot_be_read_is_refused() -> None:
    for data in (b'id,"name\n1,2', b"x" * ROW_CHARACTERS * 2):
        with pytest.raises(InvalidInput, match="header"):
            rows_of(data)


LIKELY = st.lists(
    st.sampled_from(["id", "1", ",", ";", '"', '""', "\n", "\r", "\r\n", "x", "\0", "Я", " "])
).map(lambda parts: "".join(parts).encode())


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200) | LIKELY, encoding=st.sampled_from(["", "utf-16", "utf-8-sig"]))
@example(data=b'id\n1,"', encoding="")
@example(data=b"\xff\xfe\x00", encoding="")
@example(data=b'id,a\n"\r\n",\x80"', encoding="")
def test_whatever_it_holds_each_line_is_told_once(data: bytes, encoding: str) -> None:
    if encoding:
        data = data.decode("utf-8", "replace").encode(encoding)
    try:
        rows = rows_of(data)
    except InvalidInput:
        return
    found = list(rows)
    lines = [row.line for row in found]
    assert lines == sorted(set(lines))
    assert rows.bytes_read == len(data)
    assert all(row.cells and (row.problem or any(row.cells)) for row in found)
    if data[:2].isalnum() and b'"' not in data:  # it is UTF-8, and a line is a row
        read = io.TextIOWrapper(io.BytesIO(data), "utf-8", "replace", newline="")
        telling = [line for line, text in enumerate(read, 1) if re.search("[1idxЯ]", text)]
        assert set(telling[1:]) <= set(lines)
