"""Whose turn it is to write to a SQLite file."""

import asyncio
import fcntl
import time
from pathlib import Path
from typing import IO

from core.errors import LedgerUnavailable

LOOK_AGAIN_S = 0.001


class FileTurn:
    """An `async with` for one writer at a time, among all processes that use this file.

    SQLite's own waiting sleeps for up to 100 ms between looks at its lock: with four writers most
    of the time is slept away. Here a writer looks each millisecond, and the kernel frees the
    turn of one that died. SQLite's lock still decides; a stranger's writer only waits longer.

    Whoever waits for the turn waits at the gate: so who has just written cannot write again
    before one that waited meanwhile. Raises LedgerUnavailable after `within_s`.
    """

    def __init__(self, path: Path, within_s: float) -> None:
        self._files, self._within_s = _Files(path), within_s
        self._own = asyncio.Lock()

    async def __aenter__(self) -> None:
        await self._own.acquire()
        try:
            give_up_at = time.monotonic() + self._within_s
            while not self._files.advance():
                self._files.check(give_up_at)
                await asyncio.sleep(LOOK_AGAIN_S)
        except BaseException:
            self._files.let_go()
            self._own.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._files.let_go()
        self._own.release()

    def close(self) -> None:
        self._files.close()


class ThreadTurn:
    """The same for a thread that may wait: a `with` for one writer at a time."""

    def __init__(self, path: Path, within_s: float) -> None:
        self._files, self._within_s = _Files(path), within_s

    def __enter__(self) -> None:
        try:
            give_up_at = time.monotonic() + self._within_s
            while not self._files.advance():
                self._files.check(give_up_at)
                time.sleep(LOOK_AGAIN_S)
        except BaseException:
            self._files.let_go()
            raise

    def __exit__(self, *_: object) -> None:
        self._files.let_go()

    def close(self) -> None:
        self._files.close()


class _Files:
    """The gate and the turn, as one of those sees them who wait there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn: IO[bytes] | None = None
        self._gate: IO[bytes] | None = None
        self._at_gate = False

    def advance(self) -> bool:
        """Go on to the gate, and from there to the turn, if they are free; is it ours?"""
        self._turn = self._turn or self._opened(".turn")
        self._gate = self._gate or self._opened(".gate")
        self._at_gate = self._at_gate or _locked(self._gate)
        if not (self._at_gate and _locked(self._turn)):
            return False
        self._leave_gate()
        return True

    def check(self, give_up_at: float) -> None:
        if time.monotonic() > give_up_at:
            raise LedgerUnavailable(f"{self._path}: another process writes and does not end")

    def let_go(self) -> None:
        self._leave_gate()
        if self._turn is not None:
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def close(self) -> None:
        for file in (self._turn, self._gate):
            if file is not None:
                file.close()
        self._turn = self._gate = None

    def _leave_gate(self) -> None:
        if self._at_gate and self._gate is not None:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
        self._at_gate = False

    def _opened(self, suffix: str) -> IO[bytes]:
        try:
            return self._path.with_name(self._path.name + suffix).open("ab")
        except OSError as error:
            raise LedgerUnavailable(f"{self._path}: {error}") from error


def _locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
