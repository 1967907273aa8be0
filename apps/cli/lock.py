"""One `up` a folder: a lock that lasts as long as its process, and says what runs."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from apps.cli.exits import CommandFailed, Exit

NAME = "up.lock"


class Lock:
    """Held by this process. What it notes is what a second `up` tells."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def note(self, facts: dict[str, Any]) -> None:
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps(facts).encode(), 0)


@contextmanager
def locked(folder: Path) -> Iterator[Lock]:
    """Raises CommandFailed where another `up` runs in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandFailed(_already(folder, path), Exit.TAKEN) from None
        lock = Lock(descriptor)
        lock.note({"pid": os.getpid()})
        yield lock
        lock.note({})
    finally:
        os.close(descriptor)


def _already(folder: Path, path: Path) -> str:
    try:
        facts = json.loads(path.read_text())
    except ValueError:  # caught in the middle of a note
        facts = {}
    pid, running = facts.get("pid", "unknown"), facts.get("running", {})
    parts = [f"{name} {told}" for name, told in running.items()]
    what = f": {', '.join(parts)}" if parts else ""
    return (
        f"already running in {folder.absolute()}, pid {pid}{what}; "
        f"stop it with Ctrl-C in its terminal, or `kill {pid}`"
    )
