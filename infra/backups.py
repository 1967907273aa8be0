"""A backup of the ledger and its restore: between the database and a file."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from core.errors import InvalidInput
from infra.backup_file import Reader, Writer, judged
from infra.db.engine import Database
from infra.db.parking import Parked
from infra.db.restoring import restoring
from infra.db.snapshot import snapshot

READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a backup: `made_at` by its database's clock (UTC), rows by table."""

    schema: str
    made_at: datetime
    database: str
    bots: Sequence[int]
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


async def back_up(database: Database, stream: IO[bytes]) -> Contents:
    """Write the ledger as it is at one moment; others go on meanwhile. Raises LedgerUnavailable."""
    async with snapshot(database) as taken:
        header = {
            "schema": taken.schema,
            "made_at": taken.made_at.isoformat(),
            "database": taken.database,
            "bots": taken.bots,
            "numbers": taken.numbers,
        }
        writer = Writer(stream, header)
        for table in taken.tables:
            writer.table(table.name, table.columns.keys())
            async for page in taken.rows(table):
                writer.add(page)
        writer.end()
    return _contents(header, writer.rows)


def examine(path: Path) -> Contents:
    """Read all of a backup, without a database. Raises InvalidInput unless it is whole."""
    with _opened(path) as reader:
        with judged():  # before the rows are read, who may be many
            _contents(reader.header, {})
        for _ in reader.batches():
            pass
        return _contents(reader.header, reader.rows)


async def restore(database: Database, path: Path, *, parks: bool) -> tuple[Contents, Parked]:
    """Fill an empty ledger, in one transaction: where anything is amiss nothing is written.

    `parks` what may have been sent since: see infra/db/parking.py. Raises InvalidInput for the
    file, TransitionRefused where the ledger is not empty, LedgerUnavailable.
    """
    contents = examine(path)
    with _opened(path) as reader:
        async with restoring(database, contents.schema) as filling:
            for batch in reader.batches():
                if batch.rows:
                    await filling.add(*batch)
            await filling.check(reader.rows)
            with judged():
                numbers = reader.header["numbers"]
            parked = await filling.finish(numbers, contents.made_at, parks=parks)
    return contents, parked


def _contents(header: Mapping[str, Any], rows: Mapping[str, int]) -> Contents:
    made_at = datetime.fromisoformat(header["made_at"]).astimezone(UTC)
    return Contents(header["schema"], made_at, header["database"], header["bots"], rows)


@contextmanager
def _opened(path: Path) -> Iterator[Reader]:
    try:
        with path.open("rb", buffering=READ_BYTES) as stream:
            yield Reader(stream)
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise InvalidInput("FILE", problem, "look at its name") from error
