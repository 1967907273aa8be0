"""Small programs for the supervisor's tests."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from apps.cli.logs import Log
from apps.cli.supervisor import Backoff, Child, Program, Supervisor

QUICK = Backoff(first_s=0.05, max_s=0.1)
SLEEP = "print('up', flush=True); time.sleep(60)"
POLITE = f"import signal, sys, time; signal.signal(15, lambda *_: sys.exit()); {SLEEP}"
STUBBORN = f"import signal, time; signal.signal(15, signal.SIG_IGN); {SLEEP}"
PARENT = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print(child.pid, 'up', flush=True); time.sleep(60)"
)


class Told(list[tuple[str, str]]):
    """What the supervisor says."""

    def __call__(self, name: str, text: str) -> None:
        self.append((name, text))


def program(folder: Path, code: str, name: str = "it", stop_s: float = 2.0) -> Program:
    log = Log(folder / f"{name}.log")
    return Program(
        name,
        [sys.executable, "-c", code],
        dict(os.environ),
        log,
        ((signal.SIGTERM, stop_s),),
        lambda: log.contains("up"),
        QUICK,
    )


async def until(holds: Callable[[], object], within_s: float = 10.0) -> None:
    give_up_at = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < give_up_at, "it never came to pass"
        await asyncio.sleep(0.01)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def started(supervisor: Supervisor, made: Program) -> Child:
    child = supervisor.start(made)
    assert await child.ready(10)
    return child
