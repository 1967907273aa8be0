"""Every image is built; its command and its HEALTHCHECK run in its root against real servers.

`make images` runs this file alone; tests/servers/image_build.py says what it takes.
"""

import asyncio
import json
import shutil
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from infra import valkey
from tests.servers import image_build
from tests.servers.image_build import BuiltImage
from tests.servers.own_network import OwnNetwork
from tests.servers.postgres import PostgresServer
from tests.servers.program import ROOT
from tests.servers.rooted import Rooted
from tests.servers.stack import Stack
from tests.servers.valkey import ValkeyServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(bool(image_build.missing()), reason=image_build.missing()),
]

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
TARGETS = ("api", "bot", "worker", "beat", "flower")
GRACE_S = 10.0
"""What an engine gives a container before it kills it, unless it is told otherwise."""
SEEN_WITHIN_S = 60.0
PASSED_ON = ("BOT_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_PREVIEW_URL", "DATABASE_URL", "REDIS_URL")
QUICK = {"BEAT_SEND_SCHEDULED_MESSAGES": "1"}
"""Its silence is noticed after two of them and 30 s."""
SILENT_WITHIN_S = 150.0
"""The bot's is noticed last: two long polls and a margin."""
NOT_SHIPPED = ("tests", "benchmarks", "sandbox", "examples", "docs", ".env", ".git")


class RedisServer(ValkeyServer):
    """The machine's Redis, where there is one."""

    def command(self, port: int) -> list[str]:
        found = shutil.which("redis-server")
        return valkey.command(port, self.folder, Path(found) if found else None)


class Roles:
    """A container of each role, all at once; the api and the worker share their /data."""

    def __init__(self, images: dict[str, BuiltImage], stack: Stack, ports: list[int]) -> None:
        self._images, self._stack, self._ports = images, stack, ports
        self._closing = AsyncExitStack()
        self.running: dict[str, Rooted] = {}

    async def start(self, name: str, *command: str, image: str = "", data: str = "data") -> Rooted:
        network = await self._closing.enter_async_context(OwnNetwork(name, self._ports))
        told = {**QUICK, **{each: self._stack.environment[each] for each in PASSED_ON}}
        built, folder = self._images[image or name], self._stack.folder
        role = Rooted(name, built, network, folder, folder / data, told, command)
        role.start()
        self._closing.callback(role.kill)
        self._stack.programs.append(role)
        self.running[name] = role
        return role

    def __iter__(self) -> Iterator[Rooted]:
        return iter(self.running.values())

    async def close(self) -> None:
        await self._closing.aclose()


@pytest.fixture(scope="module")
def images() -> Iterator[dict[str, BuiltImage]]:
    yield {target: image_build.build(target) for target in TARGETS}
    image_build.leave()


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """One of this file's own, to be stopped."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="module")
async def stack(postgres: PostgresServer) -> AsyncIterator[Stack]:
    """The servers, and nothing of ours but the sandbox."""
    stack = Stack(workers=0, database_url=postgres.create_database("images"))
    stack.valkey = RedisServer()
    async with stack:
        yield stack


@pytest.fixture(scope="module")
async def roles(
    images: dict[str, BuiltImage], stack: Stack, postgres: PostgresServer
) -> AsyncIterator[Roles]:
    """All healthy."""
    ports = [postgres.port, stack.valkey.port, int(stack.sandbox.url.rpartition(":")[2])]
    roles = Roles(images, stack, ports)
    try:
        for target in TARGETS:
            await roles.start(target, data="beat" if target == "beat" else "data")
        alone = (*images["worker"].config["Cmd"], "-Q", "messages")
        await roles.start("worker-messages", *alone, image="worker")
        for role in roles:
            await role.turned(healthy=True, within_s=SEEN_WITHIN_S)
        yield roles
    finally:
        await roles.close()


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_holds_what_runs_and_nothing_else(
    images: dict[str, BuiltImage], target: str
) -> None:
    image = images[target]
    root, libraries = image.root, next(image.root.glob("opt/venv/lib/python3*/site-packages"))
    assert not [name for name in NOT_SHIPPED if (root / "app" / name).exists()]
    assert not [name for name in ("pip", "pytest", "mypy") if (libraries / name).exists()]
    assert list(root.glob("app/core/__pycache__/*.pyc"))
    assert list(libraries.glob("celery/__pycache__/*.pyc"))
    assert image.config["User"] == "10001:10001"
    assert image.config["Volumes"] == {"/data": {}}
    assert image.config["Labels"]["org.opencontainers.image.version"] == VERSION
    assert (root / f"app/analyticbot-{VERSION}.dist-info/METADATA").exists()
    print(f"{target}: {image.size_bytes / 1e6:.0f} MB")


async def test_an_empty_database_is_migrated_by_one_command(
    images: dict[str, BuiltImage], postgres: PostgresServer, tmp_path: Path
) -> None:
    url = postgres.create_database("images_empty")
    async with OwnNetwork("migrate", [postgres.port]) as network:
        command, told = ("python", "-m", "apps.cli", "db", "upgrade"), {"DATABASE_URL": url}
        image = images["worker"]
        migrate = Rooted("migrate", image, network, tmp_path, tmp_path / "data", told, command)
        migrate.start()
        assert await migrate.ended(SEEN_WITHIN_S) == 0, migrate.tail()
    assert postgres.execute("SELECT count(*) FROM messages", "images_empty") == "0"


@pytest.mark.parametrize("sender", ["api", "worker"])
async def test_a_message_sent_from_within_arrives(roles: Roles, stack: Stack, sender: str) -> None:
    text = f"from the {sender}"
    words = ("analyticbot", "send", "4711", text, "--timeout", "30", "--json")
    sent = await asyncio.to_thread(roles.running[sender].call, *words)
    assert sent.code == 0, sent
    assert json.loads(sent.out)["state"] == "sent"
    receipts = await stack.sandbox.receipts(chat_id=4711)
    assert [each.text for each in receipts].count(text) == 1


@pytest.mark.parametrize("name", [*TARGETS, "worker-messages"])
async def test_a_role_can_write_where_it_must_and_nowhere_else(roles: Roles, name: str) -> None:
    role = roles.running[name]
    places = ("/tmp", "/run/analyticbot", "/data", "/", "/app", "/opt/venv", "/etc", "/run")
    script = (
        'for each; do touch "$each/probe" 2>&- && rm "$each/probe" && echo "$each"; done; id -u'
    )
    told = role.call("sh", "-c", script, "sh", *places)
    assert told.out.split() == ["/tmp", "/run/analyticbot", "/data", "10001"]
    assert role.first().uids().real == 10001
    assert "Read-only file system" not in role.log()


async def test_who_is_cut_off_is_not_healthy_until_what_it_needs_is_back(
    roles: Roles, stack: Stack, postgres: PostgresServer
) -> None:
    sandbox, flower = stack.programs[0], roles.running["flower"].first()
    stack.valkey.stop()
    postgres.stop()
    sandbox.freeze()
    flower.suspend()
    try:
        ill = [role.turned(healthy=False, within_s=SILENT_WITHIN_S) for role in roles]
        for role, told in zip(roles, await asyncio.gather(*ill), strict=True):
            print(f"{role.name}: {told}")
            assert told.startswith("503: " if role.name != "flower" else "http://"), told
    finally:
        flower.resume()
        sandbox.thaw()
        postgres.start()
        stack.valkey.start()
    await asyncio.gather(*(role.turned(healthy=True) for role in roles))


async def test_each_ends_in_good_order_within_its_grace(roles: Roles) -> None:
    """Last: nothing runs after it."""
    # One file or three, as Python's dbm has it there.
    assert list(roles.running["beat"].folder.glob("beat/celerybeat-schedule*"))
    for role in roles:
        code, took_s = await role.stopped(GRACE_S)
        print(f"{role.name}: ended in {took_s:.1f} s")
        assert code == 0, role.tail()
