"""What docker-compose.yml starts, as plain processes: there is no container engine here.

Postgres is the tests' own with the file's settings and password; Redis is the machine's, else the
wheel's Valkey, started by the file's own command.
"""

import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.db.engine import Database
from infra.valkey import server_binary
from tests.servers.book import Book
from tests.servers.compose_file import BASE, RABBITMQ, SECRETS, Service, services
from tests.servers.container import Container
from tests.servers.dockerfile import Image, images
from tests.servers.judge import Judgement, judge
from tests.servers.postgres import PostgresServer
from tests.servers.process import HOST, ServerFailed, free_port
from tests.servers.program import ROOT, Program
from tests.servers.rabbitmq import RabbitServer
from tests.servers.sandbox import SandboxClient

TOKEN = "42:sandbox"
PASSWORDS = ("POSTGRES", "REDIS", "RABBITMQ", "FLOWER", "GRAFANA")
END_WITHIN_S = 20.0
SCRAM = f"host all postgres {HOST}/32 trust\nhost all all {HOST}/32 scram-sha-256\n"


class ComposePostgres(PostgresServer):
    """With the settings of the file's `command`, and a role that needs its password."""

    def __init__(self, service: Service, password: str) -> None:
        super().__init__()
        self._flags, self._environment = service["command"][1:], service["environment"]
        self._password = password

    def command(self, port: int) -> Sequence[str]:
        return [*super().command(port), *self._flags]

    def make(self) -> None:
        name = self._environment["POSTGRES_USER"]
        self.execute(f"CREATE ROLE {name} LOGIN SUPERUSER PASSWORD '{self._password}'")
        self.execute(f"CREATE DATABASE {self._environment['POSTGRES_DB']} OWNER {name}")
        (self.data / "pg_hba.conf").write_text(SCRAM)
        self.execute("SELECT pg_reload_conf()")


class Compose:
    """`async with Compose() as house:` begins once db, redis and migrate have done their part.

    `settings` are variables as in .env. Where the body raises, the ends of all logs are noted.
    """

    def __init__(self, *files: str, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="compose-"))
        self.passwords = {f"{name}_PASSWORD": secrets.token_hex(20) for name in PASSWORDS}
        self.containers: list[Container] = []
        self.variables: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self._files, self._settings, self._closing = files or (BASE,), settings, AsyncExitStack()
        self._images = images()

    async def __aenter__(self) -> Self:
        try:
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
            error.add_note("\n".join(each.tail() for each in self.containers))
        for each in reversed(self.containers):
            each.kill()
        await self._closing.aclose()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __getitem__(self, name: str) -> Container:
        """By service and number: "worker-2"."""
        return next(each for each in self.containers if each.name == name)

    def start(self, service: str) -> Container:
        """One container more of this service; does not wait for anything."""
        told = self.services[service]
        number = sum(each.name.rpartition("-")[0] == service for each in self.containers) + 1
        places = {**self.places, "/data": str(self.folder / self._volume(told, service))}
        image = self._images.get(told.get("build", {}).get("target", ""), Image())
        name = f"{service}-{number}"
        container = Container(name, told, image, places, self._secrets(name, told))
        container.start()
        self.containers.append(container)
        return container

    async def up(self, *names: str) -> list[Container]:
        """Start these, and wait until each is healthy."""
        started = [self.start(name) for name in names]
        for each in started:
            await each.healthy()
        return started

    @property
    def database_url(self) -> str:
        password = self.passwords["POSTGRES_PASSWORD"]
        return f"postgresql://analyticbot:{password}@{self.places['db:5432']}/analyticbot"

    @property
    def redis_url(self) -> str:
        return f"redis://:{self.passwords['REDIS_PASSWORD']}@{self.places['redis:6379']}/0"

    async def judgement(self) -> Judgement:
        return judge(await self.book.rows(), await self.sandbox.receipts())

    def _secrets(self, name: str, service: Service) -> Path | None:
        """A folder with those that this service is given, as new-env.sh writes them."""
        if not service.get("secrets"):
            return None
        all_of_them = {"bot_token": TOKEN, "database_url": self.database_url}
        all_of_them |= {"redis_url": self.redis_url}
        all_of_them |= {secret.lower(): password for secret, password in self.passwords.items()}
        folder = self.folder / f"{name}-secrets"
        folder.mkdir()
        for secret in service["secrets"]:
            (folder / secret).write_text(all_of_them[secret])
        return folder

    async def _begin(self) -> None:
        url = await self._start_sandbox()
        told = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": url, "TELEGRAM_PREVIEW_URL": url}
        self.variables = {**told, **self.passwords, **self._settings}
        if SECRETS in self._files:
            self.variables |= dict.fromkeys(("BOT_TOKEN", *self.passwords), "opens-nothing")
        if RABBITMQ in self._files:
            self._start_rabbitmq()
        self.services = services(self._files, self.variables)
        self._put_programs()
        self._start_postgres()
        [self.redis] = await self.up("redis")
        migrate = self.start("migrate")
        if await migrate.ended(60):
            raise ServerFailed(migrate.tail())

    def _start_rabbitmq(self) -> None:
        self.rabbitmq = self._closing.enter_context(RabbitServer())
        self.places["rabbitmq:5672"] = f"{HOST}:{self.rabbitmq.port}"
        self.variables["RABBITMQ_PASSWORD"] = self.rabbitmq.password

    def _start_postgres(self) -> None:
        password = self.passwords["POSTGRES_PASSWORD"]
        self.db = self._closing.enter_context(ComposePostgres(self.services["db"], password))
        self.db.make()
        self.places["db:5432"] = f"{HOST}:{self.db.port}"
        database = Database(self.database_url)
        self._closing.push_async_callback(database.close)
        self.book = Book(database, TOKEN)

    async def _start_sandbox(self) -> str:
        port_file = self.folder / "sandbox.port"
        words = ("sandbox", "--port", "0", "--port-file", str(port_file))
        sandbox = Program("sandbox", words, self.folder, {})
        self._closing.callback(sandbox.kill)
        sandbox.start()
        await sandbox.logged("sandbox: http", 30)
        url = f"http://{HOST}:{int(port_file.read_text())}"
        self.sandbox = await self._closing.enter_async_context(SandboxClient(url, TOKEN))
        return url

    def _put_programs(self) -> None:
        """Redis's programs, who are told of a port that is free."""
        folder, port = self.folder / "bin", free_port()
        folder.mkdir()
        self.places |= {"/usr/local/bin": str(folder), "redis:6379": f"{HOST}:{port}"}
        server = shutil.which("redis-server") or str(server_binary())
        client = shutil.which("redis-cli") or f"{sys.executable} -m tests.servers.redis_cli"
        _write_script(folder / "redis-server", f"{server} --bind {HOST} --port {port}")
        _write_script(folder / "redis-cli", f"{client} -p {port}")

    @staticmethod
    def _volume(service: Mapping[str, list[str]], name: str) -> str:
        """The folder that /data is here."""
        mounted = (each.split(":")[:2] for each in service.get("volumes", []))
        return next((volume for volume, inside in mounted if inside == "/data"), name)


def _write_script(path: Path, command: str) -> None:
    path.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {command} "$@"\n')
    path.chmod(0o755)
