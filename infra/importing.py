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

WINDOW_ROWS, WINDOW_BYTES = 20_000, 32_000_000
"""Rows that are in memory at a time, to be put in order; fewer where they are long. By batches
alone, 500 rows of a file in no order change some 3,000 pages of a database with a million people.
"""

STEP_ROWS = 500


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
    began_bytes = 0
    while (window := _window(rows, columns, seen)).bytes_read:
        yield from _cut(window, batch_rows, began_bytes)
        began_bytes = window.bytes_read


def _window(rows: CsvRows, columns: Columns, seen: SeenIds) -> Batch:
    """The next WINDOW_ROWS, or fewer long ones; no bytes behind the last."""
    began_bytes, left, window = rows.bytes_read, WINDOW_ROWS, Batch()
    while left and rows.bytes_read - began_bytes < WINDOW_BYTES:
        some = list(itertools.islice(rows, min(left, STEP_ROWS)))
        if not some:
            break
        _read(some, columns, seen, window)
        left -= len(some)
        window.bytes_read = rows.bytes_read
    return window


def _cut(window: Batch, batch_rows: int, began_bytes: int) -> Iterator[Batch]:
    """In the order of ids: so that a transaction writes to as few pages of the database as can
    be, where a file has them in none. What was rejected comes with the first.
    """
    people = sorted(window.contacts, key=lambda contact: contact.user_id)
    rejects, grown = window.rejects, window.bytes_read - began_bytes
    for start in range(0, max(len(people), 1), batch_rows):
        some = people[start : start + batch_rows]
        part = (start + len(some)) / len(people) if people else 1.0
        yield Batch(some, rejects, began_bytes + round(grown * part))
        rejects = []


def _read(some: Sequence[Row], columns: Columns, seen: SeenIds, window: Batch) -> None:
    read = dict[int, tuple[Row, Contact]]()
    for row in some:
        try:
            contact = _contact(row, columns)
        except InvalidInput as error:
            window.rejects.append(Reject(row.line, str(error), row.cells))
            continue
        first, _ = read.setdefault(contact.user_id, (row, contact))
        if first is not row:
            window.rejects.append(_repeat(row, contact, first.line))
    before = seen.before({user_id: row.line for user_id, (row, _) in read.items()})
    for user_id, (row, contact) in read.items():
        if user_id in before:
            window.rejects.append(_repeat(row, contact, before[user_id]))
        else:
            window.contacts.append(contact)


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
