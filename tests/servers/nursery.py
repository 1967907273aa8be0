"""Our programs as processes that start at once: forked from one that has imported what is heavy.

To import Celery, SQLAlchemy and aiohttp takes a second of CPU, and a run of the tests starts
hundreds of processes. What reads the environment as it is imported (infra.celery) is left out of
PRELOADED: each child reads its own. `python -m tests.servers.nursery FD MODULE…` is the process
that they are forked from; it ends, and they with it, once nobody holds the other end of FD.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, ClassVar, Self

from tests.servers.process import tied_to_parent

ROOT = Path(__file__).parents[2]
PRELOADED = (
    *("celery.bin.celery", "celery.apps.worker", "celery.apps.beat", "celery.concurrency.prefork"),
    *("celery.app.control", "celery.app.events", "celery.backends.redis", "kombu.transport.redis"),
    *("infra.db.ledger", "infra.db.schema", "infra.telegram.client", "infra.telegram.governor"),
    *("sandbox.server", "apps.cli.main"),
)
PYTHON = (sys.executable, "-m")
MESSAGE_BYTES = 1 << 17


def begun(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    streams: Sequence[IO[Any]],
    nursery: "Nursery | None" = None,
) -> "Process":
    """A process in a session of its own, which ends with whoever has begun it; `streams` are its
    three. `python -m …` is forked from a nursery: the given one, or that of all, which there is
    in tests and not in benchmarks.
    """
    nursery = nursery or Nursery.of_all
    if nursery is not None and tuple(command[:2]) == PYTHON:
        return nursery.child(command[2:], folder, environment, streams)
    stdin, stdout, stderr = streams
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=tied_to_parent(signal.SIGKILL),  # noqa: PLW1509  no threads in it
    )


class Nursery:
    """Begun when it is first asked; by any thread, and it outlives that."""

    of_all: ClassVar["Nursery | None"] = None

    def __init__(self, preloaded: Sequence[str] = PRELOADED) -> None:
        self._preloaded = preloaded
        self._process: subprocess.Popen[bytes] | None = None
        self._asking = threading.Lock()

    def child(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        streams: Sequence[IO[Any]],
    ) -> "Child":
        """`python -m …`, as `begun` does it."""
        question: dict[str, Any] = {"arguments": list(arguments), "folder": str(folder)}
        question["environment"] = dict(environment)
        return Child(self, self.ask(question, [each.fileno() for each in streams]))

    def ask(self, question: Mapping[str, Any], files: Sequence[int] = ()) -> Any:
        with self._asking:
            if self._process is None:
                self._begin()
            socket.send_fds(self._line, [json.dumps(question).encode()], files)
            return json.loads(self._line.recv(MESSAGE_BYTES))

    def _begin(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        number = str(theirs.fileno())
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.servers.nursery", number, *self._preloaded],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._line.close()
            self._process.wait()


class Child:
    """What was forked, as far as subprocess.Popen tells of what it has started."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery, self.pid = nursery, pid
        self._end = os.pidfd_open(pid)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended_within(0)

    def wait(self) -> int:
        self._ended_within(None)
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _ended_within(self, wait_ms: int | None) -> int | None:
        if self.returncode is None:
            ends = select.poll()
            ends.register(self._end, select.POLLIN)
            if ends.poll(wait_ms):
                self.returncode = self._nursery.ask({"ended": self.pid})
                os.close(self._end)
        return self.returncode


Process = Child | subprocess.Popen[bytes]


def serve(line: socket.socket) -> dict[str, Any]:
    """Returns in each child, with what it is to do; never in the nursery itself."""
    while True:
        asked, files, _, _ = socket.recv_fds(line, MESSAGE_BYTES, 3)
        if not asked:
            raise SystemExit
        question: dict[str, Any] = json.loads(asked)
        if "ended" in question:
            answer = os.waitstatus_to_exitcode(os.waitpid(question["ended"], 0)[1])
        else:
            tie = tied_to_parent(signal.SIGKILL)
            answer = os.fork()
            if not answer:
                tie()
                line.close()
                _take(files)
                return question
        for each in files:
            os.close(each)
        line.send(json.dumps(answer).encode())


def _take(files: Sequence[int]) -> None:
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)


def live(question: Mapping[str, Any]) -> None:
    """As `python -m` begins: its folder comes first in what it imports from."""
    os.chdir(question["folder"])
    os.environ.clear()
    os.environ.update(question["environment"])
    time.tzset()
    sys.path[0] = question["folder"]
    module, *_ = sys.argv = question["arguments"]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for name in sys.argv[2:]:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    live(serve(socket.socket(fileno=int(sys.argv[1]))))
