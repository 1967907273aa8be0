"""One `up` a folder: a lock that lasts as long as its process, and says what runs."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from apps.cli.exits import CommandFailed, Exit

LOCK = "up.lock"
NOTES = "up.json"


class Lock:
    """Held by this process. What it notes is what a second `up` tells."""

    def __init__(self, folder: Path) -> None:
        self._notes = folder / NOTES

    def note(self, facts: dict[str, Any]) -> None:
        # In one step: a reader sees the old notes or the new ones, whole.
        written = self._notes.with_suffix(".new")
        written.write_text(json.dumps(facts))
        written.replace(self._notes)

    def forget(self) -> None:
        self._notes.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[Lock]:
    """Raises CommandFailed where another `up` runs in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandFailed(_already(folder), Exit.TAKEN) from None
        lock = Lock(folder)
        lock.note({"pid": os.getpid()})
        yield lock
        lock.forget()
    finally:
        os.close(descriptor)


def _already(folder: Path) -> str:
    try:
        facts = json.loads((folder / NOTES).read_text())
    except OSError:  # it has only just begun
        facts = {}
    pid, running = facts.get("pid", "unknown"), facts.get("running", {})
    parts = [f"{name} {told}" for name, told in running.items()]
    what = f": {', '.join(parts)}" if parts else ""
    return (
        f"already running in {folder.absolute()}, pid {pid}{what}; "
        f"stop it with Ctrl-C in its terminal, or `kill {pid}`"
    )
