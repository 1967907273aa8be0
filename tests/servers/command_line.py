"""The command line as its users call it: in a process of its own, in a folder of its own."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from apps.cli import main
from infra.settings import Settings

ROOT = Path(__file__).parents[2]

DRIVER = """
import json, sys
from tests.servers.command_line import ended
json.dump([ended(words) for words in json.load(sys.stdin)], sys.stdout)
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def ended(words: list[str]) -> tuple[int, str, str]:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run(words)
    return int(code), out.getvalue(), err.getvalue()


def environment(folder: Path, **more: str) -> dict[str, str]:
    """None of the settings in force here; its ledger is in the folder."""
    names = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in names}
    own = {"DATA_DIR": str(folder / "var"), "PYTHONPATH": str(ROOT)}
    return {**kept, **own, **more}


def called(words: list[str], folder: Path, **more: str) -> Ended:
    """Run a command as a user does, in a folder of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "apps.cli", *words],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def called_together(commands: list[list[str]], folder: Path, **more: str) -> list[Ended]:
    """The same in one process, for speed: Celery is imported once."""
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=folder,
        env=environment(folder, **more),
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=True,
    )
    return [Ended(*each) for each in json.loads(done.stdout)]


def is_one_line(text: str) -> bool:
    return text.startswith("analyticbot: ") and text.count("\n") == 1 and text.endswith("\n")
