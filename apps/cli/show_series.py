"""What the commands about recurring messages print."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from apps.cli.show import console, head, plain, table
from core.recurring_message import RecurringMessage
from core.upcoming import upcoming, words_of


def series_facts(series: RecurringMessage, now: datetime) -> dict[str, Any]:
    """A series as JSON; times are ISO 8601, in UTC but for `starts`, which is a wall time."""
    return {
        "id": series.id,
        "state": series.state.value,
        "chat_id": series.chat_id,
        "method": series.content.method,
        "params": dict(series.content.params),
        "key": series.key,
        "rule": series.rule,
        "words": words_of(series),
        "zone": series.zone,
        "starts": series.starts.isoformat(),
        "missed": series.missed.value,
        "skipped": series.skipped,
        "on_uncertain": series.on_uncertain.value,
        "created_at": series.created_at.isoformat(),
        "upcoming": [moment.isoformat() for moment in upcoming(series, now)],
    }


def all_facts(found: Sequence[RecurringMessage], now: datetime) -> list[dict[str, Any]]:
    return [series_facts(series, now) for series in found]


def show_series_list(found: Sequence[RecurringMessage], now: datetime) -> None:
    rows = table("id", "state", "chat", "repeats", "zone", "next (in its zone)", "skipped", "text")
    for series in found:
        following = _local(series, upcoming(series, now, 1))
        rows.add_row(
            str(series.id),
            series.state.value,
            series.chat_id,
            words_of(series),
            series.zone,
            *([f"{at:%a %Y-%m-%d %H:%M}" for at in following] or [""]),
            str(series.skipped or ""),
            Text(head(series.content)),
        )
    console().print(rows)
    if not found:
        plain("no series")


def show_series(series: RecurringMessage, now: datetime) -> None:
    words = words_of(series)
    rule = f" ({series.rule})" if words != series.rule else ""
    lines = {
        "series": str(series.id),
        "state": series.state.value,
        "chat": series.chat_id,
        "content": f"{series.content.method}: {head(series.content)}",
        "repeats": f"{words}{rule}",
        "from": f"{series.starts:%a %Y-%m-%d %H:%M} {series.zone}",
        "missed": _on_missed(series),
        "key": series.key,
    }
    rows = table("", "")
    rows.show_header = False
    for name, value in lines.items():
        rows.add_row(name, Text(value))
    console().print(rows)
    dates = upcoming(series, now)
    console().print(_dates(series, dates)) if dates else plain("nothing to come")


def _on_missed(series: RecurringMessage) -> str:
    if not series.skipped:
        return series.missed.value
    return f"{series.missed}; {series.skipped:,} left out so far"


def _dates(series: RecurringMessage, dates: Sequence[datetime]) -> Table:
    local = _local(series, dates)
    changes = [before.utcoffset() != after.utcoffset() for before, after in pairwise(local)]
    rows = table(f"next, in {series.zone}", "UTC", "")
    for moment, there, changed in zip(dates, local, [False, *changes], strict=True):
        mark = f"clocks have changed: UTC{there.isoformat()[-6:]}" if changed else ""
        rows.add_row(f"{there:%a %Y-%m-%d %H:%M}", f"{moment:%a %Y-%m-%d %H:%M}", mark)
    return rows


def _local(series: RecurringMessage, dates: Sequence[datetime]) -> list[datetime]:
    """As clocks show them there. A zone that is not known here has no dates, and is not asked."""
    return [moment.astimezone(ZoneInfo(series.zone)) for moment in dates]
