"""Whoever has written to the bot, and whether it may write to them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Profile:
    """What Telegram tells of a user; "" for what it does not. `username` is without its @."""

    user_id: int
    first_name: str
    last_name: str
    username: str
    language_code: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.username or str(self.user_id)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A user of the bot. Each moment is UTC, None for what has not happened.

    Joined, by a /start or an import, and neither stopped nor blocked since: such a one may be
    sent broadcasts, unless Telegram refuses the chat. Who was only imported has not been seen.
    """

    profile: Profile
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    started_at: datetime | None
    stopped_at: datetime | None
    blocked_at: datetime | None
    joined_at: datetime | None

    @property
    def is_reached(self) -> bool:
        return self.joined_at is not None and self.stopped_at is None and self.blocked_at is None
