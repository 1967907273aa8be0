"""Broadcasts in words: whom they are for, where they stand, how far they are."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.bot.clocks import told
from apps.bot.cutting import cut, one_line
from apps.bot.post_words import head_told
from apps.bot.texts import Words
from core.alert import AlertKind, is_for
from core.audience import Audience
from core.broadcast import SCHEDULED, Broadcast, BroadcastState
from core.broadcast_plan import Plan
from core.person import Person
from core.telegram_limits import TEXT_CHARACTERS
from infra.db.broadcast_reasons import Reason

NAME_UNITS = 28
REASONS = 20
"""So many of the reasons are told, the most frequent ones."""

ITSELF = re.compile(r"([0-9]+) [a-z ]+, [a-z ]+: (.*)", re.DOTALL)
"""Why a broadcast has paused itself, as infra.db.breaker writes it."""

NEWS = {
    BroadcastState.COMPLETED: AlertKind.COMPLETED,
    BroadcastState.PAUSED: AlertKind.BROADCAST,
}

MINUTE_S, HOUR_S = 60, 3600


def name_told(broadcast: Broadcast, words: Words, units: int = NAME_UNITS) -> str:
    """What it is called, or its first words."""
    name = one_line(broadcast.name, units)
    return name or head_told(broadcast.content, words, units)


def called(facts: Mapping[str, Any], words: Words) -> str:
    """The same, of an alert about it."""
    told_ = one_line(str(facts["name"] or facts["head"]), NAME_UNITS)
    return told_ or words.format("post-kind", kind=facts["method"])


def state_told(broadcast: Broadcast, words: Words, now: datetime) -> str:
    return words.format("broadcast-state", state=broadcast.shown(now))


def line_told(broadcast: Broadcast, words: Words, now: datetime) -> str:
    tally = broadcast.tally
    return words.format(
        "broadcast-line",
        id=str(broadcast.id),
        name=name_told(broadcast, words),
        state=state_told(broadcast, words, now),
        sent=tally.sent,
        total=tally.total,
    )


def whom_told(audience: Audience | None, words: Words) -> str:
    if audience is None:
        return words.format("broadcast-whom", kind="chats", name="")
    kind, name = _kind_of(audience)
    return words.format("broadcast-whom", kind=kind, name=name)


def duration_told(seconds: float, words: Words) -> str:
    whole = round(seconds)
    if whole < 1:
        return words.format("broadcast-lasts", unit="moment", n="", rest="")
    if whole < MINUTE_S:
        return words.format("broadcast-lasts", unit="seconds", n=str(whole), rest="")
    if whole < HOUR_S:
        return words.format("broadcast-lasts", unit="minutes", n=str(whole // MINUTE_S), rest="")
    hours, rest = divmod(whole // MINUTE_S, MINUTE_S)
    return words.format("broadcast-lasts", unit="hours", n=str(hours), rest=str(rest))


def plan_told(plan: Plan, words: Words, *, may_pay: bool = False) -> str:
    """How long it takes, and what it costs; with `may_pay` also how that would be if it was paid
    for.
    """
    takes, stars = takes_told(plan.takes_s, words), math.ceil(plan.paid_stars)
    if plan.paid:
        return " ".join([takes, words.format("broadcast-costs", stars=stars)])
    if not may_pay or round(plan.takes_s) <= round(plan.paid_takes_s):
        return takes
    paid = duration_told(plan.paid_takes_s, words)
    return " ".join([takes, words.format("broadcast-would-cost", lasts=paid, stars=stars)])


def takes_told(seconds: float, words: Words) -> str:
    """A sentence of its own."""
    if round(seconds) < 1:
        return words.format("broadcast-takes-no-time")
    return words.format("broadcast-takes", lasts=duration_told(seconds, words))


def card_told(
    broadcast: Broadcast, words: Words, zone: ZoneInfo, now: datetime, left_s: float
) -> str:
    """All about it. `left_s` is what is left to be sent, in seconds; 0 where that is not known."""
    title = words.format("broadcast-title", id=str(broadcast.id), name=name_told(broadcast, words))
    whom = words.format("broadcast-to", whom=whom_told(broadcast.audience, words))
    lines = [title, _standing(broadcast, words, zone, now), whom, "", counts_told(broadcast, words)]
    if not broadcast.built and broadcast.state is not BroadcastState.CANCELLED:
        lines.append(words.format("broadcast-building"))
    elif broadcast.state is BroadcastState.RUNNING and broadcast.tally.pending and round(left_s):
        lines.append(_left(broadcast, words, left_s))
    if took := _took(broadcast, words):
        lines.append(took)
    return cut("\n".join(lines), TEXT_CHARACTERS)


def counts_told(broadcast: Broadcast, words: Words) -> str:
    tally = broadcast.tally
    return words.format(
        "broadcast-counts",
        total=tally.total,
        sent=tally.sent,
        failed=tally.failed,
        skipped=tally.skipped,
        uncertain=tally.uncertain,
        pending=tally.pending,
    )


def news_told(broadcast: Broadcast, person: Person, words: Words) -> str:
    """What whoever looks at it wants to hear at once; "" where it is nothing new, or an alert
    tells them.
    """
    name, tally = name_told(broadcast, words), broadcast.tally
    kind = NEWS.get(broadcast.state)
    if kind is None or is_for(person, kind, broadcast.made_by):
        return ""
    if kind is AlertKind.COMPLETED:
        return words.format("broadcast-is-over", name=name, sent=tally.sent, total=tally.total)
    if broadcast.why:
        return words.format("broadcast-needs-you", name=name, why=why_told(broadcast.why, words))
    return ""


def report_told(
    broadcast: Broadcast, reasons: Sequence[Reason], words: Words, now: datetime
) -> str:
    title = words.format("broadcast-title", id=str(broadcast.id), name=name_told(broadcast, words))
    state, counts = state_told(broadcast, words, now), counts_told(broadcast, words)
    lines = [title, state, "", counts, ""]
    if not reasons:
        lines.append(words.format("broadcast-no-reasons"))
    for each in reasons[:REASONS]:
        ended = words.format("broadcast-ended", state=each.state.value)
        why = f" ({each.reason})" if each.reason else ""
        line = words.format("broadcast-reason", n=each.recipients, ended=ended, why=why)
        lines.append(line)
    return cut("\n".join(lines), TEXT_CHARACTERS)


def _standing(broadcast: Broadcast, words: Words, zone: ZoneInfo, now: datetime) -> str:
    state = state_told(broadcast, words, now)
    if broadcast.shown(now) == SCHEDULED:
        when = told(broadcast.wanted_at, zone, words.language)
        return words.format("broadcast-begins", state=state, when=when)
    opens_at = broadcast.opens_at
    is_closed = opens_at is not None and opens_at > now
    if broadcast.state is BroadcastState.RUNNING and opens_at is not None and is_closed:
        when = told(opens_at, zone, words.language)
        return words.format("broadcast-goes-on", state=state, when=when)
    return f"{state}. {why_told(broadcast.why, words)}" if broadcast.why else state


def why_told(why: str, words: Words) -> str:
    found = ITSELF.fullmatch(why)
    if found is None:
        return why
    return words.format("broadcast-paused-itself", n=int(found[1]), reason=found[2])


def _left(broadcast: Broadcast, words: Words, left_s: float) -> str:
    """How long it waits for its hours nobody can tell."""
    of = "span" if broadcast.hours is None else "sending"
    return words.format("broadcast-left", of=of, lasts=duration_told(left_s, words))


def _took(broadcast: Broadcast, words: Words) -> str:
    began, ended_at = broadcast.started_at, broadcast.ended_at
    if broadcast.state is not BroadcastState.COMPLETED or began is None or ended_at is None:
        return ""
    took_s = (ended_at - max(began, broadcast.wanted_at)).total_seconds()
    return words.format("broadcast-took", lasts=duration_told(took_s, words))


def _kind_of(audience: Audience) -> tuple[str, str]:
    """What it is chosen by, if by one thing alone, and that one's name."""
    if audience.is_everybody:
        return "all", ""
    tag, language = audience.tags[:1], audience.languages[:1]
    if audience == Audience(list_name=audience.list_name):
        return "list", audience.list_name
    if tag and audience == Audience(tags=tag):
        return "tag", tag[0]
    if language and audience == Audience(languages=language):
        return "language", language[0]
    return "other", str(audience)
