"""What a calendar shows."""

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from apps.api.chat_titles import ChatTitles
from apps.api.heads import head
from core.broadcast import Broadcast
from core.message import State
from infra.db.calendar import Post, Shown
from infra.db.series_days import Occurrence

MOVABLE = (State.SCHEDULED, State.QUEUED)


class Kind(StrEnum):
    MESSAGE = "message"
    OCCURRENCE = "occurrence"
    BROADCAST = "broadcast"


class CalendarItem(BaseModel):
    """A post, an occurrence of a series that has no message yet, or a broadcast's start.

    `id` is a message's or a broadcast's. `movable`: `PATCH /messages/{id}` with `at` moves it.
    `and_more`: the series comes again that day, more often than is listed.
    """

    kind: Kind
    id: int | None = None
    series_id: int | None = None
    at: datetime
    chat_id: str | None = None
    channel: str | None = None
    state: str
    method: str
    text: str
    reason: str = ""
    sent_at: datetime | None = None
    total: int | None = Field(None, description="A broadcast's recipients.")
    movable: bool = False
    and_more: bool = False


class Calendar(BaseModel):
    """`more` counts the posts of a day that are not listed, up to a thousand."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "zone": "Europe/Berlin",
                    "items": [
                        {
                            "kind": "message",
                            "id": 7,
                            "series_id": None,
                            "at": "2026-03-01T08:00:00+00:00",
                            "chat_id": "-1001234567890",
                            "channel": "Our news",
                            "state": "scheduled",
                            "method": "sendMessage",
                            "text": "Good morning!",
                            "reason": "",
                            "sent_at": None,
                            "total": None,
                            "movable": True,
                            "and_more": False,
                        }
                    ],
                    "more": {"2026-03-01": 12},
                }
            ]
        }
    )

    zone: str
    items: list[CalendarItem]
    more: dict[date, int]


def calendar(shown: Shown, titles: ChatTitles, zone: ZoneInfo, now: datetime) -> Calendar:
    """By time."""
    items = [
        *(_post(each, titles, now) for each in shown.posts),
        *(_occurrence(each, titles) for each in shown.occurrences),
        *(_broadcast(each, now) for each in shown.broadcasts),
    ]
    more = {at.astimezone(zone).date(): count for at, count in shown.more.items()}
    return Calendar(zone=zone.key, items=sorted(items, key=lambda each: each.at), more=more)


def _post(post: Post, titles: ChatTitles, now: datetime) -> CalendarItem:
    return CalendarItem(
        kind=Kind.MESSAGE,
        id=post.id,
        series_id=post.series_id,
        at=post.at,
        chat_id=post.chat_id,
        channel=titles[post.chat_id] or None,
        state=post.state,
        method=post.content.method,
        text=head(post.content),
        reason=post.reason,
        sent_at=post.sent_at,
        movable=post.state in MOVABLE and post.at > now,
    )


def _occurrence(occurrence: Occurrence, titles: ChatTitles) -> CalendarItem:
    series = occurrence.series
    return CalendarItem(
        kind=Kind.OCCURRENCE,
        series_id=series.id,
        at=occurrence.at,
        chat_id=series.chat_id,
        channel=titles[series.chat_id] or None,
        state=State.SCHEDULED,
        method=series.content.method,
        text=head(series.content),
        and_more=occurrence.and_more,
    )


def _broadcast(broadcast: Broadcast, now: datetime) -> CalendarItem:
    return CalendarItem(
        kind=Kind.BROADCAST,
        id=broadcast.id,
        at=broadcast.wanted_at,
        state=broadcast.shown(now),
        method=broadcast.content.method,
        text=broadcast.name or head(broadcast.content),
        total=broadcast.tally.total,
    )
