"""The command line as its users call it: in a process of its own, in a folder of its own."""

import contextlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, Self

from apps.cli import main
from infra.settings import Settings
from tests.servers.nursery import PYTHON, ROOT, begun
from tests.servers.spoken import Spoken


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
    return ran(["apps.cli", *words], folder, **more)


def ran(arguments: Sequence[str], folder: Path, **more: str) -> Ended:
    """`python -m …`, to its end."""
    told = environment(folder, **more)
    with TemporaryFile() as out, TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
        code = begun([*PYTHON, *arguments], folder, told, (nothing, out, err)).wait()
        return Ended(code, *(_all_of(each) for each in (out, err)))


def _all_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


class Commands:
    """The same in one process for them all, for speed: Celery is imported once."""

    def __init__(self, folder: Path, **more: str) -> None:
        self._folder, self._environment = folder, environment(folder, **more)

    def __call__(self, *words: str) -> Ended:
        self._process.say(words)
        heard = self._process.heard()
        assert heard is not None, f"{words}: it has ended without an answer"
        return Ended(*heard)

    def __enter__(self) -> Self:
        self._process = Spoken("tests.servers.commands", self._folder, self._environment)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close()


def is_one_line(text: str) -> bool:
    return text.startswith("analyticbot: ") and text.count("\n") == 1 and text.endswith("\n")
