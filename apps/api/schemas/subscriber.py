"""Subscribers, as they are told."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from apps.api.schemas.audience import AudienceFilter
from apps.api.schemas.lists import PER_PAGE
from infra.db import overview, subscriber_pages

SUBSCRIBER: dict[str, Any] = {
    "id": 123456,
    "first_name": "Ada",
    "last_name": "Lovelace",
    "username": "ada",
    "language": "en",
    "zone": "Europe/London",
    "tags": ["customer", "vip"],
    "fields": {"city": "London"},
    "reach": "reached",
    "joined_at": "2026-01-15T00:00:00Z",
    "imported_at": "2026-11-30T12:00:00Z",
    "first_seen_at": None,
    "last_seen_at": None,
    "stopped_at": None,
    "blocked_at": None,
}


class SubscriberQuery(AudienceFilter):
    """The filter, and which page."""

    reached: bool = Field(False, description="Only who may be written to.")
    limit: int = Field(PER_PAGE, ge=1, le=200, description="How many a page, at most.")
    cursor: str | None = Field(None, description="`next` of the page before, as it is.")


class Subscriber(BaseModel):
    """Somebody, or a group, that the bot may write to unless something is in the way: `reach`."""

    model_config = ConfigDict(json_schema_extra={"examples": [SUBSCRIBER]})

    id: int
    first_name: str
    last_name: str
    username: str
    language: str
    zone: str
    tags: list[str]
    fields: dict[str, str]
    reach: Literal["reached", "stopped", "blocked", "unreachable"]
    joined_at: datetime | None
    imported_at: datetime | None
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    stopped_at: datetime | None
    blocked_at: datetime | None


class Subscribers(BaseModel):
    """By id. A page may be short, or empty, and there are more: as long as `next` is not null."""

    items: list[Subscriber]
    next: str | None = Field(description="The cursor of the next page; null behind the last.")


class Overview(BaseModel):
    """`members` are reached, stopped, blocked or unreachable. `languages` ("": none is known) and
    `tags`, the first 50, count who is reached, most first.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "members": 1000,
                    "reached": 940,
                    "stopped": 30,
                    "blocked": 28,
                    "unreachable": 2,
                    "languages": {"en": 700, "pt-br": 240},
                    "tags": {"customer": 410},
                }
            ]
        }
    )

    members: int
    reached: int
    stopped: int
    blocked: int
    unreachable: int
    languages: dict[str, int]
    tags: dict[str, int]


def subscriber(found: subscriber_pages.Known) -> Subscriber:
    contact = found.contact
    return Subscriber(
        id=contact.user_id,
        first_name=contact.first_name,
        last_name=contact.last_name,
        username=contact.username,
        language=contact.language,
        zone=contact.zone,
        tags=list(contact.tags),
        fields=dict(contact.fields),
        reach=found.reach,
        joined_at=contact.joined_at,
        imported_at=found.imported_at,
        first_seen_at=found.first_seen_at,
        last_seen_at=found.last_seen_at,
        stopped_at=found.stopped_at,
        blocked_at=found.blocked_at,
    )


def overview_of(found: overview.Overview) -> Overview:
    return Overview(
        members=found.members,
        reached=found.reached,
        stopped=found.stopped,
        blocked=found.blocked,
        unreachable=found.unreachable,
        languages=dict(found.languages),
        tags=dict(found.tags),
    )
