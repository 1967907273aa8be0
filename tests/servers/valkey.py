"""A real Valkey, the same binary and the same settings as `analyticbot up` uses."""

import signal
import socket
from collections.abc import Sequence

from infra import valkey
from tests.servers.process import HOST, Server

ANSWER_WITHIN_S = 5.0


class ValkeyServer(Server):
    name = "valkey"

    def command(self, port: int) -> Sequence[str]:
        return valkey.command(port, self.folder)

    def answers(self, port: int) -> bool:
        try:
            return self._ask(port, "PING") == "+PONG"  # not so while it still loads its data
        except OSError:
            return False

    def url(self, db: int = 0) -> str:
        return valkey.url(self.port, db)

    def pause(self) -> None:
        """SIGSTOP: connections stay open and are accepted, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        """Forget everything, in every database."""
        self._ask(self.port, "FLUSHALL")

    def _signal(self, which: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(which)

    def _ask(self, port: int, command: str) -> str:
        with socket.create_connection((HOST, port), ANSWER_WITHIN_S) as line:
            line.sendall(f"{command}\r\n".encode())
            with line.makefile("r", newline="\r\n") as answer:
                return answer.readline().strip()
