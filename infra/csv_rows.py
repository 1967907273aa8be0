"""The rows of a CSV file, whoever wrote it: its encoding, its delimiter, and what is broken in it.

UTF-8 with or without its mark, or UTF-16; between the cells a comma, a semicolon or a tab; lines
that end in any way, also within quotes. It is read as a stream, and what is broken costs the
line that it stands on, not those after it.
"""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.errors import InvalidInput

ROW_CHARACTERS = 131_072
"""Of a row with all of its lines. One cell may not be longer either, says Python's csv."""

BUFFER_BYTES = 65_536
SNIFFED_BYTES = 4_096
DELIMITERS = ",;\t"
# As Excel writes it in front of the header.
SEPARATOR = re.compile(r"sep=([,;|\t])\s*", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')
MARKED = "analyticbot.marked"
TOO_LONG = "is too long, or its quotes are not closed"
BAD_QUOTES = "has quotes that are not closed, or text behind them"

# Bytes that are no text become half of a surrogate pair, which no file can have: so the row
# that they are in is known, and those after it are read.
codecs.register_error(MARKED, lambda error: ("\udc80", getattr(error, "end", 0)))


class Row(NamedTuple):
    """`line` is its first, from 1. Where there is a `problem`, the only cell is that line."""

    line: int
    cells: Sequence[str]
    problem: str = ""


class CsvRows:
    """Rows behind the header; what is empty is passed over.

    Raises InvalidInput where there is no header that can be read.
    """

    def __init__(self, file: io.BufferedIOBase) -> None:
        self._bytes = _Counted(file)
        head = self._bytes.peek(SNIFFED_BYTES)
        self._lines = _Lines(
            io.TextIOWrapper(
                io.BufferedReader(self._bytes, BUFFER_BYTES), _encoding(head), MARKED, newline=""
            )
        )
        self._delimiter = self._sniffed()
        self._rows = self._read()
        header = next(self._rows, None)
        if header is None:
            raise InvalidInput("file", "is empty", "its first line has to name the columns")
        if header.problem:
            raise InvalidInput("header", header.problem)
        self.header = header.cells

    @property
    def bytes_read(self) -> int:
        return self._bytes.count

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def _sniffed(self) -> str:
        """By the first line that has something in it; it is read again unless it names it."""
        line = self._lines.first_told()
        if named := SEPARATOR.fullmatch(line):
            return named[1]
        self._lines.unread()
        bare = QUOTED.sub("", line)
        return max(DELIMITERS, key=bare.count)

    def _read(self) -> Iterator[Row]:
        rows = csv.reader(self._lines, delimiter=self._delimiter, strict=True)
        while True:
            line = self._lines.begin_row()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error:
                text, more = self._lines.unread_but_first()
                yield Row(line, [text], TOO_LONG if more else BAD_QUOTES)
            else:
                if any(cells):
                    yield Row(line, cells)


class _Lines:
    """Lines of a text, some of which may be wanted once more: a row's, where it is broken."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._again = deque[str]()
        self._row: list[str] = []
        self._characters = self._done = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._next()
        if not line:
            raise StopIteration
        self._row.append(line)
        self._characters += len(line)
        if self._characters >= ROW_CHARACTERS:
            raise csv.Error(TOO_LONG)
        return line

    def begin_row(self) -> int:
        """The lines so far are not wanted again; the number of the next."""
        self._done += len(self._row)
        self._row, self._characters = [], 0
        return self._done + 1

    def first_told(self) -> str:
        """The next line that is not empty; "" where there is none that can be read."""
        try:
            line = next(self, "")
            while line and not line.strip():
                self.begin_row()
                line = next(self, "")
        except csv.Error:
            return ""
        return line

    def unread(self) -> None:
        """All lines of this row come once more."""
        self._again.extendleft(reversed(self._row))
        self._row, self._characters = [], 0

    def unread_but_first(self) -> tuple[str, bool]:
        """That first line, and whether there were more, or it was too long."""
        first = self._row.pop(0)
        more = bool(self._row) or self._characters >= ROW_CHARACTERS
        self.unread()
        self._row = [first]
        return first.rstrip("\r\n"), more

    def _next(self) -> str:
        """Of a line that is far too long only its beginning."""
        line = end = self._text.readline(ROW_CHARACTERS)
        while len(end) == ROW_CHARACTERS and not end.endswith(("\n", "\r")):
            end = self._text.readline(ROW_CHARACTERS)
        return line


class _Counted(io.RawIOBase):
    """A file whose bytes are counted as they are read, and whose beginning may be seen first."""

    def __init__(self, file: io.BufferedIOBase) -> None:
        self._file, self._head = file, b""
        self.count = 0

    def peek(self, size: int) -> bytes:
        self._head = self._file.read(size)
        return self._head

    def readable(self) -> bool:
        return True

    def readinto(self, into: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = self._head[: len(into)] or self._file.read1(len(into))
        self._head = self._head[len(into) :]
        into[: len(data)] = data
        self.count += len(data)
        return len(data)


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # A header is in Latin letters, at least its "id": half of their bytes are 0 in UTF-16.
    if head[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\0" else "utf-8-sig"
