"""What the test servers share: a child process with a port and a folder of its own.

Usable without pytest, so that benchmarks start the same servers.
"""

import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

HOST = "127.0.0.1"
START_WITHIN_S = 30.0
STOP_WITHIN_S = 15.0
START_TRIES = 20
PAUSE_BETWEEN_TRIES_S = 0.1
POLL_S = 0.01

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class ServerFailed(RuntimeError):
    """A test server is missing, or did not start; the text says why and what to do."""


class Server:
    """A server that can be started, stopped, killed and restarted, and dies with its starter.

    The kernel ties it to the *thread* that called `start`: call it from one that lives on.
    """

    name: str
    stop_signal = signal.SIGTERM
    orphan_signal = signal.SIGKILL
    start_within_s = START_WITHIN_S

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. A port once chosen stays for good.

        Tried again when the process ends at once: another took the port in between, or
        what a kill has left behind is not gone yet.
        """
        for _ in range(START_TRIES):
            port = self.port or free_port()
            self.process = self._spawn(port)
            if self._answers_before_it_ends(port):
                self.port = port
                return
            time.sleep(PAUSE_BETWEEN_TRIES_S)
        raise self._failed("ends as soon as it is started")

    def stop(self) -> None:
        """End it in good order, with all it has written kept."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """SIGKILL: no goodbye, nothing flushed."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """The same port and the same data; after `kill`, only its start."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop it and delete its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    @property
    def pid(self) -> int:
        if self.process is None:
            raise ServerFailed(f"{self.name} does not run")
        return self.process.pid

    def command(self, port: int) -> Sequence[str]:
        raise NotImplementedError

    def answers(self, port: int) -> bool:
        raise NotImplementedError

    def privileges(self) -> dict[str, Any]:
        """Under whom it runs, as arguments for `subprocess`."""
        return {}

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                self.command(port),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C at the tests is not meant for it
                preexec_fn=tied_to_parent(self.orphan_signal),  # noqa: PLW1509  no threads yet
                **self.privileges(),
            )

    def _answers_before_it_ends(self, port: int) -> bool:
        assert self.process is not None
        give_up_at = time.monotonic() + self.start_within_s
        while self.process.poll() is None:
            if self.answers(port) and self.process.poll() is None:
                return True
            if time.monotonic() > give_up_at:
                self.kill()
                raise self._failed(f"does not answer within {self.start_within_s:.0f} s")
            time.sleep(POLL_S)
        return False

    def _failed(self, how: str) -> ServerFailed:
        return ServerFailed(f"{self.name} {how}; its log ends:\n{self.log()[-2000:]}")

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        self.process.send_signal(signal.SIGCONT)  # a paused one hears nothing else
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


def free_port() -> int:
    """A port that is free, below those that the kernel gives to outgoing connections.

    One from their range (what binding to port 0 gives) could be lost while its server is
    down: a client that keeps trying to reconnect ends up connected to itself.
    """
    while True:
        port = random.randint(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


def tied_to_parent(how: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the child this signal when its parent dies."""
    parent = os.getpid()

    def tie() -> None:
        if sys.platform == "linux":
            _libc.prctl(_PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return tie
