"""The log file of one program: written by it, and bounded and read here."""

import os
from pathlib import Path
from typing import BinaryIO

BOUND_BYTES = 10 * 2**20


class Log:
    """The program writes to the file itself, so that it never waits for whoever reads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._rotate_before_start()

    def open(self) -> BinaryIO:
        """For the program: what is appended stays right when the file is cut."""
        return self.path.open("ab")

    def fresh(self) -> list[str]:
        """The whole lines that came since the last call."""
        with self._opened() as file:
            file.seek(self._read)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._read += len(whole + newline)
        return whole.decode(errors="replace").splitlines()

    def tail(self, lines: int) -> list[str]:
        with self._opened() as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 64 * 1024))
            return file.read().decode(errors="replace").splitlines()[-lines:]

    def contains(self, text: str) -> bool:
        with self._opened() as file:
            return text.encode() in file.read()

    def bound(self, limit: int = BOUND_BYTES) -> None:
        """Keep what was written so far as NAME.log.1, once it is too much."""
        if not self.path.exists() or self.path.stat().st_size <= limit:
            return
        self._older.write_bytes(self.path.read_bytes())
        os.truncate(self.path, 0)
        self._read = 0

    @property
    def _older(self) -> Path:
        return self.path.with_name(f"{self.path.name}.1")

    def _rotate_before_start(self) -> None:
        if self.path.exists():
            self.path.replace(self._older)
        self.path.touch()

    def _opened(self) -> BinaryIO:
        self.path.touch()  # somebody may have removed it
        return self.path.open("rb")
