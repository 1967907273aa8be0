"""What is asked, and answered, before a message is written."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from apps.api.schemas.problem import FieldProblem

SOURCE_CHARACTERS = 65_536
"""Of a text with its markup; what people see of it may have 4,096."""
WORDS_CHARACTERS = 1_000


class PreflightRequest(BaseModel):
    """As `POST /messages` takes it, for several chats if need be. Nothing needs to be complete:
    what is missing is told as a problem. `at` may be in words. Any other argument that a message
    takes goes beside these.
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "chat_ids": ["@our_news"],
                    "text": "<b>Hello</b>, world",
                    "parse_mode": "HTML",
                    "at": "tomorrow 9:00",
                    "zone": "Europe/Berlin",
                    "reply_markup": {
                        "inline_keyboard": [[{"text": "Read on", "url": "https://example.org"}]]
                    },
                },
                {
                    "chat_id": -1001234567890,
                    "text": "Good morning",
                    "repeat": "every weekday at 09:00",
                    "zone": "Asia/Tashkent",
                },
            ]
        },
    )

    chat_id: int | str | None = None
    chat_ids: list[int | str] = Field([], max_length=200)
    text: str | None = Field(None, max_length=SOURCE_CHARACTERS)
    at: str | None = Field(None, max_length=WORDS_CHARACTERS)
    zone: str | None = Field(None, max_length=100, description="An IANA name; UTC by default.")
    repeat: str | None = Field(None, max_length=WORDS_CHARACTERS)
    missed: Literal["send", "skip"] | None = None
    expires_at: str | None = Field(None, max_length=WORDS_CHARACTERS)
    on_uncertain: str | None = Field(None, max_length=WORDS_CHARACTERS)
    message_id: int | None = Field(None, description="The message that is being changed.")

    @property
    def written(self) -> tuple[str | None, dict[str, Any]]:
        """The text or caption, and the arguments that go with it."""
        options = dict(self.model_extra or {})
        if self.text is None and isinstance(options.get("caption"), str):
            return options.pop("caption"), options
        return self.text, options


class Warned(BaseModel):
    """What does not keep a message from being sent, and may not be meant."""

    code: str = Field(description="A short name that does not change, such as `near_limit`.")
    field: str
    text: str


class Moment(BaseModel):
    """A time, and how it was read."""

    at: datetime
    words: str
    notes: list[str] = []


class Recurring(BaseModel):
    """`rule` is as RFC 5545 has it; `next` are the next five times."""

    rule: str
    words: str
    zone: str
    next: list[datetime]
    notes: list[str] = []


class Button(BaseModel):
    text: str
    url: str = Field("", description="Empty where it is no link, or none that may be followed.")
    does: str = Field(description="Its action, such as `url` or `callback_data`.")


class Media(BaseModel):
    kind: str
    url: str = Field("", description="Empty for what Telegram has already.")
    spoiler: bool = False


class Preview(BaseModel):
    """The message as Telegram will show it. `html` is safe in any page; its line feeds count."""

    html: str
    method: str
    media: list[Media] = []
    caption_above: bool = False
    buttons: list[list[Button]] = []
    link: str = Field("", description="What a link preview will be shown of; empty for none.")
    silent: bool = False
    protected: bool = False


class Preflight(BaseModel):
    """`choices` are times that `at` may mean, where it is not clear. `at` is null for now."""

    problems: list[FieldProblem]
    warnings: list[Warned]
    preview: Preview
    length: int = Field(description="In characters, as Telegram counts them.")
    limit: int
    at: Moment | None = None
    choices: list[Moment] = []
    expires_at: Moment | None = None
    repeat: Recurring | None = None
