"""Bots as processes of their own that start at once: forked from one that has imported all.

To import aiogram takes seconds, and a test that kills a bot needs a process each time.
`python -m tests.bot.nursery` is the process that they are forked from: a line of JSON asks it
for one, or how one fares.
"""

import json
import os
import runpy
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Self, cast

from tests.servers.process import tied_to_parent
from tests.servers.program import POLL_S, ROOT, Program

PRELOADED = ("apps.bot.main", "tests.bot.alerting")


class Nursery:
    """For tests: it starts in the background, and ends with all that was forked from it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=tied_to_parent(signal.SIGKILL),  # noqa: PLW1509  no threads in it
        )

    def ask(self, question: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


class Child:
    """What was forked, as far as subprocess.Popen tells of what it has started."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery, self.pid = nursery, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._nursery.ask({"ended": self.pid})
        return self.returncode

    def wait(self) -> None:
        while self.poll() is None:
            time.sleep(POLL_S)


class Forked(Program):
    """`python -m MODULE` with no time lost in imports."""

    def __init__(self, nursery: Nursery, like: Program, module: str = "apps.bot") -> None:
        super().__init__(like.name, (module,), like.folder, like._environment)
        self._nursery = nursery

    def start(self) -> None:
        question: dict[str, Any] = {"module": self._arguments[0], "folder": str(self.folder)}
        question |= {"log": str(self._log), "environment": dict(self._environment)}
        # It has what Program asks of a Popen.
        self.process = cast(Any, Child(self._nursery, self._nursery.ask(question)))


def serve() -> None:
    for name in PRELOADED:
        __import__(name)
    for line in sys.stdin:
        question = json.loads(line)
        answer = _ended(question["ended"]) if "ended" in question else _forked(question)
        print(json.dumps(answer), flush=True)


def _ended(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _forked(question: Mapping[str, Any]) -> int:
    tie = tied_to_parent(signal.SIGKILL)
    pid = os.fork()
    if not pid:
        _live(question, tie)
    return pid


def _live(question: Mapping[str, Any], tie: Callable[[], None]) -> None:
    """The life of the child, from its birth to its end."""
    code = 1
    try:
        os.setsid()
        tie()
        log = os.open(question["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), log, log)):
            os.dup2(file, number)
        os.chdir(question["folder"])
        os.environ.clear()
        os.environ.update(question["environment"], PATH=os.defpath)
        runpy.run_module(question["module"], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = _exit_code(ended)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _exit_code(ended: SystemExit) -> int:
    """As the interpreter does it: a text is an error's."""
    if isinstance(ended.code, str):
        print(ended.code, file=sys.stderr)
        return 1
    return ended.code or 0


if __name__ == "__main__":
    serve()
