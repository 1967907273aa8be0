"""The commands about subscribers, and an import that is killed in its middle."""

import asyncio
import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.audience import Audience
from infra.db.audiences import Audiences
from infra.db.engine import Database
from tests.servers.command_line import Commands, Ended, called, environment, is_one_line

BOT, TOKEN = 7, {"BOT_TOKEN": "7:a"}
ROWS = 12_000
HEADER = "id,first_name,language,tags,joined,City\n"
PEOPLE = (
    HEADER + "1,Ada,en,vip,2026-01-01,London\n"
    "2,Grace,pt_BR,,2026-02-01,\n"
    "x,nobody,,,,\n"
    "3,=1+1,ru,vip;new,,+998\n"
    "3,again,,,,\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("audience")
    assert called(["db", "upgrade"], made, **TOKEN).code == 0
    (made / "people.csv").write_text(PEOPLE)
    return made


@pytest.fixture(scope="module")
def call(folder: Path) -> Iterator[Commands]:
    with Commands(folder, **TOKEN) as commands:
        yield commands


def told(ended: Ended) -> Any:
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_people_are_imported_shown_tagged_and_exported(call: Commands, folder: Path) -> None:
    words = ("audience", "import", "people.csv", "--list", "spring", "--tag", "News")
    first = call(*words, "--rejects", "rejects.csv")
    assert "5 rows in" in first.out
    assert "3 new, 0 changed, 0 unchanged, 1 that repeat an id, 1 bad\n" in first.out
    assert "line 4: id: 'x' is not a number" in first.out
    rejects = (folder / "rejects.csv").read_text(encoding="utf-8-sig")
    rejected = list(csv.DictReader(rejects.splitlines()))
    assert [(each["_line"], each["first_name"]) for each in rejected] == [
        ("4", "nobody"),
        ("6", "again"),
    ]
    again = told(call(*words, "--json"))
    assert (again["unchanged"], again["new"], again["bad_rows"][0]["line"]) == (3, 0, 4)
    assert told(call("audience", "lists", "--json"))[0]["members"] == 3
    shown = told(call("audience", "show", "--tag", "vip", "--joined-since", "2026-01-01", "--json"))
    assert (shown["reached"], shown["languages"]) == (2, {"en": 1, "ru": 1})
    assert "pt-br" in call("audience", "show", "--language", "pt").out
    assert told(call("audience", "tag", "Gold", "--language", "en", "--json"))["changed"] == 1
    assert "1 lost the tag gold" in call("audience", "untag", "gold", "--all").out
    assert "3 people written" in call("audience", "export", "out.csv").out
    assert "'=1+1" in (folder / "out.csv").read_text(encoding="utf-8-sig")
    assert told(call("audience", "import", "out.csv", "--json"))["unchanged"] == 3
    call("audience", "export", "/dev/null")
    assert Path("/dev/null").is_char_device()
    vips = call("audience", "export", "-", "--tag", "vip", "--reached").out.splitlines()
    assert [line.partition(",")[0] for line in vips] == ["chat_id", "1", "3"]
    assert "spring 26" in call("audience", "rename", "spring", "spring 26").out
    assert "its 3 members stay" in call("audience", "delete", "spring 26").out


# A command, its exit code, and what its line says.
REFUSED: list[tuple[list[str], int, str]] = [
    (["import", "nowhere.csv"], 2, "FILE: nowhere.csv cannot be read"),
    (["import", "."], 2, "cannot be read: Is a directory"),
    (["import", "people.csv", "--tag", "a,b"], 2, "--tag: "),
    (["import", "people.csv", "--list", ""], 2, "--list: is empty"),
    (["import", "people.csv", "--rejects", "people.csv"], 2, "--rejects: is the file that is read"),
    (["import", "people.csv", "--rejects", "no/such"], 2, "--rejects: cannot be written"),
    (["import", "rejects.txt"], 2, "header: has no column id"),
    (["show", "--list", "autumn"], 3, "no list 'autumn'"),
    (["show", "--joined-since", "soon"], 2, "--joined-since: 'soon' is not a date"),
    (["tag", "gold"], 2, "--all: is missing"),
    (["tag", " ", "--all"], 2, "TAG: is empty"),
    (["delete", "autumn"], 3, "no list 'autumn'"),
    (["export", "no/such.csv"], 2, "FILE: no/such.csv cannot be written"),
    (["export", "."], 2, "FILE: . cannot be written: Is a directory"),
]


@pytest.mark.parametrize(("words", "code", "text"), REFUSED, ids=lambda each: str(each)[:60])
def test_a_mistake_is_told_in_one_line(
    words: list[str], code: int, text: str, call: Commands, folder: Path
) -> None:
    (folder / "rejects.txt").write_text("name\nAda\n")
    refused = call("audience", *words)
    assert (refused.code, refused.out) == (code, "")
    assert is_one_line(refused.err), refused.err
    assert text in refused.err
    assert (folder / "people.csv").read_text() == PEOPLE


def test_an_import_that_is_killed_leaves_whole_batches_and_goes_on(
    ledger_url: str, tmp_path: Path
) -> None:
    stack = {**TOKEN, "DATABASE_URL": ledger_url}
    rows = (f"{number * 7919 % 1_000_003},Name {number},en,a;b,,x" for number in range(1, ROWS + 1))
    (tmp_path / "many.csv").write_text(HEADER + "\n".join(rows))
    words = ["audience", "import", "many.csv", "--list", "spring", "--json"]
    batch = _killed_after_a_batch(words, tmp_path, stack)
    left = asyncio.run(_counts(ledger_url))
    assert len(set(left)) == 1, "people, on the list and tagged, are as many"
    assert 0 < left[0] < ROWS
    assert left[0] % batch == 0
    ended = told(called(words, tmp_path, **stack))
    assert (ended["unchanged"], ended["new"], ended["changed"]) == (left[0], ROWS - left[0], 0)
    assert asyncio.run(_counts(ledger_url)) == (ROWS, ROWS, ROWS)


def _killed_after_a_batch(words: list[str], folder: Path, stack: dict[str, str]) -> int:
    """SIGKILL as soon as it says that a batch is written; how many rows that has."""
    process = subprocess.Popen(
        [sys.executable, "-m", "apps.cli", *words],
        cwd=folder,
        env=environment(folder, **stack),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stderr is not None
        line = process.stderr.readline()
        process.kill()
    assert line.startswith("imported "), line
    return int(line.split()[1].replace(",", ""))


async def _counts(url: str) -> tuple[int, int, int]:
    """How many are subscribers, on the list, and have the tag."""
    database = Database(url)
    audiences = Audiences(database, BOT)
    asked = (Audience(), Audience(list_name="spring"), Audience(tags=("a",)))
    people, listed, tagged = [await audiences.count(audience) for audience in asked]
    await database.close()
    return people, listed, tagged
