"""Broadcasts in words: what they are called, for whom they are, and why they stand still."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

from apps.api.shown.shown_message import shown
from core.audience import Audience
from core.broadcast import Broadcast, BroadcastState
from core.sending_hours import SendingHours

HEAD = 60
DAY = timedelta(days=1)

ITSELF = re.compile(r"([0-9]+) [a-z ]+, [a-z ]+: (.*)", re.DOTALL)
"""Why a broadcast has paused itself, as infra.db.breaker writes it."""


def text_of(broadcast: Broadcast) -> str:
    """As people see it: without its marks."""
    content = broadcast.content
    return shown(content.text, content.params, content).parsed.text


def name_of(broadcast: Broadcast) -> str:
    """What it is called, or its first words."""
    head = " ".join((broadcast.name or text_of(broadcast)).split())
    return (head[:HEAD] + ("…" if len(head) > HEAD else "")) or f"Broadcast {broadcast.id}"


def whom_told(audience: Audience | None) -> str:
    if audience is None:
        return "a list of chats"
    return "everybody" if audience.is_everybody else str(audience)


def asked_of(audience: Audience) -> dict[str, str]:
    """As an address asks for it (see audience_query), and a form."""
    since, until = audience.joined_since, audience.joined_until
    return {
        "list": audience.list_name,
        "tag": ", ".join(audience.tags),
        "any_tag": ", ".join(audience.any_tags),
        "without_tag": ", ".join(audience.without_tags),
        "language": ", ".join(audience.languages),
        "joined_since": _day(since) if since else "",
        "joined_until": _day(until - DAY) if until else "",
    }


def address_of(audience: Audience) -> str:
    """The page of subscribers that shows them, behind its "?"."""
    return urlencode({name: value for name, value in asked_of(audience).items() if value})


def why_told(broadcast: Broadcast) -> str:
    """Why it has paused itself, and what to do; "" where it did not."""
    if not broadcast.why:
        return ""
    found = ITSELF.fullmatch(broadcast.why)
    if found is None:
        return f"It stands still: {broadcast.why}"
    return (
        f"It paused itself after {found[1]} errors in a row, so that not everybody meets them. "
        f"The last one: {found[2]}"
    )


def hours_told(hours: SendingHours) -> str:
    span = f"{_clock(hours.begins)}–{_clock(hours.ends)}"
    if hours.own_zones:
        return f"{span} by each one's own clock; {hours.zone} where that is not known"
    return f"{span}, {hours.zone}"


def may(broadcast: Broadcast, is_ahead: bool) -> frozenset[str]:
    """What can be done with it in its state. `is_ahead`: its time has not come."""
    match broadcast.state:
        case BroadcastState.DRAFT:
            return frozenset({"start", "test", "cancel"})
        case BroadcastState.RUNNING:
            moved = {"move"} if is_ahead else set()
            return frozenset({"pause", "cancel", "test", *moved})
        case BroadcastState.PAUSED:
            return frozenset({"resume", "cancel", "test"})
        case BroadcastState.COMPLETED:
            return frozenset({"retry"} if broadcast.tally.failed else ())
    return frozenset()


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
