"""The commands about the web, each as a user types it."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest

from infra import passwords
from infra.db.accounts import Accounts
from infra.db.api_keys import ApiKeys
from infra.db.engine import Database
from infra.db.login_links import LoginLinks
from tests.servers.command_line import Ended, ended, is_one_line

BOT = 7
PASSWORD = "four words and more"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, sqlite_ledger_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """DATA_DIR, with a ledger that nothing is in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_TOKEN", f"{BOT}:a")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def web(*words: str) -> Ended:
    return ended(["web", *words])


def told(*words: str) -> Any:
    done = web(*words, "--json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def code_in(text: str) -> str:
    return text.rpartition("/login/")[2].split()[0].strip('",')


async def asked(folder: Path, what: str, *words: str) -> Any:
    """Of the ledger itself."""
    database = Database(f"sqlite:///{folder / 'ledger.db'}")
    try:
        if what == "use":
            number = await LoginLinks(database, BOT).use(*words)
            return (await Accounts(database, BOT).get(number)).name if number else None
        if what == "hash":
            account = await Accounts(database, BOT).by_name(*words)
            assert account is not None
            return await Accounts(database, BOT).password_hash(account.id)
        return await ApiKeys(database, BOT).find(*words)
    finally:
        await database.close()


def test_a_link_logs_in_the_first_owner_and_makes_them_where_there_is_nobody(folder: Path) -> None:
    first, again = web("link"), web("link")
    assert (first.code, again.code) == (0, 0)
    assert "http://127.0.0.1:8000/login/" in again.out
    assert asyncio.run(asked(folder, "use", code_in(first.out))) is None
    assert asyncio.run(asked(folder, "use", code_in(again.out))) == "owner"
    assert [each["name"] for each in told("people")] == ["owner"]


def test_somebody_is_added_shut_out_and_let_in_again(folder: Path) -> None:
    assert web("people").out.splitlines()[-1].startswith("nobody")
    web("link")
    made = told("add", "Grace", "--role", "editor")
    assert (made["name"], made["role"]) == ("grace", "editor")
    assert asyncio.run(asked(folder, "use", code_in(made["link"]))) == "grace"
    assert web("disable", "grace").code == 0
    assert "shut out" in web("people").out
    refused = web("link", "grace")
    assert (refused.code, is_one_line(refused.err)) == (3, True)
    assert web("enable", "grace").code == 0
    assert asyncio.run(asked(folder, "use", code_in(web("link", "grace").out))) == "grace"


def test_a_key_is_made_listed_and_revoked(folder: Path) -> None:
    assert "no keys" in web("keys").out
    made = told("key", "the shop", "--scope", "write")
    assert told("keys") == [{name: made[name] for name in made if name != "secret"}]
    assert asyncio.run(asked(folder, "key", made["secret"])).scope == "write"
    assert made["secret"] not in web("keys").out
    assert web("revoke", str(made["id"])).code == 0
    assert asyncio.run(asked(folder, "key", made["secret"])) is None
    assert "revoked" in web("keys").out
    plain = web("key", "another")
    assert asyncio.run(asked(folder, "key", plain.out.split()[-1])).scope == "read"


def test_a_password_comes_from_the_standard_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web("link")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\nanother line\n"))
    done = web("password", "owner")
    assert (done.code, PASSWORD in done.out + done.err) == (0, False)
    assert passwords.matches(asyncio.run(asked(folder, "hash", "owner")), PASSWORD)


def test_a_password_is_typed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    web("link")
    typed = iter([PASSWORD, "another one, mistyped"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    done = web("password", "owner")
    assert (done.code, "not the same" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["link", "nobody"], 3, "nobody is called 'nobody'"),
        (["disable", "nobody"], 3, "nobody is called"),
        (["disable", "owner"], 3, "last owner"),
        (["password", "nobody"], 3, "nobody is called"),
        (["password", "owner"], 2, "shorter than 10"),
        (["add", "owner"], 2, "taken"),
        (["add", "a b"], 2, "name"),
        (["add", "ada", "--role", "king"], 2, "role"),
        (["add"], 2, "NAME"),
        (["key", "x\nSet-Cookie: y"], 2, "name"),
        (["key", "x", "--scope", "all"], 2, "scope"),
        (["revoke", "99"], 3, "no key 99"),
        (["revoke", "0"], 2, "ID"),
        (["revoke", "x"], 2, "ID"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str], code: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    web("link")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    refused = web(*words)
    assert (refused.code, says in refused.err) == (code, True), refused.err
    assert is_one_line(refused.err)


def test_without_a_ledger_it_says_so(folder: Path) -> None:
    (folder / "ledger.db").unlink()
    refused = web("people")
    assert (refused.code, is_one_line(refused.err)) == (4, True)
