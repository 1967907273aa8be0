"""People out of a CSV file: rows a second, and what a long file takes beside a short one.

Each import runs in a process of its own, on a file whose rows have names, tags and fields, into
an empty ledger and then once more. A long file has twice as many rows in memory as the short one,
WINDOW_ROWS of them, however long it is. The baseline writes the same columns, unchecked, into a
bare table: SQLite's executemany, Postgres' COPY. Run: python -m benchmarks.bench_import --rows N
"""

import argparse
import asyncio
import csv
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.bench_plans import urls
from benchmarks.report import Column, Report
from infra.csv_rows import CsvRows
from infra.db import schema
from infra.db.contacts import Contacts, Put
from infra.db.engine import Database
from infra.db.lists import Lists
from infra.importing import BATCHES, Target, import_people

BOT = 7
FEW, MANY, QUICK = 10_000, 1_000_000, 30_000
TAGS = ("customer", "vip", "trial", "blog")
HEADER = "id,first_name,last_name,username,language,zone,tags,joined,city,plan"
BARE = "CREATE TABLE bare (id BIGINT PRIMARY KEY, told TEXT)"
COLUMNS = (
    Column("rows/s", at_least=5_000),
    Column("again rows/s", at_least=5_000),
    Column("longest batch ms"),
    Column("peak MB", 1),
    Column("MB more than few", 1, at_most=32),
)


class Timed(Contacts):
    """Notes how long the longest transaction took."""

    longest_s = 0.0

    async def put(self, contacts: Any, list_id: int | None = None, tags: Any = ()) -> Put:
        began_s = time.perf_counter()
        done = await super().put(contacts, list_id, tags)
        self.longest_s = max(self.longest_s, time.perf_counter() - began_s)
        return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=MANY, help="of the long file")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} rows")
    parser.add_argument("--child", nargs=2, metavar=("URL", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        url, file = asked.child
        sys.stdout.write(json.dumps(asyncio.run(imported(url, Path(file)))))
        return
    report = Report("Import of people from a CSV file", COLUMNS)
    with urls() as found, tempfile.TemporaryDirectory() as folder:
        sizes = (FEW, QUICK if asked.quick else asked.rows)
        files = [written(Path(folder) / f"{size}.csv", size) for size in sizes]
        for name, url in found.items():
            few, many = (
                measure(url(file_size), file) for file_size, file in zip(sizes, files, strict=True)
            )
            report.baseline(f"{name}, {FEW:,} rows", *few, None)
            report.ours(f"{name}, {sizes[1]:,} rows", *many, many[-1] - few[-1])
            bare = asyncio.run(bare_rows_a_second(url(sizes[1] + 1), files[1]))
            report.baseline(f"{name}, bare", bare, None, None, None, None)
    report.show()


def measure(url: str, file: Path) -> tuple[float, float, float, float]:
    """Rows a second, the same again, the longest batch in ms, the peak in MB."""
    asyncio.run(_migrated(url))
    first, again = (_in_a_process(url, file) for _ in range(2))
    assert again["changed"] == again["new"] == 0
    assert again["rows"] == first["rows"]
    rate, rate_again = (each["rows"] / each["took_s"] for each in (first, again))
    return rate, rate_again, first["longest_s"] * 1000, first["peak_kb"] / 1024


async def imported(url: str, file: Path) -> dict[str, float]:
    database = Database(url)
    contacts = Timed(database, BOT)
    made = await Lists(database, BOT).create("bench")
    began_s = time.perf_counter()
    with file.open("rb") as opened:
        target, batch_rows = Target(made.id, ("bench",)), BATCHES[database.dialect]
        nothing = (lambda _: None, lambda _: None)
        done = await import_people(CsvRows(opened), contacts, target, batch_rows, *nothing)
    took_s = time.perf_counter() - began_s
    await database.close()
    told = {"rows": done.rows, "new": done.new, "changed": done.changed, "took_s": took_s}
    return {**told, "longest_s": contacts.longest_s, "peak_kb": _peak_kb()}


async def bare_rows_a_second(url: str, file: Path) -> float:
    began_s, count = time.perf_counter(), 0
    with file.open(newline="") as opened:
        rows = ((int(row[0]), json.dumps(row)) for row in csv.reader(opened) if row[0] != "id")
        if url.startswith("sqlite"):
            count = _executemany(url.removeprefix("sqlite:///"), rows)
        else:
            count = await _copied(url, rows)
    return count / (time.perf_counter() - began_s)


def _executemany(path: str, rows: Iterator[tuple[int, str]]) -> int:
    connection = sqlite3.connect(path)
    connection.execute(BARE)
    count = connection.executemany("INSERT INTO bare VALUES (?, ?)", rows).rowcount
    connection.commit()
    connection.close()
    return count


async def _copied(url: str, rows: Iterator[tuple[int, str]]) -> int:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute(BARE)
    told = await connection.copy_records_to_table("bare", records=rows)
    await connection.close()
    return int(told.split()[-1])


def written(path: Path, rows: int) -> Path:
    """Ids as Telegram gives them: far apart, in no order, each once."""
    chance = random.Random(rows)
    ids = chance.sample(range(10**8, 8 * 10**9), rows)
    with path.open("w") as file:
        file.write(HEADER + "\n")
        file.writelines(_row(number, user_id, chance) for number, user_id in enumerate(ids))
    return path


def _row(number: int, user_id: int, chance: random.Random) -> str:
    tags = ";".join(chance.sample(TAGS, 2))
    when = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
    name = f"Name {number},Surname {number},user_{number}"
    return f'{user_id},{name},en,Europe/London,"{tags}",{when},"City, {number % 500}",gold\n'


def _in_a_process(url: str, file: Path) -> Any:
    words = [sys.executable, "-m", "benchmarks.bench_import", "--child", url, str(file)]
    return json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)


async def _migrated(url: str) -> None:
    database = Database(url)
    await schema.migrate(database)
    await database.close()


def _peak_kb() -> int:
    [line] = [
        each for each in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in each
    ]
    return int(line.split()[1])


if __name__ == "__main__":
    main()
