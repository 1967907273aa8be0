"""Recurring messages as the API shows them."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from core.message import OnUncertain
from core.recurring_message import Missed, RecurringMessage, SeriesState
from core.upcoming import upcoming, words_of

SERIES: dict[str, Any] = {
    "id": 3,
    "chat_id": "@our_news",
    "state": "active",
    "text": "Good morning",
    "method": "sendMessage",
    "params": {"text": "Good morning"},
    "rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0",
    "words": "every weekday at 09:00",
    "zone": "Asia/Tashkent",
    "starts": "2027-01-01T00:00:00",
    "next": ["2027-01-01T04:00:00Z", "2027-01-04T04:00:00Z"],
    "missed": "send",
    "skipped": 0,
    "on_uncertain": "resend",
    "created_at": "2026-12-31T17:20:00Z",
}


class SeriesOut(BaseModel):
    """`rule` is as RFC 5545 has it, and counts from the wall time `starts` in `zone`. `next` are
    its next times, five at most; `skipped` counts times that were missed and left out.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [SERIES]})

    id: int
    chat_id: str
    state: SeriesState
    text: str
    method: str
    params: dict[str, Any]
    rule: str
    words: str
    zone: str
    starts: str = Field(description="A wall time: no offset.")
    next: list[datetime]
    missed: Missed
    skipped: int
    on_uncertain: OnUncertain
    created_at: datetime

    @classmethod
    def of(cls, series: RecurringMessage, now: datetime, **more: Any) -> Self:
        """Some rules take a while to reckon with."""
        return cls(
            id=series.id,
            chat_id=series.chat_id,
            state=series.state,
            text=series.content.text,
            method=series.content.method,
            params=dict(series.content.params),
            rule=series.rule,
            words=words_of(series),
            zone=series.zone,
            starts=series.starts.isoformat(),
            next=upcoming(series, now),
            missed=series.missed,
            skipped=series.skipped,
            on_uncertain=series.on_uncertain,
            created_at=series.created_at,
            **more,
        )


class ManySeries(BaseModel):
    """A page, the newest first; `next` is the cursor of the one after it."""

    items: list[SeriesOut]
    next: str | None


class Skip(BaseModel):
    """Which time is left out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"at": "2027-01-04T04:00:00Z"}]}
    )

    at: StrictStr = Field(description="One of `next`, or the time of a message that waits.")
    zone: StrictStr | None = None
