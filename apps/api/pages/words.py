"""How values are written on a page: times in the reader's zone, numbers, states."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from apps.api.heads import head, plain

# Tabler's names of colours.
COLOURS = {
    "scheduled": "blue",
    "queued": "azure",
    "sending": "cyan",
    "sent": "green",
    "failed": "red",
    "uncertain": "orange",
    "cancelled": "secondary",
    "expired": "secondary",
    "draft": "secondary",
    "running": "green",
    "paused": "yellow",
    "completed": "blue",
    "active": "green",
    "finished": "secondary",
    "ok": "green",
    "healthy": "green",
    "degraded": "yellow",
    "unhealthy": "red",
    "waiting": "blue",
    "done": "green",
}


def colour(state: str) -> str:
    return COLOURS.get(state, "secondary")


def moment(at: datetime | None, zone: ZoneInfo, now: datetime) -> Markup:
    """`<time>`: in the reader's zone, short where it is near; UTC is in its title."""
    if at is None:
        return Markup("<span class='text-secondary'>never</span>")
    utc, local = at.astimezone(UTC), at.astimezone(zone)
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(
        utc.isoformat(), f"{utc:%Y-%m-%d %H:%M:%S}", short(local, now.astimezone(zone))
    )


def short(local: datetime, now: datetime) -> str:
    days = (local.date() - now.date()).days
    clock = f"{local:%H:%M}"
    if days in _DAYS:
        return f"{_DAYS[days]} {clock}"
    year = "" if local.year == now.year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {clock}"


_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def whole(number: float | None) -> str:
    """12 345, with narrow spaces: what every country can read."""
    return "" if number is None else f"{number:,.0f}".replace(",", "\u202f")


def span(seconds: float | timedelta) -> str:
    """Two units at most: "3 min 20 s"."""
    left = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
    if left < 1:
        return f"{left * 1000:.0f} ms"
    told = []
    for unit, length_s in _UNITS:
        count, left = divmod(round(left), length_s)
        if count:
            told.append(f"{count} {unit}")
    return " ".join(told[:2])


_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))

FILTERS: Mapping[str, Callable[..., Any]] = {
    "colour": colour,
    "moment": moment,
    "whole": whole,
    "span": span,
    "head": head,
    "plain": plain,
}
