"""CSV files of people, and their import, for the tests of what comes of it."""

import io
from collections.abc import Sequence

from infra.csv_rows import CsvRows
from infra.db.contacts import Contacts
from infra.db.engine import Database
from infra.importing import Progress, Reject, Target, import_people
from tests.integration.conftest import BOT


def csv_of(rows: Sequence[str], header: str = "id,first_name,tags,city") -> bytes:
    return "\n".join([header, *rows]).encode()


async def imported(
    database: Database,
    data: bytes,
    target: Target | None = None,
    batch_rows: int = 3,
    rejects: list[Reject] | None = None,
) -> Progress:
    """In batches so small that a few rows are several of them."""
    told = list[int]()
    done = await import_people(
        CsvRows(io.BytesIO(data)),
        Contacts(database, BOT),
        target or Target(),
        batch_rows,
        lambda progress: told.append(progress.rows),
        (rejects if rejects is not None else []).append,
    )
    assert told == sorted(set(told))
    assert done.rows == done.new + done.changed + done.unchanged + done.repeated + done.bad
    return done
