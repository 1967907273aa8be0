"""What is known of a channel: its facts, its posts, and what was seen at each look."""

from dataclasses import dataclass, field
from datetime import datetime

from core.channel_rights import Right
from core.view_count import ViewCount

OPEN, NONE = "open", "none"


@dataclass(frozen=True, slots=True)
class Facts:
    """What Telegram tells of a chat. `username` is without its @, None for a private one."""

    chat_id: str
    type: str
    title: str
    username: str | None
    members: int | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that is looked at, or (`removed_at`) was.

    `preview` is OPEN, NONE with its `preview_reason`, or None where nobody has looked yet.
    `trouble` is why Telegram told nothing of it at the last look, "" where it did. `lacks` are
    the rights that our bot has not got there, None where nobody has asked.
    """

    id: int
    facts: Facts
    preview: str | None
    preview_reason: str
    trouble: str
    added_at: datetime
    removed_at: datetime | None
    looked_at: datetime | None
    look_at: datetime
    lacks: tuple[Right, ...] | None = None

    @property
    def name(self) -> str:
        """What people call it: "@name", else its number."""
        return f"@{self.facts.username}" if self.facts.username else self.facts.chat_id


@dataclass(frozen=True, slots=True)
class SeenPost:
    """A post as one look showed it; of an album, its first message."""

    message_id: int
    posted_at: datetime
    head: str
    views: ViewCount


@dataclass(frozen=True, slots=True)
class Run:
    """The same count, seen from `at` until `until`: at least `value`, less than that plus
    `precision`.
    """

    at: datetime
    until: datetime
    value: int
    precision: int = 1


@dataclass(frozen=True, slots=True)
class Post:
    """A post and the runs of its views, oldest first. One that is not there was deleted."""

    message_id: int
    posted_at: datetime
    head: str
    views: int | None
    views_raw: str
    sampled_at: datetime | None
    is_there: bool = True
    runs: tuple[Run, ...] = field(default=(), repr=False)
