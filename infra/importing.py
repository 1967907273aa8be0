"""People out of a CSV file into the ledger: streamed, in batches that each are whole."""

import asyncio
import itertools
import zoneinfo
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from core.contact import Contact
from core.contact_row import Columns, parse_header, parse_row
from core.errors import InvalidInput
from infra.csv_rows import CsvRows, Row
from infra.db.contacts import Contacts
from infra.db.seen_ids import SeenIds

BATCHES = {"sqlite": 500, "postgresql": 2_000}
"""Rows a transaction. SQLite's is short: for so long nobody else can write."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not taken, and why; `repeats` where its id was taken from another line."""

    line: int
    problem: str
    cells: Sequence[str]
    repeats: bool = False


@dataclass(slots=True)
class Progress:
    """`rows` = new + changed + unchanged + repeated + bad. `bytes_read` runs ahead of them."""

    bytes_read: int = 0
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """Where those who are imported go, besides being subscribers."""

    list_id: int | None = None
    tags: Sequence[str] = ()


@dataclass(slots=True)
class Batch:
    contacts: list[Contact] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    bytes_read: int = 0


async def import_people(
    rows: CsvRows,
    contacts: Contacts,
    target: Target,
    batch_rows: int,
    told: Callable[[Progress], None],
    rejected: Callable[[Reject], None],
) -> Progress:
    """Whom a file names, each once: the first row of an id counts.

    Raises InvalidInput for a header that cannot be read; what is wrong with a row goes to
    `rejected`, and the rows behind it are read. `told` is called after each transaction. Killed
    in between it leaves whole batches; the same file once more comes to the same end.
    """
    columns = parse_header(rows.header)
    done = Progress()
    with SeenIds() as seen:
        batches = _batches(rows, columns, seen, batch_rows)
        # The next is read, in a thread, while this one is written.
        batch = await asyncio.to_thread(next, batches, None)
        while batch is not None:
            following = asyncio.create_task(asyncio.to_thread(next, batches, None))
            try:
                await _take(batch, contacts, target, done, rejected)
                told(done)
            finally:
                batch = await following
    if done.new + done.changed:
        await contacts.settle()
    return done


async def _take(
    batch: Batch,
    contacts: Contacts,
    target: Target,
    done: Progress,
    rejected: Callable[[Reject], None],
) -> None:
    put = await contacts.put(batch.contacts, target.list_id, target.tags)
    for reject in batch.rejects:
        rejected(reject)
    repeated = sum(reject.repeats for reject in batch.rejects)
    done.bytes_read = batch.bytes_read
    done.rows += len(batch.contacts) + len(batch.rejects)
    done.new += put.new
    done.changed += put.changed
    done.unchanged += len(batch.contacts) - put.new - put.changed
    done.repeated += repeated
    done.bad += len(batch.rejects) - repeated


def _batches(rows: CsvRows, columns: Columns, seen: SeenIds, batch_rows: int) -> Iterator[Batch]:
    given = iter(rows)
    while some := list(itertools.islice(given, batch_rows)):
        yield _batch(some, columns, seen, rows.bytes_read)


def _batch(some: Sequence[Row], columns: Columns, seen: SeenIds, bytes_read: int) -> Batch:
    made = Batch(bytes_read=bytes_read)
    read = dict[int, tuple[Row, Contact]]()
    for row in some:
        try:
            contact = _contact(row, columns)
        except InvalidInput as error:
            made.rejects.append(Reject(row.line, str(error), row.cells))
            continue
        first, _ = read.setdefault(contact.user_id, (row, contact))
        if first is not row:
            made.rejects.append(_repeat(row, contact, first.line))
    before = seen.before({user_id: row.line for user_id, (row, _) in read.items()})
    for user_id, (row, contact) in read.items():
        if user_id in before:
            made.rejects.append(_repeat(row, contact, before[user_id]))
        else:
            made.contacts.append(contact)
    return made


def _contact(row: Row, columns: Columns) -> Contact:
    if row.problem:
        raise InvalidInput("row", row.problem)
    return parse_row(row.cells, columns, zone_names())


def _repeat(row: Row, contact: Contact, line: int) -> Reject:
    problem = f"id: {contact.user_id} was taken from line {line}"
    return Reject(row.line, problem, row.cells, repeats=True)


@cache
def zone_names() -> Mapping[str, str]:
    """Every time zone that is known here, by its name in small letters."""
    return {name.lower(): name for name in zoneinfo.available_timezones()}
