"""What owners are to be told: that a post failed, that rights were lost, that a part is ill."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.health import WHOLE, HealthState, Part
from core.person import Person

BEAT, DATABASE = "beat", "database"


class AlertKind(StrEnum):
    """What an owner can want, or not want, to hear of."""

    FAILED = "failed"  # a post failed for good
    UNCERTAIN = "uncertain"  # a post may have been sent
    RIGHTS = "rights"  # the bot lost rights in a channel, or the channel cannot be seen
    HEALTH = "health"  # a part of the system is ill


OF_MESSAGES = (AlertKind.FAILED, AlertKind.UNCERTAIN)
"""Each stands for one message that ended so; the others for a state that lasts."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that is amiss now. `subject` is what: a message's id and attempt, a channel's
    id, a part's name. With a sign that was not there before it is worth another alert.
    """

    kind: AlertKind
    subject: str
    facts: Mapping[str, Any]
    signs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Alert:
    """A concern that is kept. `ends` is the alert of which this one tells that it is over."""

    id: int
    kind: AlertKind
    subject: str
    facts: Mapping[str, Any]
    raised_at: datetime
    ends: int | None = None

    @property
    def message_id(self) -> int:
        """The ledger's message that it is about, where it is about one."""
        return int(self.facts["message_id"])


@dataclass(frozen=True, slots=True)
class News:
    """What has changed: concerns to raise, alerts that a worse one replaces, and those over."""

    raised: list[Concern] = field(default_factory=list)
    replaced: list[Alert] = field(default_factory=list)
    over: list[Alert] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.raised or self.replaced or self.over)


def wants(owner: Person, kind: AlertKind) -> bool:
    return owner.alerts and kind not in owner.muted


def ill_parts(parts: Iterable[Part], known: Iterable[str] = ()) -> list[Part]:
    """Those that are unhealthy, and Beat once it is late.

    A part that is `known` to be ill stays so until it is healthy: where another part hides how it
    is, it is degraded, and not well.
    """
    by_name = {part.name: part for part in parts if part.name != WHOLE}
    database = by_name.get(DATABASE)
    told = database is None or database.state is not HealthState.UNHEALTHY
    return [
        part
        for part in by_name.values()
        if part.state is HealthState.UNHEALTHY
        or (part.state is HealthState.DEGRADED and (part.name in known))
        or (part.state is HealthState.DEGRADED and part.name == BEAT and told)
    ]


def news(standing: Sequence[Alert], concerns: Iterable[Concern]) -> News:
    """How what is amiss now differs from what stands. What is about messages is over by itself."""
    found, left = News(), {(alert.kind, alert.subject): alert for alert in standing}
    for concern in concerns:
        alert = left.pop((concern.kind, concern.subject), None)
        if alert is None:
            found.raised.append(concern)
        elif concern.signs - set(alert.facts.get("signs", ())):
            found.replaced.append(alert)
            found.raised.append(concern)
    found.over.extend(alert for alert in left.values() if alert.kind not in OF_MESSAGES)
    return found
