"""A role's little server: /metrics for Prometheus, /health for whoever restarts what is ill.

Of the standard library's sockets alone: it must live beside Celery's forks and asyncio's loops, and
an odd or slow client may cost it nothing but one thread for a moment.
"""

import logging
import threading
import time
from collections.abc import Callable
from socket import socket
from socketserver import BaseRequestHandler, TCPServer, ThreadingMixIn
from typing import Any

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from infra.settings import Settings

log = logging.getLogger(__name__)

Render = Callable[[], bytes]
Health = Callable[[], str]

TEXT = "text/plain; charset=utf-8"
LONGEST_HEAD_BYTES = 8192
HEAD_WITHIN_S = 3.0
WRITE_WITHIN_S = 5.0
AT_ONCE = 8
"""Requests answered at the same time; one more is hung up on."""
ACCEPT_AGAIN_S = 0.5


def serve(host: str, port: int, render: Render, health: Health) -> int:
    """Answer at host:port until the process ends, from daemon threads; the port, for `port` 0.

    `render` gives what /metrics shows, in Prometheus's text format. `health` gives "" for a role
    that is well, else the reason in one line. Both are called from threads of the server, several
    at once; what one of them raises is answered 500 and 503. Raises OSError where the port is
    taken.
    """
    server = _Server((host, port), render, health)
    threading.Thread(target=server.wait, name="analyticbot-metrics", daemon=True).start()
    return int(server.server_address[1])


def serve_as_set(settings: Settings, render: Render, health: Health) -> None:
    """As `serve`, at METRICS_HOST and METRICS_PORT, if there is one. A port that is taken is a
    warning: a program's work is worth more than its figures.
    """
    host, port = settings.metrics_host, settings.metrics_port
    if not port:
        return
    try:
        serve(host, port, render, health)
    except OSError as error:
        log.warning("METRICS_PORT: no figures are shown at %s port %d: %s", host, port, error)


class _Server(ThreadingMixIn, TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def __init__(self, address: tuple[str, int], render: Render, health: Health) -> None:
        self.render, self.health = render, health
        self._room = threading.BoundedSemaphore(AT_ONCE)
        super().__init__(address, _Request)

    def wait(self) -> None:
        """Without a timeout: the loop of `serve_forever` wakes up twice a second for nothing."""
        while True:
            self.handle_request()

    def get_request(self) -> Any:
        try:
            return super().get_request()
        except OSError:  # a process without a file left: who is to be let in stays at the door
            time.sleep(ACCEPT_AGAIN_S)
            raise

    def verify_request(self, request: object, client_address: object) -> bool:
        return self._room.acquire(blocking=False)

    def process_request(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread could be started
            self._room.release()
            raise

    def process_request_thread(self, request: socket, client_address: object) -> None:  # type: ignore[override]
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""
        log.debug("a request for the figures broke off", exc_info=True)


class _Request(BaseRequestHandler):
    server: _Server
    request: socket

    def handle(self) -> None:
        method, path = self._asked()
        if method not in ("GET", "HEAD"):
            status, kind, body = "405 Method Not Allowed", TEXT, b"only GET\n"
        else:
            status, kind, body = self._answer(path)
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        self.request.settimeout(WRITE_WITHIN_S)
        self.request.sendall(head.encode() + (b"" if method == "HEAD" else body))

    def _asked(self) -> tuple[str, str]:
        """The method, and the path without its query; ("", "") for what is no request."""
        head, until_s = b"", time.monotonic() + HEAD_WITHIN_S
        while b"\r\n\r\n" not in head and len(head) < LONGEST_HEAD_BYTES:
            self.request.settimeout(max(0.001, until_s - time.monotonic()))
            piece = self.request.recv(LONGEST_HEAD_BYTES)
            if not piece:
                break
            head += piece
        words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        return (words[0], words[1].partition("?")[0]) if len(words) == 3 else ("", "")

    def _answer(self, path: str) -> tuple[str, str, bytes]:
        if path == "/metrics":
            return self._figures()
        if path == "/health":
            return self._health()
        return "404 Not Found", TEXT, b"/metrics or /health\n"

    def _figures(self) -> tuple[str, str, bytes]:
        try:
            return "200 OK", CONTENT_TYPE_PLAIN_0_0_4, self.server.render()
        except Exception:
            log.exception("the figures cannot be shown")
            return "500 Internal Server Error", TEXT, b"the log has the reason\n"

    def _health(self) -> tuple[str, str, bytes]:
        try:
            reason = self.server.health()
        except Exception as error:
            log.exception("the health cannot be told")
            reason = f"its check failed: {type(error).__name__}"
        if not reason:
            return "200 OK", TEXT, b"ok\n"
        return "503 Service Unavailable", TEXT, (" ".join(reason.split()) + "\n").encode()
