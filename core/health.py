"""How the system fares, part by part."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.health_phrases import Phrase, joined

WHOLE = ""
"""The name under which the ledger keeps the state of all parts together."""


class HealthState(StrEnum):
    """From good to bad."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"  # messages still leave on time, or it is not known that they don't
    UNHEALTHY = "unhealthy"  # messages are late or stuck, or will be if nobody does anything


_ORDER = tuple(HealthState)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: how it is, why (in words, with figures), and what to do about it.

    `why` and `todo` say the same as `reason` and `remedy`, for those who tell it in another
    language; they are empty for what the ledger has kept.
    """

    name: str
    state: HealthState
    reason: str
    remedy: str = ""
    why: Sequence[Phrase] = ()
    todo: Sequence[Phrase] = ()

    @classmethod
    def said(cls, name: str, state: HealthState, why: Sequence[Phrase], *todo: Phrase) -> "Part":
        return cls(name, state, joined(why), joined(todo), tuple(why), todo)

    def shown(self, show: Callable[[str], str]) -> "Part":
        """With everything that was found as `show` gives it: without secrets, on one line."""
        why = [replace(each, args=_each(show, each.args)) for each in self.why]
        return replace(self, reason=show(self.reason), why=tuple(why))


@dataclass(frozen=True, slots=True)
class Health:
    """What one check found. `at` is UTC, the moment in which it began."""

    parts: tuple[Part, ...]
    at: datetime
    took_ms: int

    @property
    def state(self) -> HealthState:
        """As bad as the worst part: a part says no worse of itself than it means for messages."""
        return worst(part.state for part in self.parts)

    @property
    def whole(self) -> Part:
        """All parts as one; its reason names those that are not well."""
        ill = [part for part in self.parts if part.state is not HealthState.HEALTHY]
        reason = "; ".join(f"{part.name}: {part.reason}" for part in ill) or "all parts are well"
        remedy = "; ".join(part.remedy for part in ill if part.remedy)
        return Part(WHOLE, self.state, reason, remedy)

    def facts(self) -> dict[str, Any]:
        """As JSON: {state, at, took_ms, parts: {name: …}}, see `facts`."""
        return {
            "state": self.state.value,
            "at": self.at.isoformat(),
            "took_ms": self.took_ms,
            "parts": {part.name: facts(part) for part in self.parts},
        }


@dataclass(frozen=True, slots=True)
class Kept:
    """A part as the ledger knows it: in this state since, last looked at."""

    part: Part
    since: datetime
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A part has come to another state; `was` is None for one never seen before."""

    at: datetime
    part: Part
    was: HealthState | None

    @property
    def is_worse(self) -> bool:
        return _ORDER.index(self.part.state) > _ORDER.index(self.was or HealthState.HEALTHY)


def worst(states: Iterable[HealthState]) -> HealthState:
    """The worst of these; healthy where there are none."""
    return max(states, key=_ORDER.index, default=HealthState.HEALTHY)


def facts(part: Part) -> Mapping[str, Any]:
    """As JSON: {state, reason, remedy}, and {code, args} of each phrase: why, todo."""
    return {
        "state": part.state.value,
        "reason": part.reason,
        "remedy": part.remedy,
        "why": [each.facts() for each in part.why],
        "todo": [each.facts() for each in part.todo],
    }


def _each(show: Callable[[str], str], args: Mapping[str, str]) -> Mapping[str, str]:
    return {name: show(value) for name, value in args.items()}
