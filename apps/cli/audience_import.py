"""`audience import`: a file's people into the ledger, with a bar, and what was wrong with rows."""

import asyncio
import io
import os
import stat
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from apps.cli.exits import CommandFailed, Exit
from apps.cli.import_progress import ImportProgress
from apps.cli.ledger import opened
from apps.cli.show import as_json, plain
from core.contact import parse_list_name, parse_tags
from core.contact_row import parse_header
from core.errors import InvalidInput
from infra.csv_rows import CsvRows
from infra.db.contacts import Contacts
from infra.db.lists import Lists
from infra.importing import BATCHES, Progress, Target, import_people
from infra.rejects import Rejects
from infra.settings import Settings

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for, as it was written."""

    file: str
    list_name: str | None
    tags: Sequence[str]
    rejects: Path | None

    def __post_init__(self) -> None:
        """Raises InvalidInput for a file that would be overwritten while it is read."""
        if self.rejects is not None and self.rejects.exists() and self.file != STDIN:
            source = Path(self.file)
            if source.exists() and source.samefile(self.rejects):
                raise InvalidInput("--rejects", "is the file that is read", "name another")


def run(settings: Settings, order: Order, *, json: bool) -> None:
    tags = parse_tags(order.tags, "tags")
    name = parse_list_name(order.list_name) if order.list_name is not None else ""
    began_s = time.monotonic()
    try:
        with _source(order.file) as (file, size), Rejects(order.rejects) as rejects:
            rows = CsvRows(file)
            parse_header(rows.header)
            rejects.begin(rows.header)
            with ImportProgress(size) as told:
                done = asyncio.run(_import(settings, rows, name, tags, told, rejects))
    except KeyboardInterrupt:
        text = "stopped; what was imported stays, and the same command goes on"
        raise CommandFailed(text, Exit.INTERRUPTED) from None
    except OSError as error:
        text = f"broken off: {error}; what was imported stays, and the same command goes on"
        raise CommandFailed(text) from None
    if json:
        return as_json(_facts(done, name, tags, rejects))
    return _tell(done, rejects, order, time.monotonic() - began_s)


async def _import(
    settings: Settings,
    rows: CsvRows,
    name: str,
    tags: Sequence[str],
    told: ImportProgress,
    rejects: Rejects,
) -> Progress:
    async with opened(settings) as database:
        made = await Lists(database, settings.bot_id).create(name) if name else None
        contacts = Contacts(database, settings.bot_id)
        target = Target(made.id if made else None, tags)
        batch_rows = BATCHES[database.dialect]
        return await import_people(rows, contacts, target, batch_rows, told, rejects)


@contextmanager
def _source(file: str) -> Iterator[tuple[io.BufferedIOBase, int | None]]:
    """The file, and its bytes where they are known. Raises InvalidInput."""
    if file == STDIN:
        assert isinstance(sys.stdin.buffer, io.BufferedIOBase)
        yield sys.stdin.buffer, None
        return
    try:
        opened_file = Path(file).open("rb")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise InvalidInput("FILE", f"{file} cannot be read: {error.strerror}") from None
    with opened_file:
        found = os.fstat(opened_file.fileno())
        yield opened_file, found.st_size if stat.S_ISREG(found.st_mode) else None


def _facts(done: Progress, name: str, tags: Sequence[str], rejects: Rejects) -> dict[str, Any]:
    bad = [{"line": each.line, "problem": each.problem} for each in rejects.shown]
    counts = asdict(done)
    counts.pop("bytes_read")
    return {**counts, "list": name, "tags": list(tags), "bad_rows": bad}


def _tell(done: Progress, rejects: Rejects, order: Order, took_s: float) -> None:
    counts = (
        f"{done.new:,} new",
        f"{done.changed:,} changed",
        f"{done.unchanged:,} unchanged",
        f"{done.repeated:,} that repeat an id" if done.repeated else "",
        f"{done.bad:,} bad" if done.bad else "",
    )
    plain(f"{done.rows:,} rows in {took_s:.1f} s: {', '.join(filter(None, counts))}")
    for each in rejects.shown:
        plain(f"line {each.line}: {each.problem}")
    more = done.bad - len(rejects.shown)
    if more and order.rejects is None:
        plain(f"and {more:,} more; --rejects FILE writes all of them to a file")
    if order.rejects is not None and done.bad + done.repeated:
        plain(f"the rows that were not taken are in {order.rejects}")
