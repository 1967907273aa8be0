"""The little server of each role: what it answers, and whom it survives."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from infra.monitoring import server
from tests.architecture import tree

WITHIN_S = 5.0


@dataclass
class Role:
    port: int
    figures: bytes = b"analyticbot_up 1\n"
    reason: str = ""
    trouble: Exception | None = None

    def render(self) -> bytes:
        if self.trouble is not None:
            raise self.trouble
        return self.figures

    def health(self) -> str:
        if self.trouble is not None:
            raise self.trouble
        return self.reason

    def ask(self, path: str, method: str = "GET") -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WITHIN_S)
        try:
            line.request(method, path)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def send(self, *pieces: bytes) -> bytes:
        """What comes back until the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), WITHIN_S) as line:
            for piece in pieces:
                line.sendall(piece)
            told = b""
            while piece := line.recv(4096):
                told += piece
            return told


@pytest.fixture(scope="module")
def served() -> Role:
    role = Role(0)
    role.port = server.serve("127.0.0.1", 0, role.render, role.health)
    return role


@pytest.fixture
def role(served: Role) -> Iterator[Role]:
    yield served
    served.reason, served.trouble = "", None


def test_it_shows_the_figures_and_says_that_it_is_well(role: Role) -> None:
    assert role.ask("/metrics") == (200, "analyticbot_up 1\n")
    assert role.ask("/metrics?name[]=x") == (200, "analyticbot_up 1\n")
    assert role.ask("/health") == (200, "ok\n")
    assert role.ask("/health", "HEAD") == (200, "")


def test_what_is_ill_says_why_in_one_line(role: Role) -> None:
    role.reason = "no answer\nfor 9 s"
    assert role.ask("/health") == (503, "no answer for 9 s\n")
    assert role.ask("/metrics")[0] == 200


@pytest.mark.filterwarnings("ignore")
def test_a_check_that_fails_is_no_good_sign_and_ends_nothing(role: Role) -> None:
    role.trouble = RuntimeError("secret")
    assert role.ask("/health") == (503, "its check failed: RuntimeError\n")
    assert role.ask("/metrics") == (500, "the log has the reason\n")
    role.trouble = None
    assert role.ask("/health") == (200, "ok\n")


def test_there_is_nothing_else(role: Role) -> None:
    assert role.ask("/")[0] == 404
    assert role.ask("/metrics", "POST")[0] == 405


@pytest.mark.parametrize(
    "garbage",
    [
        b"\r\n\r\n",
        b"\x16\x03\x01\x00\xff\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /" + b"a" * 9000,
        b"\xff" * 9000,
    ],
)
def test_garbage_is_answered_and_forgotten(role: Role, garbage: bytes) -> None:
    assert role.send(garbage).startswith(b"HTTP/1.1 40")
    assert role.ask("/health") == (200, "ok\n")


def test_those_who_say_nothing_keep_no_one_else_waiting_for_long(
    role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEAD_WITHIN_S", 0.3)
    with ExitStack() as held:
        for _ in range(server.AT_ONCE):
            silent = socket.create_connection(("127.0.0.1", role.port), WITHIN_S)
            held.enter_context(silent).sendall(b"GET /metrics")
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            role.ask("/health")  # there is no room: it is hung up on, and not kept
        give_up_s = time.monotonic() + WITHIN_S
        while True:
            try:
                assert role.ask("/health") == (200, "ok\n")
                break
            except (http.client.RemoteDisconnected, ConnectionResetError):
                assert time.monotonic() < give_up_s
                time.sleep(0.02)


def test_many_at_once_are_answered(role: Role) -> None:
    told: list[int] = []
    threads = [
        threading.Thread(target=lambda: told.append(role.ask("/health")[0]))
        for _ in range(server.AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [200] * server.AT_ONCE


def test_a_port_that_is_taken_is_told_of(role: Role) -> None:
    with pytest.raises(OSError, match="in use"):
        server.serve("127.0.0.1", role.port, bytes, str)


IDLES = """
import asyncio, signal, time
from infra.monitoring import server

async def main():
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    print(server.serve("127.0.0.1", 0, bytes, str), flush=True)
    cpu_s = time.process_time()
    await ended.wait()
    print(time.process_time() - cpu_s)

asyncio.run(main())
"""


def test_it_costs_an_idle_program_nothing_and_does_not_keep_it_from_its_end() -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree.ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", IDLES], env=environment, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        port = int(program.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)):  # a client that says nothing
            time.sleep(0.5)
            program.send_signal(signal.SIGTERM)
            told, _ = program.communicate(timeout=WITHIN_S)
        assert program.returncode == 0
    assert float(told) < 0.02


NO_FILES = """
import os, resource, socket, time
from infra.monitoring import server

port = server.serve("127.0.0.1", 0, bytes, str)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
line, held = socket.socket(), []
line.settimeout(5)
try:
    while True:
        held.append(os.dup(0))
except OSError:
    pass
line.connect(("127.0.0.1", port))
cpu_s = time.process_time()
time.sleep(0.5)
print(time.process_time() - cpu_s)
for each in held:
    os.close(each)
line.sendall(b"GET /health HTTP/1.0\\r\\n\\r\\n")
print(line.recv(15).decode())
"""


def test_a_process_without_a_file_left_does_not_spin_and_answers_once_it_has_one() -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree.ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", NO_FILES],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    cpu_s, answer = told.stdout.splitlines()
    assert float(cpu_s) < 0.03
    assert answer == "HTTP/1.1 200 OK"
