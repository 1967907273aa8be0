"""What became of a broadcast: by reason, and by recipient."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from apps.api.schemas.broadcast import Broadcast, Tally
from core.message import State
from infra.db import broadcast_reasons, broadcast_report

RECIPIENT: dict[str, Any] = {
    "chat_id": "123456",
    "name": "Ada Lovelace",
    "username": "ada",
    "state": "failed",
    "reason": "blocked",
    "description": "Forbidden: bot was blocked by the user",
    "attempts": 1,
    "sent_at": None,
    "message_ids": [],
}


class Reason(BaseModel):
    """So many ended so; `said` is what Telegram said to one of them."""

    state: State
    reason: str
    recipients: int
    said: str


class Report(BaseModel):
    """Why recipients were not reached, the most frequent first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 3,
                    "tally": {
                        "total": 1000,
                        "sent": 993,
                        "failed": 7,
                        "skipped": 0,
                        "uncertain": 0,
                        "pending": 0,
                    },
                    "reasons": [
                        {
                            "state": "failed",
                            "reason": "blocked",
                            "recipients": 7,
                            "said": "Forbidden: bot was blocked by the user",
                        }
                    ],
                }
            ]
        }
    )

    id: int
    tally: Tally
    reasons: list[Reason]


class Recipient(BaseModel):
    """One of them; names are "" where they are not known."""

    model_config = ConfigDict(json_schema_extra={"examples": [RECIPIENT]})

    chat_id: str
    name: str
    username: str
    state: State
    reason: str
    description: str
    attempts: int
    sent_at: datetime | None
    message_ids: list[int]


class Recipients(BaseModel):
    """A page may be short, or empty, and there are more: as long as `next` is not null."""

    items: list[Recipient]
    next: str | None = Field(description="The cursor of the next page; null behind the last.")


class Retry(BaseModel):
    """Whom to try again; who has got it never is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{}, {"states": ["failed", "expired"], "reasons": []}]},
    )

    states: list[State] = Field(
        [State.FAILED],
        max_length=10,
        description="failed, expired, cancelled; uncertain too, which can cost copies.",
    )
    reasons: list[str] = Field([], max_length=100, description="Any, where it is empty.")


class Retried(BaseModel):
    """`again` wait again by now; where there are `more`, they follow."""

    again: int
    more: bool
    broadcast: Broadcast


def reason(found: broadcast_reasons.Reason) -> Reason:
    return Reason(
        state=found.state, reason=found.reason, recipients=found.recipients, said=found.said
    )


def recipient(found: broadcast_report.Recipient) -> Recipient:
    return Recipient(
        chat_id=found.chat_id,
        name=found.name,
        username=found.username,
        state=found.state,
        reason=found.reason,
        description=found.description,
        attempts=found.attempts,
        sent_at=found.sent_at,
        message_ids=list(found.message_ids),
    )
