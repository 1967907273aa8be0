"""The command line as its users call it: in a process of its own, in a folder of its own."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

from apps.cli import main
from infra.settings import Settings

ROOT = Path(__file__).parents[2]

DRIVER = """
import json, sys
from tests.servers.command_line import ended
for line in sys.stdin:
    print(json.dumps(ended(json.loads(line))), flush=True)
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def ended(words: Sequence[str]) -> Ended:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run(list(words))
    return Ended(code, out.getvalue(), err.getvalue())


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


class Commands:
    """The same in one process for them all, for speed: Celery is imported once."""

    def __init__(self, folder: Path, **more: str) -> None:
        self._folder, self._environment = folder, environment(folder, **more)

    def __call__(self, *words: str) -> Ended:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return Ended(*json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-c", DRIVER],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


def is_one_line(text: str) -> bool:
    return text.startswith("analyticbot: ") and text.count("\n") == 1 and text.endswith("\n")
