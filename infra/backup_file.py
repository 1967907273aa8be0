"""A backup's file: gzip of lines of JSON, the same for both databases.

    {"format": "analyticbot backup", "version": 1, "schema": "0006", "made_at": …, …}
    {"table": "messages", "columns": ["id", …]}
    [1, …]                             one line a row, in the order of the key
    {"end": {"rows": {"messages": 1, …}, "sha256": …}}

The checksum is of all bytes before the last line. Times are microseconds since 1970, bytes are
base64. The file holds personal data and hashes of secrets: only its owner may read it.
"""

import fcntl
import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from core.errors import InvalidInput

FORMAT = "analyticbot backup"
VERSION = 1
LEVEL = 6
BATCH = 200
LONGEST_LINE_BYTES = 256 * 1024 * 1024
ANOTHER = "nothing was restored; use another backup"


class Writer:
    """Writes to a binary stream that somebody else closes. Raises InvalidInput where it cannot."""

    def __init__(self, stream: IO[bytes], header: Mapping[str, Any]) -> None:
        self._stream = stream
        with _writable():
            self._file = gzip.GzipFile(filename="", fileobj=stream, mode="wb", compresslevel=LEVEL)
        self._sum = hashlib.sha256()
        self.rows: dict[str, int] = {}
        self._write([{"format": FORMAT, "version": VERSION, **header}])

    def table(self, name: str, columns: Sequence[str]) -> None:
        """What is added from now on is of this table."""
        self._write([{"table": name, "columns": list(columns)}])
        self._name, self.rows[name] = name, 0

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        self._write(rows)
        self.rows[self._name] += len(rows)

    def end(self) -> None:
        self._write([{"end": {"rows": self.rows, "sha256": self._sum.hexdigest()}}])
        with _writable():
            self._file.close()
            self._stream.flush()

    def _write(self, lines: Sequence[Any]) -> None:
        data = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
        self._sum.update(data)
        with _writable():
            self._file.write(data)


class Batch(NamedTuple):
    """Rows of one table."""

    table: str
    columns: Sequence[str]
    rows: list[list[Any]]


class Reader:
    """Reads a file from its beginning; `rows` counts by table what was read.

    Raises InvalidInput for what is no whole backup.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._file = gzip.GzipFile(fileobj=stream, mode="rb")
        self._sum = hashlib.sha256()
        self.rows: dict[str, int] = {}
        with judged():
            self.header: Mapping[str, Any] = self._line()
            if self.header["format"] != FORMAT:
                raise ValueError
        if self.header["version"] != VERSION:
            problem = f"is written in version {self.header['version']} of the format, not {VERSION}"
            raise InvalidInput("FILE", problem, "restore it with the AnalyticBot that made it")

    def batches(self) -> Iterator[Batch]:
        """All of its rows, some batches empty. That it is whole and unaltered is known only behind
        the last.
        """
        batch = Batch("", (), [])
        with judged():
            while isinstance(line := self._line(), list) or "table" in line:
                if isinstance(line, list):
                    batch.rows.append(line)
                if isinstance(line, dict) or len(batch.rows) == BATCH:
                    yield self._counted(batch)
                    batch = batch._replace(rows=[])
                if isinstance(line, dict):
                    batch = Batch(line["table"], line["columns"], [])
                    self.rows[batch.table] = 0
            yield self._counted(batch)
            self._check(line["end"])

    def _counted(self, batch: Batch) -> Batch:
        if any(len(row) != len(batch.columns) for row in batch.rows):
            raise ValueError
        if batch.rows:
            self.rows[batch.table] += len(batch.rows)
        return batch

    def _line(self) -> Any:
        data = self._file.readline(LONGEST_LINE_BYTES)
        line = json.loads(data)
        if not (isinstance(line, dict) and "end" in line):
            self._sum.update(data)
        return line

    def _check(self, end: Mapping[str, Any]) -> None:
        told = (end["rows"], end["sha256"])
        if told != (self.rows, self._sum.hexdigest()) or self._file.read(1):
            raise InvalidInput("FILE", "has been altered: its checksum does not fit", ANOTHER)


_MALFORMED = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
)


@contextmanager
def judged() -> Iterator[None]:
    """What reading a file that is no whole backup may come to."""
    try:
        yield
    except EOFError:
        raise InvalidInput("FILE", "is not whole: its end is missing", ANOTHER) from None
    except (gzip.BadGzipFile, zlib.error, *_MALFORMED) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput("FILE", "is no backup, or is damaged", ANOTHER) from None


@contextmanager
def draft(path: Path) -> Iterator[IO[bytes]]:
    """A file that stands beside `path`, and in its place only once it is whole and on the disk.

    Raises InvalidInput where it cannot be written, or another writes it just now.
    """
    beside = path.with_name(f"{path.name}.draft")
    with _writable():
        with _opened(beside) as stream:
            try:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
                beside.replace(path)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
        _sync_folder(path.parent)


@contextmanager
def _writable() -> Iterator[None]:
    """Told at once: what goes on around it would take an OSError for trouble of the ledger's."""
    try:
        yield
    except BlockingIOError:
        raise InvalidInput("FILE", "is being written by another", "wait for its end") from None
    except OSError as error:
        problem = f"cannot be written ({error.strerror or error})"
        raise InvalidInput("FILE", problem, "choose another place") from error


@contextmanager
def _opened(beside: Path) -> Iterator[IO[bytes]]:
    """Raises BlockingIOError where another has it; what one that died has left is overwritten."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(beside, flags, 0o600), "wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not (beside.exists() and os.path.samestat(beside.stat(), os.fstat(stream.fileno()))):
            raise BlockingIOError  # another's until now: it has its name, and is not to be emptied
        os.fchmod(stream.fileno(), 0o600)
        stream.truncate()
        yield stream


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
