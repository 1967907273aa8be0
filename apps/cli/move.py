"""`analyticbot move`: from SQLite to Postgres."""

import asyncio
import sys
import time
from pathlib import Path

from apps.cli.lock import locked
from apps.cli.show import plain
from core.errors import InvalidInput
from infra.db import moving
from infra.db.engine import WHOLE_TABLE_S, Database, normalise_url
from infra.db.moving_source import MovingSource
from infra.settings import Settings, load_settings

TOLD_EVERY_S = 2.0


def move(source: Path | None, to: str | None) -> None:
    """Raises what infra.db.moving.move raises, and CommandFailed where `up` runs here."""
    settings = load_settings(stack=False)
    target = to or settings.ledger_url
    if normalise_url(target).get_backend_name() != "postgresql":
        raise InvalidInput("--to", "is missing", "write postgresql://user:password@host/name")
    with locked(settings.data_dir):
        asyncio.run(_move(_source_url(settings, source), target))


def undo(source: Path | None) -> None:
    """Raises TransitionRefused where it is not being moved, or has moved."""
    settings = load_settings(stack=False)
    with locked(settings.data_dir):
        asyncio.run(_undo(_source_url(settings, source)))
    plain("the move is undone: the ledger is where it was; drop the database that was being filled")


async def _move(source_url: str, target_url: str) -> None:
    source, target = Database(source_url), Database(target_url, answer_s=WHOLE_TABLE_S)
    began_s = time.monotonic()
    try:
        moved = await moving.move(source, target, Progress())
        name = moving.shown(target)
    finally:
        await source.close()
        await target.close()
    took_s = time.monotonic() - began_s
    plain(f"moved to {name}: {moved.rows:,} rows, {moved.copied:,} of them now, in {took_s:.1f} s")
    plain("set DATABASE_URL to it and start; the file is kept, and is no ledger any more")


async def _undo(source_url: str) -> None:
    source = Database(source_url)
    try:
        await MovingSource(source).give_up()
    finally:
        await source.close()


def _source_url(settings: Settings, source: Path | None) -> str:
    """Raises InvalidInput where there is no such file: SQLite would make it."""
    url = settings.ledger_url
    if source is not None or normalise_url(url).get_backend_name() != "sqlite":
        url = f"sqlite:///{(source or settings.data_dir / 'ledger.db').absolute()}"
    file = Path(str(normalise_url(url).database))
    if not file.is_file():
        raise InvalidInput("--from", f"there is no {file}", "name the ledger's file")
    return url


class Progress:
    """Tells of it on stderr, now and then."""

    def __init__(self) -> None:
        self._told_s = time.monotonic()

    def __call__(self, table: str, rows: int) -> None:
        if time.monotonic() - self._told_s >= TOLD_EVERY_S:
            self._told_s = time.monotonic()
            sys.stderr.write(f"{table}: {rows:,} rows\n")
