"""One of our own programs as a real process: a session, a log and an environment of its own."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from tests.servers.nursery import PYTHON, Nursery, Process, begun
from tests.servers.process import ServerFailed

ROOT = Path(__file__).parents[2]
POLL_S = 0.02
GONE_WITHIN_S = 10.0
TAIL = 6_000


class Program:
    """`python -m …` in its folder: killed, frozen and thawed with all of its children.

    It sees only the environment that it is given, and no `.env`: its folder has none. The
    kernel ties it to the *thread* that called `start`: call it from one that lives on.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.name, self.folder = name, folder
        self._arguments, self._environment = arguments, environment
        self._log = folder / f"{name}.log"
        self.process: Process | None = None
        self.nursery: Nursery | None = None
        """Where it is to be forked, if not with all others."""

    def start(self) -> None:
        """Start it; does not wait for anything."""
        told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self._environment}
        with self._log.open("ab") as log, Path(os.devnull).open("rb") as nothing:
            streams = (nothing, log, log)
            self.process = begun(self.command, self.folder, told, streams, self.nursery)

    @property
    def command(self) -> list[str]:
        return [*PYTHON, *self._arguments]

    @property
    def pid(self) -> int:
        if self.process is None:
            raise ServerFailed(f"{self.name} was not started")
        return self.process.pid

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def tail(self) -> str:
        return f"--- {self.name} (runs: {self.runs}), its log ends:\n{self.log()[-TAIL:]}"

    def kill(self) -> None:
        """SIGKILL to it and all of its children; returns when none of them runs."""
        if not self.runs:
            return
        family = self._family()
        os.killpg(self.pid, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()
        _wait_until_gone(family)

    def freeze(self) -> None:
        """SIGSTOP to it and all of its children."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def terminate(self) -> None:
        """SIGTERM to the parent alone, as a supervisor sends it."""
        os.kill(self.pid, signal.SIGTERM)

    async def ended(self, within_s: float) -> int:
        """Wait for its end; its exit code."""
        give_up_at = time.monotonic() + within_s
        while self.runs:
            if time.monotonic() > give_up_at:
                raise ServerFailed(f"{self.name} still runs after {within_s:.0f} s\n{self.tail()}")
            await asyncio.sleep(POLL_S)
        assert self.process is not None
        return self.process.wait()

    async def logged(self, text: str, within_s: float, times: int = 1) -> None:
        """Wait until its log has this text, so many times."""
        give_up_at = time.monotonic() + within_s
        while self.log().count(text) < times:
            if not self.runs or time.monotonic() > give_up_at:
                raise ServerFailed(f"{self.name} did not log {text!r}\n{self.tail()}")
            await asyncio.sleep(POLL_S)

    def _family(self) -> list[psutil.Process]:
        return psutil.Process(self.pid).children(recursive=True)


def _wait_until_gone(family: Sequence[psutil.Process]) -> None:
    give_up_at = time.monotonic() + GONE_WITHIN_S
    while any(_lives(child) for child in family):
        if time.monotonic() > give_up_at:
            raise ServerFailed(f"outlived their parent: {family}")
        time.sleep(POLL_S)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)  # its parent may never look
    except psutil.NoSuchProcess:
        return False
