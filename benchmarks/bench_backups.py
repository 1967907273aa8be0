"""Backup, restore and the move to Postgres: rows a second, and memory at ten times the rows.

Half of the rows are messages, with a text of 200 characters, half their attempts. Each command
runs in a process of its own, as its user calls it; its memory is what it had at most. The ledger
is small first, so that a growth of memory with the rows is seen.
Run: python -m benchmarks.bench_backups --rows N
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from benchmarks.report import Column, Report
from infra.db import schema
from infra.db.engine import Database
from infra.db.tables import attempts, messages
from tests.servers.command_line import environment
from tests.servers.postgres import PostgresServer

FEW, MANY, QUICK = 10_000, 100_000, 20_000
SLICE = 1_000
COLUMNS = (
    Column("s", 1),
    Column("CPU s", 1),
    Column("rows/s"),
    Column("memory MB"),
    Column("file MB", 1),
)
AT = datetime(2026, 1, 1, tzinfo=UTC)


async def fill(url: str, count: int) -> None:
    database = Database(url)
    await schema.migrate(database)
    for begin in range(0, count // 2, SLICE):
        numbers = range(begin + 1, begin + SLICE + 1)
        async with database.writing() as connection:
            await connection.execute(insert(messages), [_message(number) for number in numbers])
            await connection.execute(insert(attempts), [_attempt(number) for number in numbers])
    await database.close()


def _message(number: int) -> dict[str, object]:
    at = AT + timedelta(seconds=number)
    times = ("wanted_at", "turn_at", "due_at", "sent_at", "ended_at", "created_at")
    counts = {"cost": 1, "attempts": 1, "max_attempts": 6, "hidden": 0, "broadcast_id": 0}
    text = f"{number} " + "words of a post " * 12
    return {
        "bot_id": 7,
        "id": number,
        "chat_id": str(number % 5_000),
        "key": f"k{number}",
        "fingerprint": f"{number:064x}",
        "content": {"method": "sendMessage", "params": {"text": text}},
        "state": "sent",
        "on_uncertain": "resend",
        "message_ids": [number],
        **counts,
        **dict.fromkeys(times, at),
    }


def _attempt(number: int) -> dict[str, object]:
    at = AT + timedelta(seconds=number)
    return {
        "message_id": number,
        "number": 1,
        "outcome": "sent",
        "started_at": at,
        "ended_at": at + timedelta(seconds=0.1),
    }


class Bench:
    def __init__(self, report: Report, folder: Path, postgres: PostgresServer) -> None:
        self._report, self._folder, self._postgres = report, folder, postgres

    def run(self, count: int) -> None:
        ledger = self._folder / f"{count}.db"
        sqlite = f"sqlite:///{ledger}"
        asyncio.run(fill(sqlite, count))
        backup = self._folder / f"{count}.backup"
        restored = f"sqlite:///{self._folder / f'{count}_restored.db'}"
        postgres, moved = (self._postgres.create_database(f"{name}{count}") for name in "rm")
        self._call(f"{count:,}: back up SQLite", count, sqlite, "backup", str(backup))
        self._call(f"{count:,}: restore to SQLite", count, restored, "restore", str(backup))
        self._call(f"{count:,}: restore to Postgres", count, postgres, "restore", str(backup))
        again = str(self._folder / f"{count}_again.backup")
        self._call(f"{count:,}: back up Postgres", count, postgres, "backup", again)
        self._call(f"{count:,}: move to Postgres", count, moved, "move", "--from", str(ledger))

    def _call(self, name: str, count: int, url: str, *words: str) -> None:
        began_s = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "apps.cli", *words],
            env=environment(self._folder, DATABASE_URL=url),
            stdout=subprocess.DEVNULL,
        )
        _, status, used = os.wait4(process.pid, 0)
        took_s = time.perf_counter() - began_s
        if status:
            raise SystemExit(f"{name}: ended with status {status}")
        file_mb = Path(words[-1]).stat().st_size / 1e6
        cpu_s = used.ru_utime + used.ru_stime
        memory_mb = used.ru_maxrss / 1024
        self._report.ours(name, took_s, cpu_s, count / took_s, memory_mb, file_mb)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=MANY)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    report = Report("Backup, restore, move", COLUMNS)
    with tempfile.TemporaryDirectory() as folder, PostgresServer() as postgres:
        bench = Bench(report, Path(folder), postgres)
        for count in (FEW, QUICK if asked.quick else asked.rows):
            bench.run(count)
    report.show()


if __name__ == "__main__":
    main()
