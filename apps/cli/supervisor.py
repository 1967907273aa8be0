"""Keeps a group of programs running, and ends them in order."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from apps.cli.exits import CommandFailed
from apps.cli.logs import Log

PR_SET_PDEATHSIG = 1
READY_POLL_S = 0.02
TAIL_LINES = 12

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None

Tell = Callable[[str, str], None]
"""Called with a program's name and what happened to it."""

Stop = Sequence[tuple[signal.Signals, float]]
"""Signals, each with the seconds that it gives."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """The wait before a restart doubles up to a bound; a program that ran long starts anew."""

    first_s: float = 0.5
    max_s: float = 30.0
    forget_after_s: float = 30.0

    def delay_s(self, failures: int) -> float:
        # The bound on the exponent keeps the number small; the wait is long at its own by then.
        return min(self.first_s * 2.0 ** min(failures - 1, 32), self.max_s)


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `stop` lists the signals that end it, each with the seconds it may then take;
    SIGKILL comes after them. `is_ready` is asked often, from its start until it says yes.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Log
    stop: Stop
    is_ready: Callable[[], bool]
    backoff: Backoff = field(default_factory=Backoff)


class Child:
    """One program, started again whenever it ends, until `stop`."""

    def __init__(self, program: Program, tell: Tell) -> None:
        self.program, self._tell = program, tell
        self.pid = 0
        self.restarts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._started = asyncio.Event()
        self._keeping = asyncio.create_task(self._keep())

    async def started(self) -> None:
        """Once it has a pid, or could not even be started."""
        await self._started.wait()

    async def ready(self, within_s: float) -> bool:
        """Whether it was ready in time. Raises CommandFailed, with the end of its log, where it
        ended before.
        """
        give_up_at = asyncio.get_running_loop().time() + within_s
        await self.started()
        while not self.program.is_ready():
            if self.restarts or self._keeping.done():
                raise self._failed_to_start()
            if asyncio.get_running_loop().time() > give_up_at:
                return False
            await asyncio.sleep(READY_POLL_S)
        return True

    async def stop(self, hurry: asyncio.Event) -> None:
        """End it: politely as long as nobody is in a hurry, in the end by SIGKILL."""
        self._stopping.set()
        for number, seconds in self.program.stop:
            self._send(number)
            if await self._ended(seconds, hurry):
                break
        if self._process is not None:
            _kill_group(self._process.pid)
        with contextlib.suppress(OSError):  # a program that could not be started at all
            await self._keeping

    async def _keep(self) -> None:
        failures = 0
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            await self._run()
            if self._stopping.is_set():
                return
            self.restarts += 1
            ran_s = loop.time() - began
            failures = 1 if ran_s > self.program.backoff.forget_after_s else failures + 1
            delay_s = self.program.backoff.delay_s(failures)
            self._tell(self.program.name, f"{self._end}; starts again in {delay_s:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay_s)

    async def _run(self) -> None:
        """Start it and wait for its end."""
        try:
            with self.program.log.open() as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self.program.command,
                    env=dict(self.program.environment),
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    # Ctrl-C is for the supervisor alone, which ends its programs in order.
                    start_new_session=True,
                    preexec_fn=tied_to_parent(),
                )
        finally:
            self._started.set()
        self.pid = self._process.pid
        if self.restarts:
            self._tell(self.program.name, f"runs again, pid {self.pid}")
        await self._process.wait()
        _kill_group(self.pid)  # what it has left behind

    async def _ended(self, seconds: float, hurry: asyncio.Event) -> bool:
        hurried = asyncio.create_task(hurry.wait())
        waited = {self._keeping, hurried}
        await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        return self._keeping.done()

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    @property
    def _end(self) -> str:
        code = self._process.returncode if self._process else None
        if code is None or code >= 0:
            return f"ended with code {code}"
        return f"was ended by {signal.Signals(-code).name}"

    def _failed_to_start(self) -> CommandFailed:
        name, log = self.program.name, self.program.log
        return CommandFailed(
            "\n".join([f"{name} {self._end} at its start; {log.path} ends:", *log.tail(TAIL_LINES)])
        )


class Supervisor:
    """The programs, in the order of their start."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.children: dict[str, Child] = {}
        self.hurry = asyncio.Event()

    def start(self, program: Program) -> Child:
        child = Child(program, self._tell)
        self.children[program.name] = child
        return child

    async def stop(self) -> None:
        """The last started is the first to go. With `hurry` set, at once."""
        for child in reversed(self.children.values()):
            await child.stop(self.hurry)


def tied_to_parent() -> Callable[[], None]:
    """For `preexec_fn`: the kernel kills the program when the supervisor dies."""
    parent = os.getpid()

    def tie() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return tie


def _kill_group(pid: int) -> None:
    """Each program leads a group of its own, in which its own children are."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
