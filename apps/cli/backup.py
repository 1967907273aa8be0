"""`analyticbot backup` and `analyticbot restore`."""

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from apps.cli.lock import locked
from apps.cli.show import as_json, plain
from core.errors import InvalidInput
from infra import backup_file, backups
from infra.backups import Contents
from infra.db.engine import WHOLE_TABLE_S, Database
from infra.db.parking import Parked
from infra.settings import Settings, load_settings

STDOUT = Path("-")


def back_up(file: Path, *, replace: bool, json: bool) -> None:
    """Raises InvalidInput where FILE cannot be written, LedgerUnavailable."""
    settings = load_settings()
    if file == STDOUT:
        contents = asyncio.run(_back_up(settings, sys.stdout.buffer))
        sys.stderr.write(_line("backed up", contents) + "\n")
        return
    if file.exists() and not replace:
        raise InvalidInput("FILE", f"{file} exists", "choose another name, or call with --replace")
    if file.exists() and not file.is_file():
        raise InvalidInput("FILE", f"{file} is no file", "choose another name, or - for stdout")
    with backup_file.draft(file) as stream:
        contents = asyncio.run(_back_up(settings, stream))
    _told(contents, {}, f"backed up to {file}, {_size(file)}", json=json)


def check(file: Path, *, json: bool) -> None:
    """Raises InvalidInput unless the file is a whole backup."""
    _told(backups.examine(file), {}, f"{file} is whole, {_size(file)}", json=json)


def restore(file: Path, *, resend_due: bool, json: bool) -> None:
    """Raises what infra.backups.restore raises, and CommandFailed where `up` runs here."""
    settings = load_settings(stack=False)
    with locked(settings.data_dir):
        contents, parked = asyncio.run(_restore(settings, file, parks=not resend_due))
    _told(contents, asdict(parked), "restored", json=json)
    if not json:
        for line in _parked_lines(parked):
            plain(line)


async def _back_up(settings: Settings, stream: Any) -> Contents:
    database = Database(settings.ledger_url, answer_s=WHOLE_TABLE_S)
    try:
        return await backups.back_up(database, stream)
    finally:
        await database.close()


async def _restore(settings: Settings, file: Path, *, parks: bool) -> tuple[Contents, Parked]:
    database = Database(settings.ledger_url, answer_s=WHOLE_TABLE_S)
    try:
        return await backups.restore(database, file, parks=parks)
    finally:
        await database.close()


def _told(contents: Contents, more: dict[str, Any], did: str, *, json: bool) -> None:
    if json:
        facts = {**asdict(contents), "made_at": contents.made_at.isoformat(), **more}
        return as_json(facts)
    return plain(_line(did, contents))


def _line(did: str, contents: Contents) -> str:
    tables = sum(1 for count in contents.rows.values() if count)
    return (
        f"{did}: {contents.total:,} rows of {tables} tables, "
        f"{contents.rows['messages']:,} messages; made {contents.made_at:%Y-%m-%d %H:%M:%S} UTC "
        f"from {contents.database}, schema {contents.schema}"
    )


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:.1f} MB"


def _parked_lines(parked: Parked) -> list[str]:
    """What is left to a person."""
    lines = []
    if parked.posts:
        lines.append(
            f"{parked.posts:,} messages may have been sent since and are uncertain; "
            "look into the chats, then `analyticbot settle`, or the dashboard for many at once"
        )
    if parked.broadcasts:
        ids = ", ".join(map(str, parked.broadcasts))
        lines.append(
            f"broadcasts {ids} may have gone on since and are paused; "
            "`analyticbot broadcast resume` sends to all who are pending"
        )
    if parked.updates:
        lines.append(
            f"{parked.updates} things that people sent to the bot were not done yet, "
            "and are forgotten"
        )
    return lines
