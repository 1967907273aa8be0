"""Broadcasts, as they are asked for and told."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from apps.api.schemas.audience import AudienceFilter
from apps.api.schemas.content import ContentFields
from apps.api.schemas.text import PlainText
from core import broadcast, broadcast_plan, sending_hours
from core.errors import InvalidInput
from infra.db.broadcast_pace import Pace

MOST_CHATS = 10_000
NAME_CHARACTERS = 200
TIME_CHARACTERS = 64
CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})", re.ASCII)

BROADCAST: dict[str, Any] = {
    "id": 3,
    "name": "Spring sale",
    "state": "running",
    "why": "",
    "text": "Hello {first_name|friend}!",
    "method": "sendMessage",
    "params": {"text": "Hello {first_name|friend}!"},
    "audience": {"list": "spring"},
    "hours": {"from": "09:00", "to": "21:00", "zone": "Europe/Berlin", "own_zones": True},
    "paid": False,
    "errors_in_a_row": 100,
    "on_uncertain": "park",
    "built": True,
    "at": "2026-12-01T08:00:00Z",
    "opens_at": "2026-12-01T08:00:00Z",
    "created_at": "2026-11-30T15:12:01.514000Z",
    "started_at": "2026-11-30T15:20:44.100000Z",
    "ended_at": None,
    "tally": {
        "total": 1000,
        "sent": 400,
        "failed": 7,
        "skipped": 1,
        "uncertain": 0,
        "pending": 592,
    },
    "per_s": 29.8,
    "left_s": 19.9,
}


class Hours(BaseModel):
    """Wall times between which it is sent; over midnight where `to` is the earlier one."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)

    begins: str = Field(alias="from", max_length=5, description="As 9:00.")
    ends: str = Field(alias="to", max_length=5, description="As 21:00.")
    zone: str = Field("UTC", max_length=64, description="An IANA name.")
    own_zones: bool = Field(
        False, description="By each recipient's own clock; `zone` is for who has none."
    )

    def asked(self) -> sending_hours.SendingHours:
        """Raises InvalidInput."""
        begins, ends = _minute("hours.from", self.begins), _minute("hours.to", self.ends)
        return sending_hours.SendingHours(begins, ends, self.zone, self.own_zones)

    @classmethod
    def of(cls, hours: sending_hours.SendingHours) -> Self:
        begins, ends = _clock(hours.begins), _clock(hours.ends)
        return cls(begins=begins, ends=ends, zone=hours.zone, own_zones=hours.own_zones)


class When(BaseModel):
    """A time, ISO 8601: with an offset, or by the clocks of `zone`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"at": "2026-12-01T09:00", "zone": "Europe/Berlin"}, {}]},
    )

    at: str | None = Field(None, max_length=TIME_CHARACTERS, description="Now, where left out.")
    zone: str | None = Field(None, max_length=TIME_CHARACTERS, description="An IANA name.")


class NewBroadcast(ContentFields):
    """What it is, as for a message, and who gets it: `audience` or `chat_ids`. Of an audience,
    `{first_name|friend}` in the text is each one's own.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Spring sale",
                    "text": "Hello {first_name|friend}!",
                    "audience": {"list": "spring"},
                    "hours": {"from": "9:00", "to": "21:00", "zone": "Europe/Berlin"},
                },
                {"text": "For these", "chat_ids": [123456, "@our_news"], "start": True},
            ]
        },
    )

    audience: AudienceFilter | None = Field(None, description="`{}` is everybody.")
    chat_ids: list[int | Annotated[str, Field(max_length=100)]] | None = Field(
        None, min_length=1, max_length=MOST_CHATS
    )
    name: Annotated[PlainText, Field(max_length=NAME_CHARACTERS)] = ""
    start: bool = Field(False, description="At once; else it is a draft until it is started.")
    at: str | None = Field(
        None, max_length=TIME_CHARACTERS, description="Start it then, ISO 8601 with an offset."
    )
    zone: str | None = Field(
        None, max_length=TIME_CHARACTERS, description="By whose clocks `at` is, without an offset."
    )
    hours: Hours | None = None
    paid: bool = Field(False, description="Up to 1,000 a second, for 0.1 Stars a message.")
    errors_in_a_row: int | None = Field(
        None, ge=0, le=broadcast.MOST_ERRORS_IN_A_ROW, description="Pause it; 0 for never."
    )
    on_uncertain: Literal["park", "resend"] | None = None


class Tally(BaseModel):
    """Always total = sent + failed + skipped + uncertain + pending."""

    total: int
    sent: int
    failed: int
    skipped: int = Field(description="Cancelled or expired.")
    uncertain: int = Field(description="Telegram's answer was hidden; a person settles them.")
    pending: int


class Broadcast(BaseModel):
    """One content for many chats, where it stands, and how far it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [BROADCAST]})

    id: int
    name: str
    state: Literal["draft", "scheduled", "running", "paused", "completed", "cancelled"]
    why: str = Field(description="Why it has paused itself.")
    text: str
    method: str
    params: dict[str, Any]
    audience: dict[str, Any] | None = Field(description="Null where its chats were given.")
    hours: Hours | None
    paid: bool
    errors_in_a_row: int
    on_uncertain: str
    built: bool = Field(description="Each of its recipients is written down.")
    at: datetime = Field(description="When it begins, or began; of a draft, when it was made.")
    opens_at: datetime | None = Field(description="When it may next be sent from, by its hours.")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    tally: Tally
    per_s: float = Field(description="Recipients a second, over the last minute.")
    left_s: float | None = Field(
        description="What is still to be sent, in seconds; null where nobody can tell."
    )


class Plan(BaseModel):
    """What it takes: without what it waits for its hours."""

    messages: int
    takes_s: float
    paid_takes_s: float
    paid_stars: float


class MadeBroadcast(Broadcast):
    """`recipients` is how many it will have, whether or not they are written down by now."""

    recipients: int
    plan: Plan


class Broadcasts(BaseModel):
    """The newest first."""

    items: list[Broadcast]
    next: str | None = Field(description="The cursor of the next page; null behind the last.")


class TestCopy(BaseModel):
    """Your own chat with the bot, say."""

    __test__ = False
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"chat_id": 123456}]})

    chat_id: int | Annotated[str, Field(max_length=100)]


class TestSent(BaseModel):
    """The message that it became."""

    __test__ = False

    message_id: int


def made(
    found: broadcast.Broadcast, pace: Pace, now: datetime, plan: broadcast_plan.Plan
) -> MadeBroadcast:
    told = Plan(
        messages=plan.messages,
        takes_s=round(plan.takes_s, 1),
        paid_takes_s=round(plan.paid_takes_s, 1),
        paid_stars=round(plan.paid_stars, 1),
    )
    return MadeBroadcast(**_facts(found, pace, now), recipients=plan.recipients, plan=told)


def told(found: broadcast.Broadcast, pace: Pace, now: datetime) -> Broadcast:
    return Broadcast(**_facts(found, pace, now))


def _facts(found: broadcast.Broadcast, pace: Pace, now: datetime) -> dict[str, Any]:
    tally = found.tally
    counts = ("total", "sent", "failed", "skipped", "uncertain", "pending")
    return {
        "id": found.id,
        "name": found.name,
        "state": found.shown(now),
        "why": found.why,
        "text": found.content.text,
        "method": found.content.method,
        "params": dict(found.content.params),
        "audience": found.audience.as_json() if found.audience is not None else None,
        "hours": Hours.of(found.hours) if found.hours is not None else None,
        "paid": found.paid,
        "errors_in_a_row": found.errors_in_a_row,
        "on_uncertain": found.on_uncertain.value,
        "built": found.built,
        "at": found.wanted_at,
        "opens_at": found.opens_at,
        "created_at": found.created_at,
        "started_at": found.started_at,
        "ended_at": found.ended_at,
        "tally": Tally(**{name: getattr(tally, name) for name in counts}),
        "per_s": round(pace.per_s, 2),
        "left_s": round(pace.left_s, 1) if pace.left_s is not None else None,
    }


def _minute(field: str, text: str) -> int:
    clock = CLOCK.fullmatch(text.strip())
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (99, 0)
    if (hour, minute) == (24, 0):
        return 0
    if hour > 23 or minute > 59:
        raise InvalidInput(field, f"{text!r} is no time of day", "write it as 9:00")
    return hour * 60 + minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
