"""Messages as the API takes and shows them."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from apps.api.schemas.content import ChatId, ContentFields
from apps.api.schemas.series import SeriesOut
from core.message import POSTS, Attempt, Message, OnUncertain, State
from core.recurring_message import Missed

TIME = "ISO 8601 with an offset, or without one beside `zone`."


class NewMessage(ContentFields):
    """A message to one chat: now, at a time, or again and again."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"chat_id": "@our_news", "text": "Good morning"},
                {
                    "chat_id": -1001234567890,
                    "photo": "https://example.org/figures.png",
                    "caption": "<b>Figures</b> of the week",
                    "parse_mode": "HTML",
                    "at": "2027-01-04T09:00",
                    "zone": "Europe/Berlin",
                    "on_uncertain": "park",
                },
                {
                    "chat_id": "@our_news",
                    "text": "Good morning",
                    "repeat": "every weekday at 09:00",
                    "zone": "Asia/Tashkent",
                },
            ]
        }
    )

    chat_id: ChatId = Field(description="A number, or the @name of a public chat.")
    at: StrictStr | None = Field(None, description=f"When to send; now, if absent. {TIME}")
    zone: StrictStr | None = Field(None, description="An IANA name, such as Europe/Berlin.")
    expires_at: StrictStr | None = Field(None, description=f"Not sent at or after it. {TIME}")
    on_uncertain: OnUncertain | None = Field(
        None, description="Where Telegram's answer is lost: send again, or park it for a person."
    )
    repeat: StrictStr | None = Field(
        None,
        description="Makes a series: in words (`every mon at 09:00`) or as RFC 5545 has it, by the "
        "clocks of `zone` (UTC, if absent), from `at` on.",
    )
    missed: Missed | None = Field(
        None, description="A series' times that pass while nothing runs: sent late, or left out."
    )


class MessagePatch(ContentFields):
    """What is given replaces; null takes it away. A new text loses the entities of the old one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"at": "2027-01-04T10:30:00+01:00"},
                {"text": "Good morning, all", "reply_markup": None},
            ]
        }
    )

    at: StrictStr | None = Field(None, description=TIME)
    zone: StrictStr | None = Field(None, description="An IANA name, such as Europe/Berlin.")
    expires_at: StrictStr | None = Field(None, description=f"{TIME} Null: it does not expire.")


class Settlement(BaseModel):
    """What a person has seen in the chat."""

    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, json_schema_extra={"examples": [{"as": "sent"}]}
    )

    how: Literal["sent", "resend"] = Field(
        alias="as", description="It is there; or it is not, and is to be sent again."
    )


class AttemptOut(BaseModel):
    """One try, and what Telegram said."""

    number: int
    started_at: datetime
    ended_at: datetime
    outcome: str
    reason: str
    description: str

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        return cls(
            number=attempt.number,
            started_at=attempt.started_at,
            ended_at=attempt.ended_at,
            outcome=attempt.outcome,
            reason=attempt.reason,
            description=attempt.description,
        )


MESSAGE: dict[str, Any] = {
    "id": 7,
    "chat_id": "@our_news",
    "state": "sent",
    "at": "2027-01-04T08:00:00Z",
    "due_at": "2027-01-04T08:00:00Z",
    "sent_at": "2027-01-04T08:00:00.012000Z",
    "ended_at": "2027-01-04T08:00:00.071000Z",
    "expires_at": None,
    "text": "Good morning",
    "method": "sendMessage",
    "params": {"text": "Good morning"},
    "attempts": 1,
    "max_attempts": 6,
    "reason": "",
    "description": "",
    "message_ids": [4711],
    "on_uncertain": "resend",
    "broadcast_id": None,
    "series_id": None,
    "late_ms": 12.0,
    "created_at": "2027-01-03T17:20:00Z",
}


class MessageOut(BaseModel):
    """`at` is the time that was asked for, `due_at` the next time that it may be tried. `params`
    are Telegram's arguments of `method`, and `message_ids` Telegram's ids.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [MESSAGE]})

    id: int
    chat_id: str
    state: State
    at: datetime
    due_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime | None
    text: str
    method: str
    params: dict[str, Any]
    attempts: int
    max_attempts: int
    reason: str
    description: str
    message_ids: list[int]
    on_uncertain: OnUncertain
    broadcast_id: int | None
    series_id: int | None
    late_ms: float | None
    created_at: datetime | None

    @classmethod
    def of(cls, message: Message, **more: Any) -> Self:
        return cls(
            id=message.id,
            chat_id=message.chat_id,
            state=message.state,
            at=message.wanted_at,
            due_at=message.due_at,
            sent_at=message.sent_at,
            ended_at=message.ended_at,
            expires_at=message.expires_at,
            text=message.content.text,
            method=message.content.method,
            params=dict(message.content.params),
            attempts=message.attempts,
            max_attempts=message.max_attempts,
            reason=message.reason,
            description=message.description,
            message_ids=list(message.message_ids),
            on_uncertain=message.on_uncertain,
            broadcast_id=None if message.broadcast_id == POSTS else message.broadcast_id,
            series_id=message.series_id,
            late_ms=message.late_ms,
            created_at=message.created_at,
            **more,
        )


class MessageWithHistory(MessageOut):
    """With every attempt, the first first."""

    history: list[AttemptOut]

    @classmethod
    def whole(cls, message: Message) -> Self:
        return cls.of(message, history=[AttemptOut.of(each) for each in message.history])


class Made(BaseModel):
    """A message was made, or found by its key."""

    message: MessageOut


class MadeSeries(BaseModel):
    """A series was made, or found by its key."""

    series: SeriesOut


class SeriesWithMessages(SeriesOut):
    """With its messages of the last times, the last first."""

    messages: list[MessageOut]


class Messages(BaseModel):
    """A page; `next` is the cursor of the one after it. A page may be short, or empty, and have a
    next: so far it has been searched.
    """

    items: list[MessageOut]
    next: str | None
