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
        self._path, self._within_s = path, within_s
        self._turn: IO[bytes] | None = None
        self._gate: IO[bytes] | None = None
        self._own = asyncio.Lock()

    async def __aenter__(self) -> None:
        await self._own.acquire()
        try:
            await self._lock()
        except BaseException:
            self._own.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        if self._turn is not None:
            fcntl.flock(self._turn, fcntl.LOCK_UN)
        self._own.release()

    def close(self) -> None:
        for file in (self._turn, self._gate):
            if file is not None:
                file.close()
        self._turn = self._gate = None

    async def _lock(self) -> None:
        give_up_at = time.monotonic() + self._within_s
        self._turn = self._turn or self._opened(".turn")
        self._gate = self._gate or self._opened(".gate")
        await self._take(self._gate, give_up_at)
        try:
            await self._take(self._turn, give_up_at)
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)

    async def _take(self, file: IO[bytes], give_up_at: float) -> None:
        while not _locked(file):
            if time.monotonic() > give_up_at:
                raise LedgerUnavailable(f"{self._path}: another process writes and does not end")
            await asyncio.sleep(LOOK_AGAIN_S)

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
