"""A mistake is one line and the exit code that `--help` promises; nothing is written."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.cli.arguments import option_pairs
from core.errors import InvalidInput
from tests.servers.command_line import Commands, Ended, called, ended, is_one_line
from tests.servers.ledgers import OnSqlite

SECRET = "hush"
NOWHERE = f"redis://:{SECRET}@127.0.0.1:1/0"
OFFLINE = {"BOT_TOKEN": "1:a", "REDIS_URL": NOWHERE}

FUTURE = ["--at", "2030-12-01 09:00", "--tz", "Europe/Berlin"]

# A command, its exit code, and what its line says.
REFUSED: list[tuple[list[str], int, str]] = [
    (["send"], 2, "Missing argument 'CHAT'"),
    (["sned", "1", "x"], 2, "No such command 'sned'"),
    (["send", "1", "x", "--silnt"], 2, "No such option: --silnt"),
    (["send", "1", "x", "y"], 2, "unexpected extra argument"),
    (["send", "0", "x"], 2, "CHAT: is 0"),
    (["send", "bob", "x"], 2, "CHAT: 'bob' is neither a number nor a @name"),
    (["send", "https://t.me/durov", "x"], 2, "write @durov"),
    (["send", "-1", "", "--json"], 2, "TEXT: is empty"),
    (["send", "1"], 2, "TEXT: is empty"),
    (["send", "1", "  "], 2, "TEXT: "),
    (["send", "1", "a" * 4097], 2, "4,096"),
    (["send", "1", "<b>x", "--parse-mode", "HTML"], 2, "TEXT: "),
    (["send", "1", "a.b", "--parse-mode", "MarkdownV2"], 2, "TEXT: "),
    (["send", "1", "x", "--parse-mode", "Word"], 2, "--parse-mode: "),
    (["send", "1", "x", "--photo", "cat.jpg"], 2, "--photo: "),
    (["send", "1", "x", "--on-uncertain", "hope"], 2, "--on-uncertain"),
    (["send", "1", "x", "--key", ""], 2, "--key: "),
    (["send", "1", "x", "-o", "silent"], 2, "--option: 'silent' is not NAME=VALUE"),
    (["send", "1", "x", "-o", "protect=true"], 2, "protect: is not an option"),
    (["send", "1", "x", "--timeout", "-1"], 2, "--timeout"),
    (["send", "1", "x"], 4, "does not answer"),
    (["send", "1", "x", "--no-wait"], 4, "Nothing was written"),
    (["schedule", "1", "x"], 2, "--at: is missing"),
    (["schedule", "1", "x", "--at", "soon"], 2, "--at: 'soon' is not a time"),
    (["schedule", "1", "x", "--at", "2020-01-01 09:00"], 2, "--at: is in the past"),
    (["schedule", "1", "x", *FUTURE[:3], "berlin"], 2, "did you mean Europe/Berlin"),
    (
        ["schedule", "1", "x", "--at", "2030-03-31 02:30", *FUTURE[2:]],
        2,
        'the next that does is "2030-03-31 03:00:00"',
    ),
    (["schedule", "1", "x", *FUTURE, "--fold", "2"], 2, "--fold"),
    (["schedule", "1", "", *FUTURE], 2, "TEXT: is empty"),
    (["list", "--state", "lost"], 2, "--state"),
    (["show", "x"], 2, "ID"),
    (["show", "9" * 30], 2, "ID"),
    (["show", "7"], 3, "no message 7"),
    (["cancel", "7"], 3, "no message 7"),
    (["retry", "7"], 3, "no message 7"),
    (["settle", "7"], 2, "--sent or --resend: is missing"),
    (["settle", "7", "--sent"], 3, "no message 7"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a ledger, and no broker."""
    made = tmp_path_factory.mktemp("cli")
    assert called(["db", "upgrade"], made, BOT_TOKEN="1:a").code == 0
    return made


@pytest.fixture(scope="module")
def refusals(folder: Path) -> Iterator[dict[str, Ended]]:
    with Commands(folder, **OFFLINE) as call:
        yield {str(words): call(*words) for words, _, _ in REFUSED}
    assert _rows(folder) == 0


@pytest.mark.parametrize(("words", "code", "text"), REFUSED, ids=lambda each: str(each)[:60])
def test_a_mistake_is_told_in_one_line_and_nothing_is_written(
    words: list[str], code: int, text: str, refusals: dict[str, Ended], folder: Path
) -> None:
    told = refusals[str(words)]
    assert (told.code, told.out) == (code, "")
    assert is_one_line(told.err), told.err
    assert text in told.err
    assert SECRET not in told.err
    assert _rows(folder) == 0


def test_without_a_broker_a_message_can_be_scheduled_and_handled(
    tmp_path: Path, sqlite_ledgers: OnSqlite
) -> None:
    (tmp_path / "var").mkdir()
    sqlite_ledgers.copy(tmp_path / "var")
    with Commands(tmp_path, **OFFLINE) as call:
        made = call("schedule", "-1001", "x", "--json", *FUTURE)
        shown = call("list", "--json", "--state", "scheduled")
        refused = call("retry", "1")
        cancelled = call("cancel", "1", "--json")
        again = call("cancel", "1")
    assert made.code == 0
    assert is_one_line(made.err)
    assert "is in the ledger" in made.err
    message: dict[str, Any] = json.loads(made.out)
    assert message["wanted_at"] == "2030-12-01T08:00:00+00:00"
    assert (message["chat_id"], message["params"]) == ("-1001", {"text": "x"})
    assert json.loads(shown.out) == [message]
    assert (refused.code, cancelled.code, again.code) == (3, 0, 3)
    assert json.loads(cancelled.out)["state"] == "cancelled"
    assert "message 1 is cancelled" in again.err


@pytest.mark.parametrize("words", [["--help"], ["send", "-h"], ["db", "upgrade", "--help"], []])
def test_help_has_examples_and_ends_well(words: list[str]) -> None:
    code, out, err = ended(words)
    assert (code, err) == (0, "")
    assert "Examples:" in out or "Exit codes:" in out


def test_an_option_is_read_as_json_where_it_is_json() -> None:
    pairs = ["protect_content=true", "message-effect-id=x", 'reply_markup={"force_reply": true}']
    assert option_pairs(pairs) == {
        "protect_content": True,
        "message_effect_id": "x",
        "reply_markup": {"force_reply": True},
    }


@pytest.mark.parametrize("pair", ["", "x", "=1"])
def test_an_option_without_a_name_or_a_value_is_refused(pair: str) -> None:
    with pytest.raises(InvalidInput):
        option_pairs([pair])


def _rows(folder: Path) -> int:
    with contextlib.closing(sqlite3.connect(folder / "var" / "ledger.db")) as connection:
        [count] = connection.execute("SELECT count(*) FROM messages").fetchone()
        return int(count)
