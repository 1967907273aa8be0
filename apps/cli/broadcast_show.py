"""Broadcasts as the commands print them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.text import Text

from apps.cli.show import as_values, console, head, plain, table
from core.broadcast import Broadcast, BroadcastState, Tally
from core.broadcast_plan import Plan
from core.sending_hours import SendingHours
from infra.db.broadcasts import PAGE

COUNTS = ("sent", "failed", "skipped", "uncertain", "pending")


def facts(broadcast: Broadcast) -> dict[str, Any]:
    """As JSON; times are ISO 8601 in UTC."""
    told = asdict(broadcast)
    content, tally = told.pop("content"), broadcast.tally
    counts = {"total": tally.total, **{name: getattr(tally, name) for name in COUNTS}}
    audience = broadcast.audience.as_json() if broadcast.audience is not None else None
    shown = {"state": broadcast.shown(datetime.now(UTC)), "tally": counts, "audience": audience}
    values: dict[str, Any] = as_values({**told, **content, **shown})
    return values


def show_list(broadcasts: Sequence[Broadcast]) -> None:
    now = datetime.now(UTC)
    rows = table("id", "state", "name", "total", *COUNTS, "text")
    for each in broadcasts:
        counts = (f"{getattr(each.tally, name):,}" for name in COUNTS)
        text = Text(head(each.content))
        total = f"{each.tally.total:,}"
        rows.add_row(str(each.id), each.shown(now), Text(each.name), total, *counts, text)
    console().print(rows)
    if len(broadcasts) == PAGE:
        plain(f"older ones: `analyticbot broadcast status --before {broadcasts[-1].id}`")
    if not broadcasts:
        plain("no broadcasts; `analyticbot broadcast create` makes one")


def show(broadcast: Broadcast) -> None:
    lines = table("", "")
    lines.show_header = False
    for name, value in _lines(broadcast, datetime.now(UTC)).items():
        if value:
            lines.add_row(name, value)
    console().print(lines)


def show_plan(plan: Plan, broadcast: Broadcast) -> None:
    """What it takes and costs. How long it waits for its hours nobody can tell."""
    lasts, hours = _lasts(plan.takes_s), broadcast.hours
    if hours is not None:
        lasts = f"sending alone {lasts}; only {_span(hours)}"
    plain(f"{plan.messages:,} messages: {lasts}")
    if not plan.paid:
        plain(f"with --paid {_lasts(plan.paid_takes_s)}, for {plan.paid_stars:,.1f} Stars at most")
    else:
        plain(f"paid: at most {plan.paid_stars:,.1f} Stars")
    if broadcast.state is not BroadcastState.DRAFT:
        return
    coming = f"nothing is sent yet: `analyticbot broadcast test {broadcast.id} CHAT`, then `start`"
    plain(coming if plan.messages else "nobody would get it: choose another audience")


def told(tally: Tally) -> str:
    """On one line."""
    counts = ", ".join(f"{getattr(tally, name):,} {name}" for name in COUNTS)
    return f"{tally.total:,} = {counts}"


def _lines(broadcast: Broadcast, now: datetime) -> dict[str, str | Text]:
    whom = str(broadcast.audience) if broadcast.audience is not None else "the chats of a file"
    return {
        "broadcast": Text(f"{broadcast.id} {broadcast.name}".strip()),
        "state": Text(broadcast.shown(now) + (f" ({broadcast.why})" if broadcast.why else "")),
        "to": Text(whom),
        "content": Text(f"{broadcast.content.method}: {head(broadcast.content)}"),
        "recipients": told(broadcast.tally) + ("" if broadcast.built else ", more to come"),
        "unfinished": Text(_unfinished(broadcast)),
        "fee": "paid with Stars" if broadcast.paid else "",
        "opens": _opens(broadcast, now),
        "begins": f"{broadcast.wanted_at:%Y-%m-%d %H:%M:%S} UTC" if broadcast.started_at else "",
        "hours": _span(broadcast.hours) if broadcast.hours else "",
        "ended": f"{broadcast.ended_at:%Y-%m-%d %H:%M:%S} UTC" if broadcast.ended_at else "",
        "key": Text(broadcast.key),
    }


def _unfinished(broadcast: Broadcast) -> str:
    """A list of chats is known to whoever gives it: nobody else can go on with it."""
    if broadcast.built or broadcast.audience is not None:
        return ""
    return (
        f"not all chats are written down: run the same `create` again, with --key {broadcast.key}"
    )


def _opens(broadcast: Broadcast, now: datetime) -> str:
    """When its hours come, where they are not now; those of recipients' zones differ."""
    opens_at, hours = broadcast.opens_at, broadcast.hours
    if broadcast.state is not BroadcastState.RUNNING or hours is None or opens_at is None:
        return ""
    closed = opens_at > max(now, broadcast.wanted_at)
    return f"{opens_at:%Y-%m-%d %H:%M:%S} UTC" if closed else ""


def _span(hours: SendingHours) -> str:
    span = f"{_clock(hours.begins)}-{_clock(hours.ends)}"
    whose = f"in each one's own zone; {hours.zone} for who has none"
    return f"{span} {whose if hours.own_zones else hours.zone}"


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _lasts(seconds: float) -> str:
    return f"about {timedelta(seconds=round(seconds))}" if seconds >= 1 else "at once"
