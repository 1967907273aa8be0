"""The containers' health check, as a container runs it: against a server, by its exit code."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server, socket

import pytest

from infra.docker import healthcheck
from tests.servers.process import HOST, free_port

PROGRAM = Path(healthcheck.__file__)
ANSWERS = {
    "/health": (200, b"ok\n"),
    "/ill": (503, b"no answer\n  to a ping\xff\n"),
    "/moved": (307, b""),
    "/long": (503, b"x" * 100_000),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not among the tests' own lines."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer((HOST, 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{listening.server_port}"
        listening.shutdown()


@contextmanager
def silent() -> Iterator[str]:
    """Takes connections and says nothing."""
    with create_server((HOST, 0)) as listening:
        yield f"http://{HOST}:{listening.getsockname()[1]}/health"


def test_who_is_well_ends_it_with_0_whatever_proxy_is_set(server: str) -> None:
    environment = {"http_proxy": f"http://{HOST}:{free_port()}"}
    done = ran(f"{server}/health", environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ok\n", "")


def test_who_is_ill_ends_it_with_1_and_the_reason_in_one_line(server: str) -> None:
    done = ran(f"{server}/ill", {})
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "503: no answer to a ping\N{REPLACEMENT CHARACTER}\n"


@pytest.mark.parametrize(("path", "told"), [("/moved", "307: "), ("/long", "503: x")])
def test_only_200_is_well_and_little_is_told(server: str, path: str, told: str) -> None:
    healthy, reason = healthcheck.ask(f"{server}{path}", 5.0)
    assert not healthy
    assert reason.startswith(told)
    assert len(reason) < 3_000


def test_who_does_not_listen_is_ill() -> None:
    healthy, reason = healthcheck.ask(f"http://{HOST}:{free_port()}/health", 5.0)
    assert (healthy, "refused" in reason) == (False, True)


def test_who_does_not_answer_in_time_is_ill() -> None:
    with silent() as url:
        assert healthcheck.ask(url, 0.2) == (False, f"{url} does not answer: timed out")


def test_who_speaks_something_else_is_ill() -> None:
    with create_server((HOST, 0)) as listening:
        threading.Thread(target=babble, args=(listening,), daemon=True).start()
        url = f"http://{HOST}:{listening.getsockname()[1]}/"
        healthy, reason = healthcheck.ask(url, 5.0)
    assert (healthy, "does not answer" in reason) == (False, True)


@pytest.mark.parametrize("words", [[], ["one", "two"], ["http://127.0.0.1:port/"], [""]])
def test_what_it_cannot_ask_ends_it_with_1(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert healthcheck.main(words) == 1
    assert capsys.readouterr().out.count("\n") == 1


def babble(listening: socket) -> None:
    line, _ = listening.accept()
    with line:
        line.sendall(b"+PONG\r\n\r\n")


def ran(url: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(PROGRAM), url]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
