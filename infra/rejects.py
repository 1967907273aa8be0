"""Rows that an import does not take: the first are shown, all of them are written where asked."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from core.contact_row import ID, IGNORED
from core.errors import InvalidInput
from core.spreadsheet import ENCODING, cell_of
from infra.importing import Reject

SHOWN = 20
NOTES = (f"{IGNORED}line", f"{IGNORED}problem")
"""Columns in front of the file's own; they are passed over when it is mended and imported."""


class Rejects:
    """`shown` are the first of the bad ones, `most` of them, without those that repeat an id.

    A spreadsheet may open the file that is written: no cell of it is taken for a formula there.
    """

    def __init__(self, path: Path | None, most: int = SHOWN) -> None:
        self._path, self._most = path, most
        self.shown: list[Reject] = []

    def __enter__(self) -> Self:
        """Raises InvalidInput where the file cannot be written."""
        try:
            # What was no text in the file that is read is shown as a question mark.
            self._file = self._path and self._path.open(
                "w", encoding=ENCODING, errors="replace", newline=""
            )
        except OSError as error:
            raise InvalidInput("--rejects", f"cannot be written: {error.strerror}") from None
        return self

    def begin(self, header: Sequence[str]) -> None:
        self._write([*NOTES, *map(_cell, header)])

    def __call__(self, reject: Reject) -> None:
        if not reject.repeats and len(self.shown) < self._most:
            self.shown.append(reject)
        self._write([str(reject.line), cell_of(reject.problem), *map(_cell, reject.cells)])

    def _write(self, cells: Sequence[str]) -> None:
        if self._file:
            csv.writer(self._file).writerow(cells)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()


def _cell(text: str) -> str:
    """A group's number stays one, although it begins as a formula may."""
    return text if ID.fullmatch(text) else cell_of(text)
