"""How the system fares, part by part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

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
    """One part: how it is, why (in words, with figures), and what to do about it."""

    name: str
    state: HealthState
    reason: str
    remedy: str = ""


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
        """As JSON: {state, at, took_ms, parts: {name: {state, reason, remedy}}}."""
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


def facts(part: Part) -> Mapping[str, str]:
    return {"state": part.state.value, "reason": part.reason, "remedy": part.remedy}
