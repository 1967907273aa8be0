"""The people who run the bot together: what each of them is, and what that allows."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

MINUTES_A_DAY = 24 * 60


class Role(StrEnum):
    """From most to least: each may do whatever the next one may."""

    OWNER = "owner"  # people, health, everything
    EDITOR = "editor"  # channels and posts
    VIEWER = "viewer"  # looks at what there is

    def may(self, needed: "Role") -> bool:
        return _RANKS[self] >= _RANKS[needed]

    def or_more(self, other: "Role | None") -> "Role":
        """The one of the two that allows more."""
        return self if other is None or self.may(other) else other


_RANKS = {role: -rank for rank, role in enumerate(Role)}


class Admission(StrEnum):
    """What became of a code that somebody brought."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Person:
    """One of them. `language` is what was chosen, "" for none; `language_code` is Telegram's.

    `zone` is an IANA name, "" where none was chosen. Quiet hours are wall times there, from
    the first to the second, over midnight where that is the earlier one. `muted` are the kinds
    of alerts (core/alert.py) that are not wanted, where `alerts` are wanted at all.
    """

    user_id: int
    role: Role
    name: str
    username: str
    language: str
    language_code: str
    zone: str
    quiet: tuple[time, time] | None
    alerts: bool
    joined_at: datetime
    muted: frozenset[str] = frozenset()


def minute_of(moment: time) -> int:
    """Minutes since midnight."""
    return moment.hour * 60 + moment.minute


def time_of(minute: int) -> time:
    return time(*divmod(minute % MINUTES_A_DAY, 60))
