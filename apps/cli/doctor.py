"""`analyticbot doctor`: all that can be wrong where it runs; each line ok, or what to do."""

import asyncio
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from apps.cli import findings
from apps.cli.exits import Exit
from apps.cli.health import exit_code
from core import diagnosis_place as place
from core.diagnosis_place import Access
from infra.celery.examination import Examination
from infra.celery.health import check
from infra.celery.runtime import current
from infra.db.engine import normalise_url
from infra.misspelt import misspelt
from infra.settings import Settings

ENV_FILE = Path(".env")
OTHERS_READ = stat.S_IRGRP | stat.S_IROTH
LOOPBACK = ("127.0.0.1", "localhost", "::1")
BESIDE_LEDGER = ("", "-wal", "-shm", ".gate", ".turn")


def examine(settings: Settings, *, json: bool) -> Exit:
    """Look at everything; the exit code is 1 where something has to be mended."""
    runtime = current()
    health = runtime.run(check(runtime))
    parts = [
        *asyncio.run(Examination(settings).parts()),
        place.settings(dict(_doubtful(settings)), "each is known, and fits the others"),
        place.access("files", list(files(settings)), "written by us, and read by us alone"),
        *health.parts,
    ]
    return exit_code(findings.show(parts, json=json), strict=False)


def _doubtful(settings: Settings) -> Iterator[tuple[str, str]]:
    """Each with its remedy."""
    for name, meant in misspelt(ENV_FILE, type(settings).model_fields):
        yield f"{name} in .env is read by nobody", f"write {meant}, if that is meant"
    if settings.api_host not in LOOPBACK and settings.api_url is None:
        yield (
            f"API_HOST is {settings.api_host} and API_URL is not set: links lead nowhere",
            "set API_URL to where browsers find the web",
        )


def files(settings: Settings) -> Iterator[Access]:
    """What is wrong with those that we write, for the user who asks."""
    ledger = normalise_url(settings.ledger_url)
    of_ledger = [Path(str(ledger.database))] if ledger.drivername.startswith("sqlite") else []
    for path in (ENV_FILE, *of_ledger):
        if _is_there(path) and path.stat().st_mode & OTHERS_READ and _is_reachable(path.parent):
            yield Access(f"{path} can be read by others", f"chmod 600 {path}")
    folders = {settings.data_dir, *(path.parent for path in of_ledger)}
    if settings.prometheus_multiproc_dir is not None:
        folders.add(settings.prometheus_multiproc_dir)
    yield from _unwritable(sorted(folders), os.W_OK | os.X_OK)
    # One command as another user is enough for some of these to be theirs.
    beside = [path.with_name(path.name + end) for path in of_ledger for end in BESIDE_LEDGER]
    yield from _unwritable(filter(_is_there, beside), os.R_OK | os.W_OK)


def _unwritable(paths: Iterable[Path], wanted: int) -> Iterator[Access]:
    """Of what is not there yet, the folder in which it would be made."""
    for path in paths:
        present = next(each for each in (path, *path.absolute().parents) if _is_there(each))
        if not os.access(present, wanted, effective_ids=True):
            make = "" if present == path else f"mkdir -p {path} && "
            remedy = f"{make}chown {os.geteuid()} {path}"
            yield Access(f"{present} cannot be written", remedy, stops_work=True)


def _is_there(path: Path) -> bool:
    """As far as we can see: not so in a folder that we may not enter."""
    return os.access(path, os.F_OK, effective_ids=True)


def _is_reachable(folder: Path) -> bool:
    """Whether others may enter it at all."""
    return bool(folder.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH))
