"""What people are to be told: a post failed, a broadcast has paused itself, a part is ill."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.health import WHOLE, HealthState, Part
from core.person import Person, Role

BEAT, DATABASE = "beat", "database"


class AlertKind(StrEnum):
    """What somebody can want, or not want, to hear of."""

    FAILED = "failed"  # a post failed for good
    UNCERTAIN = "uncertain"  # a post may have been sent
    RIGHTS = "rights"  # the bot lost rights in a channel, or the channel cannot be seen
    HEALTH = "health"  # a part of the system is ill
    BROADCAST = "broadcast"  # a broadcast has paused itself
    COMPLETED = "completed"  # one's own broadcast is completed


OF_MESSAGES = (AlertKind.FAILED, AlertKind.UNCERTAIN)
OF_ENDS = (*OF_MESSAGES, AlertKind.COMPLETED)
"""Each stands for something that ended so, once; the others for a state that lasts."""

TOLD_WHEN_OVER = (AlertKind.RIGHTS, AlertKind.HEALTH)
"""The others end as somebody does something about them."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Something to be told now. `subject` is what: a message's id and attempt, a channel's id, a
    part's name, a broadcast's id and when. With a sign that was not there before it is worth
    another alert.
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

    @property
    def made_by(self) -> int:
        """Whose broadcast it is about; 0 where that is nobody's, or not known."""
        return int(self.facts.get("made_by", 0))


@dataclass(frozen=True, slots=True)
class News:
    """What has changed: concerns to raise, alerts that a worse one replaces, and those over."""

    raised: list[Concern] = field(default_factory=list)
    replaced: list[Alert] = field(default_factory=list)
    over: list[Alert] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.raised or self.replaced or self.over)


def wants(person: Person, kind: AlertKind) -> bool:
    return person.alerts and kind not in person.muted


def is_for(person: Person, kind: AlertKind, made_by: int) -> bool:
    """Owners hear of everything that is amiss; of a broadcast, whoever made it does, too, as long
    as they may still do something about it.
    """
    if made_by == person.user_id:
        return person.role.may(Role.EDITOR)
    return person.role.may(Role.OWNER) and kind is not AlertKind.COMPLETED


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
    """How what is amiss now differs from what stands. What has ended is over by itself."""
    found, left = News(), {(alert.kind, alert.subject): alert for alert in standing}
    for concern in concerns:
        alert = left.pop((concern.kind, concern.subject), None)
        if alert is None:
            found.raised.append(concern)
        elif concern.signs - set(alert.facts.get("signs", ())):
            found.replaced.append(alert)
            found.raised.append(concern)
    found.over.extend(alert for alert in left.values() if alert.kind not in OF_ENDS)
    return found
