"""Settings that cannot be used, ledgers and ports that are not ours: one line, no password."""

import contextlib
import os
import socket
import sqlite3
from pathlib import Path

import pytest

from apps.cli.exits import Exit
from infra.settings import Settings
from tests.servers.command_line import Ended, called, ended, environment, is_one_line
from tests.servers.ledgers import OnSqlite

SECRET = "hush"
NOWHERE = f"redis://:{SECRET}@127.0.0.1:1/0"

BAD_SETTINGS: list[tuple[list[str], dict[str, str], int, str]] = [
    (["list"], {}, 2, "BOT_TOKEN: not set"),
    (["list"], {"BOT_TOKEN": SECRET}, 2, "BOT_TOKEN: "),
    (["list"], {"BOT_TOKEN": "1:a"}, 4, "run `analyticbot db upgrade`"),
    (["up"], {"VALKEY_PORT": "many"}, 2, "VALKEY_PORT: "),
    (["up"], {"DATA_DIR": "/dev/null/var"}, 2, "DATA_DIR: "),
    (["up"], {"REDIS_URL": NOWHERE, "SANDBOX_PORT": "0"}, 4, "REDIS_URL: no Redis answers"),
    (["up"], {"REDIS_URL": f"redis://:{SECRET}/@x", "SANDBOX_PORT": "0"}, 2, "REDIS_URL: "),
    (
        ["db", "upgrade"],
        {"DATABASE_URL": f"postgresql://u:{SECRET}@127.0.0.1:1/x"},
        4,
        "mend DATABASE_URL",
    ),
    (["db", "upgrade"], {"DATABASE_URL": f"mysql://u:{SECRET}@h/x"}, 2, "mysql is not supported"),
]


@pytest.mark.parametrize(("words", "settings", "code", "text"), BAD_SETTINGS)
def test_bad_settings_are_told_in_one_line_without_a_password(
    words: list[str],
    settings: dict[str, str],
    code: int,
    text: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if words == ["up"] or code == Exit.UNAVAILABLE:  # these come further than to the settings
        told = called(words, tmp_path, **settings)
    else:
        told = called_here(words, tmp_path, monkeypatch, **settings)
    assert told.code == code, told
    assert is_one_line(told.err), told.err
    assert text in told.err
    assert SECRET not in told.out + told.err


def test_a_broken_line_of_the_env_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=INFO\nBOT_TOKEN 1:a\n")
    told = called_here(["list"], tmp_path, monkeypatch)
    assert told.code == 2
    assert is_one_line(told.err)
    assert ".env: line 2" in told.err


@pytest.mark.parametrize("words", [["list"], ["up"]])
def test_a_ledger_newer_than_the_code_is_left_alone(
    words: list[str], tmp_path: Path, sqlite_ledgers: OnSqlite
) -> None:
    ledger = tmp_path / "var" / "ledger.db"
    ledger.parent.mkdir()
    sqlite_ledgers.copy(ledger.parent)
    with contextlib.closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    token = {} if words == ["up"] else {"BOT_TOKEN": "1:a"}
    told = called(words, tmp_path, VALKEY_PORT="0", SANDBOX_PORT="0", **token)
    assert told.code == 4
    assert is_one_line(told.err), told.err
    assert "newer than this code" in told.err


@pytest.mark.parametrize("variable", ["VALKEY_PORT", "SANDBOX_PORT"])
def test_a_port_in_use_is_named_with_whoever_has_it(variable: str, tmp_path: Path) -> None:
    ports = {"VALKEY_PORT": "0", "SANDBOX_PORT": "0"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = called(["up"], tmp_path, **ports | {variable: port})
    assert told.code == 6
    assert is_one_line(told.err)
    assert f"port {port}" in told.err
    assert f"pid {os.getpid()}" in told.err
    assert f"set {variable}" in told.err


def called_here(
    words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch, **more: str
) -> Ended:
    """In this process, for what ends before Celery reads the settings for good."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment(folder, **more).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    return ended(words)
