"""`backup`, `restore` and `move` as their users call them."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from apps.cli.lock import locked
from infra.db.engine import Database
from infra.db.schema import ADVISORY_LOCK
from tests.integration.conftest import Bench, soon
from tests.servers.command_line import Ended, ended, environment, is_one_line
from tests.servers.ledgers import OnSqlite
from tests.servers.nursery import PYTHON, begun
from tests.servers.postgres import PostgresServer

FILE = "a.backup"
LOCKED = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted)"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_ledgers: OnSqlite) -> Path:
    """Where the command is called, with a ledger and a message in it."""
    for name, value in environment(tmp_path, BOT_TOKEN="7:x").items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    asyncio.run(_schedule(sqlite_ledgers.copy(tmp_path / "var")))
    return tmp_path


async def _schedule(url: str) -> None:
    database = Database(url)
    await Bench(database).schedule(due_at=soon(3_600))
    await database.close()


def test_a_backup_is_made_checked_and_restored(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ended(["backup", FILE, "--json"])
    assert json.loads(made.out)["rows"]["messages"] == 1, made
    _refused(ended(["backup", FILE]), 2, "a.backup exists; choose another name, or call with --re")
    assert ended(["backup", FILE, "--replace"]).code == 0
    checked = ended(["restore", FILE, "--check"])
    assert f"{FILE} is whole, 0.0 MB: 1 rows of 1 tables, 1 messages; made 20" in checked.out
    _refused(ended(["restore", FILE]), 3, "is not empty, there are rows in messages; stop what")
    monkeypatch.setenv("DATA_DIR", str(folder / "new"))
    with locked(folder / "new"):
        _refused(ended(["restore", FILE]), 6, "already running in")
    restored = ended(["restore", FILE])
    assert restored.code == 0, restored
    assert restored.out.startswith("restored: 1 rows of 1 tables, 1 messages; made 20")
    assert json.loads(ended(["backup", "b", "--json"]).out)["rows"]["messages"] == 1


def test_it_goes_to_stdout_whole(folder: Path) -> None:
    code, told = _to(folder / "piped.backup", folder)
    assert (code, told[:29]) == (0, "backed up: 1 rows of 1 tables")
    assert ended(["restore", "piped.backup", "--check"]).code == 0
    code, told = _to(Path("/dev/full"), folder)
    assert (code, told.count("\n")) == (2, 1)
    assert "FILE: cannot be written (No space left on device); choose another place" in told


def _to(file: Path, folder: Path) -> tuple[int, str]:
    """As a shell has it; what it says on stderr."""
    with file.open("wb") as out, TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
        command = [*PYTHON, "apps.cli", "backup", "-"]
        streams = (nothing, out, err)
        code = begun(command, folder, environment(folder, BOT_TOKEN="7:x"), streams).wait()
        err.seek(0)
        return code, err.read().decode()


def test_what_is_no_file_is_not_replaced_by_one(folder: Path) -> None:
    """A device, say: root could."""
    os.mkfifo(folder / "a.pipe")
    _refused(ended(["backup", "a.pipe", "--replace"]), 2, "a.pipe is no file; choose another name")
    assert (folder / "a.pipe").is_fifo()


def test_a_restore_waits_longer_than_others_for_an_answer(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres_server: PostgresServer,
    postgres_url: str,
) -> None:
    """To go through a large table may take minutes. Here it waits for whoever migrates."""
    assert ended(["backup", FILE]).code == 0
    monkeypatch.setattr("infra.db.engine.COMMAND_TIMEOUT_S", 0.3)
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    name = postgres_url.rpartition("/")[2]
    hold = f"SELECT pg_advisory_lock({ADVISORY_LOCK}), pg_sleep(1.5)"
    with ThreadPoolExecutor() as pool:
        held = pool.submit(postgres_server.execute, hold, name)
        _wait_for(lambda: postgres_server.execute(LOCKED, name) == "t")
        restored = ended(["restore", FILE])
        held.result()
    assert restored.code == 0, restored


def test_a_user_who_may_make_no_tables_is_told_so(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres_server: PostgresServer,
    postgres_url: str,
) -> None:
    assert ended(["backup", FILE]).code == 0
    postgres_server.execute("CREATE ROLE visitor LOGIN")
    monkeypatch.setenv("DATABASE_URL", postgres_url.replace("postgres@", "visitor@"))
    _refused(ended(["restore", FILE]), 4, "permission denied for schema public")
    postgres_server.execute("DROP ROLE visitor")


def _wait_for(happened: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline_s


def test_what_is_no_backup_is_told_in_one_line(folder: Path) -> None:
    (folder / "b").write_bytes(b"something else")
    _refused(ended(["restore", "b"]), 2, "FILE: is no backup, or is damaged; nothing was restored")
    _refused(ended(["restore", "c"]), 2, "FILE: cannot be read (No such file or directory)")
    _refused(ended(["backup", "nowhere/b"]), 2, "FILE: cannot be written (No such file")


def test_a_move_says_what_it_needs(folder: Path) -> None:
    _refused(ended(["move"]), 2, "--to: is missing; write postgresql://user:password@host/name")
    nowhere = "postgresql://u:secret@127.0.0.1:9/x"
    told = ended(["move", "--to", nowhere])
    _refused(told, 4, "postgresql+asyncpg://u:***@127.0.0.1:9/x")
    _refused(ended(["move", "--from", "no.db", "--to", nowhere]), 2, "--from: there is no")
    _refused(ended(["move", "--undo"]), 3, "is not being moved; nothing to undo")


def _refused(done: Ended, code: int, told: str) -> None:
    assert done.code == code, done
    assert is_one_line(done.err)
    assert told in done.err
    assert "secret" not in done.err
