"""The import contracts of pyproject.toml are kept, and each of them does bite."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.architecture import tree

PACKAGES = ("core", "infra", "apps", "sandbox", "benchmarks", "tests")
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"

# Contract, and what breaks it: a file, and what that file would import.
BREACHES = [
    ("layers", {"core/planted.py": "infra.settings"}),
    ("layers", {"infra/planted.py": "apps.cli"}),
    ("layers", {"sandbox/planted.py": "apps.cli"}),
    ("pure-core", {"core/planted.py": "sqlalchemy"}),
    ("pure-core", {"core/planted.py": "time"}),
    ("inside-core", {"core/errors.py": "core.message"}),
    ("inside-core", {"core/outcome.py": "core.planted", "core/planted.py": "core.retry"}),
    ("apps-apart", {"apps/cli/planted.py": "apps.bot"}),
    ("infra-apart", {"infra/db/planted.py": "infra.telegram"}),
    ("sql-in-db", {"infra/telegram/planted.py": "sqlalchemy"}),
    ("aiogram-in-bot", {"infra/telegram/planted.py": "aiogram"}),
    ("aiogram-not-in-workers", {"apps/bot/config.py": "aiogram"}),
    (
        "aiogram-not-in-workers",
        {"apps/bot/tasks.py": "apps.bot.planted", "apps/bot/planted.py": "aiogram"},
    ),
    ("fastapi-in-api", {"apps/cli/planted.py": "fastapi"}),
    ("aiohttp-at-the-border", {"apps/bot/planted.py": "aiohttp"}),
    ("celery-in-celery", {"apps/cli/planted.py": "celery"}),
    ("celery-in-celery", {"infra/db/planted.py": "kombu"}),
    ("shipped-alone", {"sandbox/planted.py": "tests.servers.postgres"}),
    ("no-cycles", {"infra/planted.py": "infra.sown", "infra/sown.py": "infra.planted"}),
    (
        "no-cycles",
        {"apps/planted/here.py": "apps.sown", "apps/sown/there.py": "apps.planted"},
    ),
]

ALLOWED = {
    "infra/db/planted.py": "sqlalchemy",
    "infra/telegram/planted.py": "aiohttp",
    "infra/celery/__init__.py": "celery",
    "infra/celery/planted.py": "kombu",
    "apps/api/planted.py": "fastapi",
    "apps/bot/planted.py": "aiogram",
    "apps/bot/tasks.py": "celery",
    "apps/bot/webhook.py": "aiohttp",
    "sandbox/planted.py": "aiohttp",
    "benchmarks/planted.py": "aiogram",
    "tests/planted.py": "celery",
}


# Calculation alone: see docs/decisions/0006-recurrence-rules.md.
RULES_OF_CALENDARS = ("dateutil", "core/recurrence.py")


def test_every_contract_is_kept() -> None:
    # Without its cache, which would be left in the tree.
    linted = _lint(tree.ROOT, "--no-cache")
    assert linted.returncode == 0, linted.stdout


def test_every_contract_has_a_breach_to_prove_it() -> None:
    declared = {each["id"] for each in _contracts()}
    assert len(declared) >= 12
    assert declared == {contract for contract, _ in BREACHES}


@pytest.mark.parametrize(("contract", "imports"), BREACHES)
def test_a_contract_tells_who_broke_it(
    contract: str, imports: dict[str, str], broken: dict[str, str]
) -> None:
    assert (who := broken[contract])
    assert all(imported.rpartition(".")[2] in who for imported in imports.values())


def test_what_a_contract_allows_breaks_no_contract(copied: Path) -> None:
    with _planted(copied, ALLOWED):
        linted = _lint(copied)
    assert linted.returncode == 0, linted.stdout


def test_the_core_imports_the_standard_library_and_itself_alone() -> None:
    files = (tree.ROOT / "core").rglob("*.py")
    imported = {
        (name.partition(".")[0], "" if name.startswith("core") else tree.name_of(file))
        for file in files
        for name in _imports_of(file)
        if name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert imported == {("core", ""), RULES_OF_CALENDARS}


def test_apscheduler_is_in_no_lock_file() -> None:
    locks = [file for file in tree.files() if file.suffix == ".lock"]
    assert len(locks) >= 2
    assert [lock.name for lock in locks if "apscheduler" in lock.read_text().lower()] == []


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Python files as they are."""
    root = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(
            tree.ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(tree.ROOT / "pyproject.toml", root)
    yield root
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def broken(copied: Path) -> dict[str, str]:
    """All breaches at once: what is said of each contract that they break."""
    with _planted(copied, *(imports for _, imports in BREACHES)):
        said = _lint(copied).stdout.partition("Broken contracts")[2]
    _, *parts = re.split(r"^(\d+b?) .*$", said, flags=re.MULTILINE)
    told = dict(zip(parts[::2], parts[1::2], strict=True))
    return {each["id"]: told.get(each["name"].split()[0], "") for each in _contracts()}


@contextmanager
def _planted(root: Path, *planted: dict[str, str]) -> Iterator[None]:
    """With these imports in these files; afterwards the tree is as before."""
    was: dict[Path, bytes | None] = {}
    for name, imported in (pair for imports in planted for pair in imports.items()):
        file = root / name
        file.parent.mkdir(exist_ok=True)
        for each in (file.parent / "__init__.py", file):
            was.setdefault(each, each.read_bytes() if each.exists() else None)
        (file.parent / "__init__.py").touch()
        with file.open("a") as source:
            source.write(f"\nimport {imported}\n")
    yield
    for file, content in was.items():
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content)


def _contracts() -> list[dict[str, Any]]:
    declared = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())
    contracts: list[dict[str, Any]] = declared["tool"]["importlinter"]["contracts"]
    return contracts


def _lint(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", *options],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def _imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "core"  # a relative import stays within
