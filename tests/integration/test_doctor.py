"""The doctor, as it is called: against real servers, with things that are wrong for real."""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from apps.cli.doctor import files
from infra.celery.examination import Examination
from infra.db import schema
from infra.db.engine import Database
from sandbox.server import Sandbox
from tests.integration.health_scenes import PASSWORD, TOKEN, settings
from tests.servers.account import acting_unprivileged
from tests.servers.command_line import Commands, called
from tests.servers.postgres import PostgresServer
from tests.servers.valkey import ValkeyServer


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor") / "var"
    asyncio.run(_migrated(Database(f"sqlite:///{folder / 'ledger.db'}")))
    return folder


async def _migrated(database: Database) -> None:
    await schema.migrate(database)
    await database.close()


@pytest.fixture(scope="module")
def doctor(ledger: Path, valkey_server: ValkeyServer) -> Iterator[Any]:
    """Called in a folder with a ledger, where there is a Redis and no worker."""
    here = {"REDIS_URL": valkey_server.url(), "TELEGRAM_API_URL": "http://127.0.0.1:1"}
    with Commands(ledger.parent, BOT_TOKEN=TOKEN, **here) as call:
        yield lambda *words: call("doctor", *words)


def test_each_line_is_ok_or_says_what_to_do(doctor: Any) -> None:
    ended = doctor("--json")
    told = json.loads(ended.out)
    assert ended.code == 1
    assert told["state"] == "unhealthy"
    parts = told["parts"]
    assert all((part["state"] == "healthy") or part["remedy"] for part in parts.values())
    well = {name for name, part in parts.items() if part["state"] == "healthy"}
    assert {"versions", "clocks", "settings", "files", "database", "disk"} <= well
    assert parts["workers"]["state"] == "unhealthy"
    assert "Valkey" in parts["versions"]["reason"] or "Redis" in parts["versions"]["reason"]


def test_a_person_reads_one_line_a_part(doctor: Any) -> None:
    lines = doctor().out.splitlines()
    assert any(line.startswith("mend") and " workers " in line for line in lines)
    assert any(line.startswith("ok") and " versions " in line for line in lines)


def test_files_that_others_can_read_and_names_that_nobody_reads_are_told(
    doctor: Any, ledger: Path
) -> None:
    ledger.parent.chmod(0o755)
    (ledger.parent / ".env").write_text("TELEGRAM_RAET=20\nGF_SECURITY_ADMIN_PASSWORD=x\n")
    (ledger.parent / ".env").chmod(0o644)
    (ledger / "ledger.db").chmod(0o640)
    parts = json.loads(doctor("--json").out)["parts"]
    assert parts["settings"]["reason"] == "TELEGRAM_RAET in .env is read by nobody"
    assert "TELEGRAM_RATE" in parts["settings"]["remedy"]
    assert "chmod 600 .env" in parts["files"]["remedy"]
    assert "ledger.db can be read by others" in parts["files"]["reason"]


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user can reach."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_what_belongs_to_another_user_is_told_by_name(shared: Path) -> None:
    folder, missing = shared / "var", shared / "var" / "more"
    folder.mkdir()
    (folder / "ledger.db").touch(0o600)
    for each in (folder / "ledger.db", folder):
        each.chmod(each.stat().st_mode & 0o555)
    with acting_unprivileged():
        user = os.geteuid()
        found = {each.problem: each for each in files(settings(folder))}
        away = list(files(settings(missing, database_url="postgresql://a@b/c")))
    assert found.keys() == {f"{each} cannot be written" for each in (folder, folder / "ledger.db")}
    assert all(each.stops_work for each in found.values())
    assert found[f"{folder} cannot be written"].remedy == f"chown {user} {folder}"
    assert [each.remedy for each in away] == [f"mkdir -p {missing} && chown {user} {missing}"]


async def test_a_ledger_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    await schema.migrate(database)
    files = [tmp_path / f"ledger.db{end}" for end in ("", "-wal", "-shm")]
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600"] * 3
    await database.close()


def test_settings_that_cannot_be_read_are_a_finding_too(tmp_path: Path) -> None:
    ended = called(["doctor"], tmp_path, BOT_TOKEN="no token", API_PORT="99999")
    assert ended.code == 2
    assert ended.out.startswith("mend") or "\nmend" in ended.out
    assert "BOT_TOKEN" in ended.out
    assert "API_PORT" in ended.out
    assert ended.err == ""


async def test_what_postgres_does_not_keep_and_how_far_its_clock_is_are_told(
    postgres_server: PostgresServer, redis_url: str, tmp_path: Path
) -> None:
    url = postgres_server.create_database("doctor")
    postgres_server.execute("ALTER DATABASE doctor SET synchronous_commit = off")
    async with Sandbox(rate=0, chat_rate=0, group_rate=0) as sandbox:
        given = settings(
            tmp_path, database_url=url, redis_url=redis_url, telegram_api_url=sandbox.url
        )
        parts = {part.name: part for part in await Examination(given).parts()}
    assert "synchronous_commit is off" in parts["postgres"].reason
    assert "set synchronous_commit = on" in parts["postgres"].remedy
    assert "PostgreSQL 1" in parts["versions"].reason
    for clock in ("the database's", "Redis's", "Telegram's"):
        assert clock in parts["clocks"].reason
    assert parts["clocks"].state == "healthy"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://127.0.0.1:99999", "http://a:b"])
async def test_servers_that_do_not_answer_cost_their_own_lines_alone(
    tmp_path: Path, url: str
) -> None:
    away = f"postgresql://somebody:{PASSWORD}@127.0.0.1:1/nothing"
    given = settings(tmp_path, database_url=away, telegram_api_url=url)
    parts = {p.name: p for p in await Examination(given).parts()}
    assert set(parts) == {"versions", "clocks"}
    assert parts["clocks"].reason == "no other can be asked"
    assert not any(PASSWORD in part.reason for part in parts.values())
