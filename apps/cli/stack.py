"""What `up` runs: which programs for which settings, and how others find them."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGQUIT, SIGTERM

from apps.cli import ports
from apps.cli.logs import Log
from apps.cli.supervisor import Program, Stop
from infra import valkey
from infra.settings import STACK_FILE, Settings

# The sandbox takes any token; this one names the bot whose messages are in its ledger.
SANDBOX_TOKEN = "1:sandbox"  # noqa: S105

CELERY = ("-m", "celery", "-A", "infra.celery.celery_app")
AS_ROOT = ("-W", "ignore:You're running the worker with superuser privileges")
WORKER_READY = " ready."
BOT_READY = "the bot is ready"
API_READY = "the api is ready"
VERBOSE = ("DEBUG", "INFO")

# In all 13 s, if nothing obeys.
SOON = ((SIGTERM, 1.0),)
BEAT_STOP = ((SIGTERM, 1.5),)
BOT_STOP = ((SIGTERM, 2.0),)
API_STOP = ((SIGTERM, 2.0),)
# SIGTERM waits for running tasks, SIGQUIT sends them back; then their leases must serve.
WORKER_STOP = ((SIGTERM, 3.0), (SIGQUIT, 2.5))


@dataclass(frozen=True)
class Stack:
    """The programs for these settings. A port is 0 for what is not ours to run."""

    settings: Settings
    valkey_port: int
    sandbox_port: int
    folder: Path
    metrics_port: int
    api_port: int
    environment: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        more = {
            "DATA_DIR": str(self.folder),
            "METRICS_PORT": "0",  # but for the worker: the others have nothing that `up` asks for
            "PROMETHEUS_MULTIPROC_DIR": str(self.folder / "metrics"),
            "C_FORCE_ROOT": "true",
            "PYTHONUNBUFFERED": "1",
        }
        object.__setattr__(self, "environment", {**os.environ, **self._found, **more})

    @property
    def has_ledger(self) -> bool:
        """Whether the ledger is a file of ours that exists already."""
        return self.settings.database_url is None and (self.folder / "ledger.db").exists()

    @property
    def telegram_url(self) -> str:
        if self.sandbox_port:
            return f"http://{ports.HOST}:{self.sandbox_port}"
        return self.settings.telegram_api_url

    @property
    def metrics_url(self) -> str:
        """Where Prometheus finds the worker's figures."""
        return f"http://{ports.HOST}:{self.metrics_port}/metrics"

    @property
    def web_url(self) -> str:
        """Where the web is, for who is at this machine or, with API_URL, elsewhere."""
        return self.settings.api_url or f"http://{ports.HOST}:{self.api_port}"

    @property
    def _found(self) -> dict[str, str]:
        """Where the programs are that only this stack knows of."""
        found = {}
        if self.valkey_port:
            found["REDIS_URL"] = valkey.url(self.valkey_port)
        if self.api_port:
            found["API_PORT"] = str(self.api_port)
        if self.sandbox_port:
            urls = dict.fromkeys(("TELEGRAM_API_URL", "TELEGRAM_PREVIEW_URL"), self.telegram_url)
            found |= {**urls, "BOT_TOKEN": SANDBOX_TOKEN}
        return found

    def at(self, name: str) -> str:
        """Where a program listens; "" for one that does not."""
        listening = {
            "valkey": self.valkey_port,
            "sandbox": self.sandbox_port,
            "api": self.api_port,
        }
        port = listening.get(name)
        return f" at {ports.HOST}:{port}" if port else ""

    def valkey(self) -> Program:
        folder = self.folder / "valkey"
        folder.mkdir(exist_ok=True)
        return self._program(
            "valkey",
            valkey.command(self.valkey_port, folder),
            SOON,
            lambda _: ports.answers(self.valkey_port, b"PING\r\n", b"+PONG"),
        )

    def sandbox(self) -> Program:
        command = [sys.executable, "-m", "sandbox", "--port", str(self.sandbox_port)]
        return self._program("sandbox", command, SOON, lambda _: ports.answers(self.sandbox_port))

    def worker(self) -> Program:
        level = self.settings.log_level
        command = [
            *(sys.executable, *AS_ROOT, *CELERY, "worker", "-n", "main@%h", "-E"),
            f"--loglevel={level}",
            f"--concurrency={self.settings.worker_concurrency}",
            *("--without-mingle", "--without-gossip"),
        ]
        # At a quieter level it does not say so; then it counts as ready once it runs.
        return self._program(
            "worker",
            command,
            WORKER_STOP,
            lambda log: level not in VERBOSE or log.contains(WORKER_READY),
            METRICS_PORT=str(self.metrics_port),
        )

    def beat(self) -> Program:
        pid_file = self.folder / "celerybeat.pid"
        pid_file.unlink(missing_ok=True)  # a killed Beat leaves it; ours is the only one here
        command = [
            *(sys.executable, *CELERY, "beat", f"--loglevel={self.settings.log_level}"),
            "--scheduler=celery.beat:PersistentScheduler",
            f"--schedule={self.folder / 'celerybeat-schedule'}",
            f"--pidfile={pid_file}",
        ]
        return self._program("beat", command, BEAT_STOP, lambda _: True)

    def bot(self) -> Program:
        """What people talk to. It takes some seconds until it listens."""
        return self._app("bot", BOT_STOP, BOT_READY)

    def api(self) -> Program:
        """The web, for people and for programs."""
        return self._app("api", API_STOP, API_READY)

    def _app(self, name: str, stop: Stop, ready: str) -> Program:
        """At a quieter level it does not say that it is ready; then it counts so once it runs."""
        quiet = self.settings.log_level not in VERBOSE
        command = [sys.executable, "-m", f"apps.{name}"]
        return self._program(name, command, stop, lambda log: quiet or log.contains(ready))

    def _program(
        self,
        name: str,
        command: Sequence[str],
        stop: Stop,
        ready: Callable[[Log], bool],
        **more: str,
    ) -> Program:
        """`more` is what this program alone has in its environment."""
        log = Log(self.folder / "log" / f"{name}.log")
        environment = {**self.environment, **more}
        return Program(name, command, environment, log, stop, lambda: ready(log))

    def publish(self) -> None:
        """Let other shells find this stack, as long as it runs."""
        settings, lines = self.settings, dict(self._found)
        for name in ("redis_url", "database_url", "celery_broker_url", "celery_result_backend"):
            if name in settings.model_fields_set:
                lines.setdefault(name.upper(), getattr(settings, name).get_secret_value())
        write_private(self.folder / STACK_FILE, "".join(map(_line, lines.items())))

    def withdraw(self) -> None:
        (self.folder / STACK_FILE).unlink(missing_ok=True)


def plan(settings: Settings) -> Stack:
    """Choose the ports. Raises CommandFailed where one is taken."""
    folder = settings.data_dir.absolute()
    own_redis = "redis_url" in settings.model_fields_set
    valkey_port = (
        0 if own_redis else ports.choose(settings.valkey_port, "VALKEY_PORT", "the broker")
    )
    sandbox_port = 0
    if settings.bot_token is None:
        sandbox_port = ports.choose(settings.sandbox_port, "SANDBOX_PORT", "the sandbox")
    metrics_port = ports.choose(settings.metrics_port, "METRICS_PORT", "the figures")
    api_port = 0
    if settings.api_enabled:
        api_port = ports.choose(settings.api_port, "API_PORT", "the web")
    return Stack(settings, valkey_port, sandbox_port, folder, metrics_port, api_port)


def write_private(path: Path, text: str) -> None:
    """The file appears whole, and for its owner alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
        file.write(text)
    draft.replace(path)


def _line(item: tuple[str, str]) -> str:
    name, value = item
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{quoted}'\n"
