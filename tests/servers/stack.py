"""The whole of AnalyticBot as real processes on ports of their own, for tests and benchmarks."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import WeakKeyDictionary

from core.telegram_limits import (
    BOT_MESSAGES_PER_SECOND,
    CHAT_MESSAGES_PER_SECOND,
    GROUP_MESSAGES_PER_MINUTE,
)
from infra.db import schema
from infra.db.engine import Database
from tests.servers.book import Book
from tests.servers.caller import Caller
from tests.servers.judge import Judgement, judge
from tests.servers.process import free_port
from tests.servers.program import Program
from tests.servers.sandbox import SandboxClient
from tests.servers.valkey import ValkeyServer

TOKEN = "42:sandbox"
READY_WITHIN_S = 60.0
APP = ("celery", "-A", "infra.celery.celery_app")


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages: of a bot a second, to a chat a second, to a group a minute; 0 for no limit."""

    bot: float = BOT_MESSAGES_PER_SECOND
    chat: float = CHAT_MESSAGES_PER_SECOND
    group: float = GROUP_MESSAGES_PER_MINUTE


UNLIMITED = Rates(0, 0, 0)


class Turns:
    """Which of the stacks on one event loop may do what only few can do at once."""

    def __init__(self) -> None:
        # Alembic keeps what it works on in globals: one at a time in one process.
        self.migrating = asyncio.Lock()
        # To start is all CPU: more at once, on two cores, would only make each of them late.
        self.starting = asyncio.Semaphore(2)


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Turns] = WeakKeyDictionary()


def turns() -> Turns:
    return _turns.setdefault(asyncio.get_running_loop(), Turns())


@dataclass
class Stack:
    """`async with Stack(workers=2) as stack:`, which begins once every worker is ready.

    `rates` are what the governor keeps to, `limits` what the sandbox enforces (the same,
    where not given); `settings` are any more variables, by name. Without `database_url` the
    ledger is a SQLite file. Where the body raises, the ends of all logs are noted on the error.
    """

    workers: int = 1
    beats: int = 0
    concurrency: int = 2
    database_url: str = ""
    rates: Rates = Rates()
    limits: Rates | None = None
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="stack-"))
        self.database_url = self.database_url or f"sqlite:///{self.folder / 'ledger.db'}"
        self.valkey = ValkeyServer()
        self.programs: list[Program] = []
        self.callers: list[Caller] = []
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            async with turns().starting:
                await self._begin()
        except BaseException:
            await self.__aexit__(*sys.exc_info())
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            error.add_note(self.logs())
        for program in reversed(self.programs):
            program.kill()
        for caller in self.callers:
            caller.close()
        await self._closing.aclose()
        self.valkey.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self) -> str:
        """How the logs of all its processes end."""
        tails = [program.tail() for program in self.programs]
        return "\n".join(tails + [caller.tail() for caller in self.callers])

    # Processes

    def spawn_worker(self, **more: str) -> Program:
        """One more worker, started and not waited for (see `ready`); `more` is its environment."""
        name = f"worker-{len(self.programs)}"
        options = ("--loglevel=info", f"--concurrency={self.concurrency}", "--without-mingle")
        node = ("--without-gossip", "-n", f"{name}@%h")
        return self._spawn(name, *APP, "worker", *options, *node, **more)

    async def start_worker(self) -> Program:
        """One more worker, ready."""
        worker = self.spawn_worker()
        await ready(worker)
        return worker

    def spawn_beat(self, **more: str) -> Program:
        name = f"beat-{len(self.programs)}"
        schedule = f"--schedule={self.folder / name}"
        return self._spawn(name, *APP, "beat", "--loglevel=info", schedule, **more)

    def spawn_command(self, *words: str) -> Program:
        """`analyticbot …`, started and not waited for."""
        return self._spawn(f"command-{len(self.programs)}", "apps.cli", *words)

    async def start_api(self) -> str:
        """The web, ready; where it is."""
        port = free_port()
        api = self._spawn("api", "apps.api", API_PORT=str(port))
        await api.logged("the api is ready", READY_WITHIN_S)
        return f"http://127.0.0.1:{port}"

    async def start_caller(self) -> Caller:
        """A program of a user's, which calls tasks."""
        caller = Caller(f"caller-{len(self.callers)}", self.folder, self.environment)
        self.callers.append(caller)
        await caller.ready()
        return caller

    @property
    def environment(self) -> dict[str, str]:
        """All that a process of this stack is told."""
        return {
            "BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.sandbox.url,
            "TELEGRAM_PREVIEW_URL": self.sandbox.url,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.valkey.url(),
            "DATA_DIR": str(self.folder),
            "TELEGRAM_RATE": str(self.rates.bot),
            "TELEGRAM_CHAT_RATE": str(self.rates.chat),
            "TELEGRAM_GROUP_RATE": str(self.rates.group),
            "C_FORCE_ROOT": "1",
            **self.settings,
        }

    @property
    def running_workers(self) -> list[Program]:
        """Those that were started and have not ended, oldest first."""
        return [each for each in self.programs if each.name.startswith("worker") and each.runs]

    async def judgement(self) -> Judgement:
        """The ledger's word beside the receipts, row by row."""
        return judge(await self.book.rows(), await self.sandbox.receipts())

    async def _begin(self) -> None:
        self.valkey.start()
        await self._start_sandbox()
        database = Database(self.database_url)
        self._closing.push_async_callback(database.close)
        async with turns().migrating:
            await schema.migrate(database)
        self.book = Book(database, TOKEN)
        for _ in range(self.beats):
            self.spawn_beat()
        await all_ready([self.spawn_worker() for _ in range(self.workers)])

    async def _start_sandbox(self) -> None:
        limits, port_file = self.limits or self.rates, self.folder / "sandbox.port"
        rates = ("--rate", str(limits.bot), "--chat-rate", str(limits.chat))
        where = ("--port", "0", "--port-file", str(port_file))
        sandbox = Program(
            "sandbox",
            ("sandbox", *where, *rates, "--group-rate", str(limits.group)),
            self.folder,
            {},
        )
        sandbox.start()
        self.programs.append(sandbox)
        await sandbox.logged("sandbox: http", READY_WITHIN_S)
        url = f"http://127.0.0.1:{int(port_file.read_text())}"
        client = SandboxClient(url, TOKEN)
        self.sandbox = await self._closing.enter_async_context(client)

    def _spawn(self, name: str, *arguments: str, **more: str) -> Program:
        program = Program(name, arguments, self.folder, {**self.environment, **more})
        program.start()
        self.programs.append(program)
        return program


async def ready(worker: Program) -> None:
    """Its parent takes tasks; the children may need a moment more."""
    await worker.logged(" ready.", READY_WITHIN_S)


async def all_ready(workers: Sequence[Program]) -> None:
    await asyncio.gather(*(ready(worker) for worker in workers))
