"""`broadcast report`: who got it, and who did not and why."""

from collections.abc import Sequence
from dataclasses import asdict

from rich.text import Text

from apps.cli.broadcast_show import facts, show
from apps.cli.show import as_json, console, plain, table
from apps.cli.target import STDOUT, target
from core.errors import InvalidInput
from core.message import State
from infra.broadcast_csv import write
from infra.celery.runtime import current
from infra.db.broadcast_report import BroadcastReport
from infra.settings import Settings


def run(
    settings: Settings, broadcast_id: int, file: str | None, states: Sequence[State], *, json: bool
) -> None:
    if states and file is None:
        raise InvalidInput("--state", "goes with --csv", "add `--csv FILE`, or `--csv -`")
    runtime = current()
    report = BroadcastReport(runtime.ledger.database, settings.bot_id)
    found = runtime.call(runtime.ledger.broadcasts.get(broadcast_id))
    if file is not None:
        with target(file) as out:
            count = runtime.call(write(out, report.pages(broadcast_id, states)))
        return plain(f"{count:,} recipients written to {file}") if file != STDOUT else None
    reasons = runtime.call(report.reasons(broadcast_id))
    if json:
        return as_json({**facts(found), "reasons": [asdict(each) for each in reasons]})
    show(found)
    rows = table("state", "reason", "recipients", "one of them")
    for each in reasons:
        rows.add_row(each.state, Text(each.reason), f"{each.recipients:,}", Text(each.said))
    return console().print(rows) if reasons else None
