"""A real RabbitMQ: the machine's own, on ports and in a folder of its own.

Started beside `rabbitmq-server`, whose wrapper on Debian wants root and the account of the
package: the same programs run as whoever the tests run as.
"""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import amqp

from tests.servers.process import HOST, Server, ServerFailed, free_port, tied_to_parent

USER = "analyticbot"
REMEDY = "no RabbitMQ found: install it (apt install rabbitmq-server)"
PLACES = ("/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin", "/usr/local/sbin", "/usr/local/bin")
ANSWER_WITHIN_S = 5.0
# Of the machine's memory: others run beside it, and an alarm would hold every publish up.
MEMORY_SHARE = 0.9
CONFIGURATION = """\
default_user = {user}
default_pass = {password}
vm_memory_high_watermark.relative = {memory}
disk_free_limit.absolute = 50MB
log.console = true
log.file = false
"""


def programs() -> Path | None:
    """The folder of RabbitMQ's own programs, or None where it is not installed."""
    found = (Path(place) for place in PLACES)
    return next((place for place in found if (place / "rabbitmq-server").exists()), None)


class RabbitServer(Server):
    """Each has a node name, a cookie and a port mapper (epmd) of its own: none meets another."""

    name = "rabbitmq"
    start_within_s = 90.0

    def __init__(self) -> None:
        super().__init__()
        found = programs()
        if found is None or shutil.which("epmd") is None:
            raise ServerFailed(REMEDY)
        self.programs = found
        self.password = secrets.token_hex(16)
        self.mapper_port, self.distribution_port = free_port(), free_port()
        self._mapper: subprocess.Popen[bytes] | None = None
        text = CONFIGURATION.format(user=USER, password=self.password, memory=MEMORY_SHARE)
        (self.folder / "rabbitmq.conf").write_text(text)
        (self.folder / "plugins").write_text("[].\n")

    def start(self) -> None:
        """Takes five to ten seconds, nearly all of it CPU."""
        if self._mapper is None:
            self._mapper = self._spawn_mapper()
        super().start()

    def remove(self) -> None:
        self.stop()
        if self._mapper is not None:
            self._mapper.kill()
            self._mapper.wait()
            self._mapper = None
        super().remove()

    def command(self, port: int) -> Sequence[str]:
        given = [f"{name}={value}" for name, value in self._environment(port).items()]
        return ["env", *given, str(self.programs / "rabbitmq-server")]

    def answers(self, port: int) -> bool:
        try:
            with self.connection(port):
                return True
        except (OSError, amqp.AMQPError):
            return False

    def connection(self, port: int = 0) -> amqp.Connection:
        """Not connected yet."""
        return amqp.Connection(
            f"{HOST}:{port or self.port}",
            USER,
            self.password,
            connect_timeout=ANSWER_WITHIN_S,
            read_timeout=ANSWER_WITHIN_S,
        )

    def url(self) -> str:
        return f"amqp://{USER}:{self.password}@{HOST}:{self.port}//"

    def control(self, *words: str) -> str:
        """What `rabbitmqctl` prints; a second of an Erlang machine's start."""
        done = subprocess.run(
            [str(self.programs / "rabbitmqctl"), "--quiet", *words],
            cwd=self.folder,
            env={**os.environ, **self._environment(self.port)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServerFailed(f"rabbitmqctl {words[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def pause(self) -> None:
        """SIGSTOP: connections stay open and are accepted, and nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def _environment(self, port: int) -> dict[str, str]:
        return {
            "HOME": str(self.folder),  # the cookie is there
            "ERL_EPMD_PORT": str(self.mapper_port),
            "ERL_EPMD_ADDRESS": HOST,
            "RABBITMQ_CONF_ENV_FILE": os.devnull,  # not the machine's own
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_NODENAME": f"rabbit{self.mapper_port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": HOST,
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_LOGS": "-",
            # The shell script becomes the Erlang machine itself, so that signals reach it.
            "RUNNING_UNDER_SYSTEMD": "true",
            # Idle schedulers must not spin: others want the cores.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",
        }

    def _spawn_mapper(self) -> subprocess.Popen[bytes]:
        """In the foreground: the one that Erlang starts by itself would outlive the test."""
        how: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(
            ["epmd", "-address", HOST, "-port", str(self.mapper_port)],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=tied_to_parent(signal.SIGKILL),  # noqa: PLW1509  no threads yet
            **how,
        )
