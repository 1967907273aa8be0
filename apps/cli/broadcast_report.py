"""`broadcast report`: who got it, and who did not and why."""

import csv
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import TextIO

from rich.text import Text

from apps.cli.broadcast_show import facts, show
from apps.cli.show import as_json, console, plain, table
from apps.cli.target import STDOUT, target
from core.contact_row import cell_of
from core.message import State
from infra.celery.runtime import current
from infra.db.broadcast_report import BroadcastReport, Recipient
from infra.settings import Settings

HEADER = (
    *("chat_id", "name", "username", "state", "reason", "description", "attempts"),
    *("sent_at", "message_ids"),
)


def run(
    settings: Settings, broadcast_id: int, file: str | None, states: Sequence[State], *, json: bool
) -> None:
    runtime = current()
    report = BroadcastReport(runtime.ledger.database, settings.bot_id)
    found = runtime.call(runtime.ledger.broadcasts.get(broadcast_id))
    if file is not None:
        with target(file) as out:
            count = runtime.call(_write(out, report.pages(broadcast_id, states)))
        return plain(f"{count:,} recipients written to {file}") if file != STDOUT else None
    reasons = runtime.call(report.reasons(broadcast_id))
    if json:
        return as_json({**facts(found), "reasons": [asdict(each) for each in reasons]})
    show(found)
    rows = table("state", "reason", "recipients")
    for each in reasons:
        rows.add_row(each.state, Text(each.reason), f"{each.recipients:,}")
    return console().print(rows) if reasons else None


async def _write(file: TextIO, pages: AsyncIterator[list[Recipient]]) -> int:
    rows, count = csv.writer(file), 0
    rows.writerow(HEADER)
    async for page in pages:
        rows.writerows(map(_cells, page))
        count += len(page)
    return count


def _cells(recipient: Recipient) -> list[str]:
    return [
        recipient.chat_id,
        *map(cell_of, (recipient.name, recipient.username)),
        recipient.state,
        recipient.reason,
        recipient.description,
        str(recipient.attempts),
        recipient.sent_at.isoformat() if recipient.sent_at is not None else "",
        " ".join(map(str, recipient.message_ids)),
    ]
