"""The machine that a benchmark runs on, and what processes cost it."""

import os
import platform
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import psutil

from infra import valkey
from tests.servers.account import unprivileged
from tests.servers.install import programs

KB_PER_MB = 1024


def described() -> str:
    """One line: cores, the load of the last minutes, and what versions run."""
    load = " ".join(f"{average:.1f}" for average in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, load average before {load}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"Postgres {_postgres_version()}, Valkey {_valkey_version()}"
    )


def family(pid: int) -> list[psutil.Process]:
    """A process and all that came of it."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def cpu_s(processes: Iterable[psutil.Process]) -> float:
    """What they have used since they began, user and system."""
    times = [process.cpu_times() for process in processes]
    return sum(each.user + each.system for each in times)


def pss_mb(processes: Iterable[psutil.Process]) -> float:
    """Their memory; of a page that several share, each has its part."""
    return sum(_pss_kb(process.pid) for process in processes) / KB_PER_MB


def _pss_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _postgres_version() -> str:
    """ "postgres (PostgreSQL) 16.2" """
    with tempfile.TemporaryDirectory() as spare:
        account = unprivileged()
        account.own(Path(spare))
        return _asked(programs(account, Path(spare)) / "postgres").split()[2]


def _valkey_version() -> str:
    """ "Valkey server v=9.0.0 sha=…" """
    return _asked(valkey.server_binary()).partition("v=")[2].split()[0]


def _asked(program: Path) -> str:
    return subprocess.run(
        [str(program), "--version"], capture_output=True, text=True, check=True
    ).stdout
