"""What the stream of events tells."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from apps.api.heads import head
from core.health import WHOLE, HealthState
from core.message import State
from infra.db.changes import BroadcastNow, Changes, PostNow


class Topic(StrEnum):
    MESSAGE = "message"
    BROADCAST = "broadcast"
    HEALTH = "health"


class MessageEvent(BaseModel):
    """A post that came in, moved on or ended. `channel` is the title of its chat, where that is
    known; `text` the beginning of what it says.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 7,
                    "chat_id": "-1001234567890",
                    "channel": "Our news",
                    "state": "sent",
                    "reason": "",
                    "at": "2026-03-01T09:00:00+00:00",
                    "sent_at": "2026-03-01T09:00:00.004000+00:00",
                    "late_ms": 4.0,
                    "text": "Good morning!",
                }
            ]
        }
    )

    id: int
    chat_id: str
    channel: str | None
    state: State
    reason: str
    at: datetime
    sent_at: datetime | None
    late_ms: float | None
    text: str

    @classmethod
    def of(cls, post: PostNow) -> "MessageEvent":
        message = post.message
        return cls(
            id=message.id,
            chat_id=message.chat_id,
            channel=post.channel,
            state=message.state,
            reason=message.reason,
            at=message.wanted_at,
            sent_at=message.sent_at,
            late_ms=message.late_ms,
            text=head(message.content),
        )


class BroadcastEvent(BaseModel):
    """How far a broadcast is: told at most once a second, and not recipient by recipient."""

    id: int
    name: str
    state: str
    total: int
    sent: int
    failed: int
    uncertain: int
    skipped: int
    per_s: float
    left_s: float | None

    @classmethod
    def of(cls, now: BroadcastNow) -> "BroadcastEvent":
        broadcast, tally, pace = now.broadcast, now.broadcast.tally, now.pace
        return cls(
            id=broadcast.id,
            name=broadcast.name,
            state=broadcast.state.value,
            total=tally.total,
            sent=tally.sent,
            failed=tally.failed,
            uncertain=tally.uncertain,
            skipped=tally.skipped,
            per_s=pace.per_s,
            left_s=pace.left_s,
        )


class PartEvent(BaseModel):
    state: HealthState
    reason: str


class HealthEvent(BaseModel):
    """`state` is that of the whole; `parts` are those that have changed."""

    state: HealthState
    parts: dict[str, PartEvent]

    @classmethod
    def of(cls, changes: Changes) -> "HealthEvent":
        parts = {
            name: PartEvent(state=state, reason=reason)
            for name, (state, reason) in changes.health.items()
            if name != WHOLE
        }
        return cls(state=changes.whole, parts=parts)
