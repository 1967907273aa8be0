"""Tags of subscribers, as they are given and told."""

from pydantic import BaseModel, ConfigDict, Field

from apps.api.schemas.audience import AudienceFilter


class Tag(BaseModel):
    """`subscribers` counts all who have it, whether or not they may be written to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "customer", "subscribers": 410}]}
    )

    name: str
    subscribers: int


class Tags(BaseModel):
    """All of them, by name."""

    items: list[Tag]
    next: None = None


class Tagging(BaseModel):
    """Who gets the tag, or loses it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"tag": "gold", "audience": {"list": "spring"}}]},
    )

    tag: str = Field(max_length=200)
    audience: AudienceFilter
    everybody: bool = Field(False, description="Has to be true where the audience is `{}`.")


class Tagged(BaseModel):
    """So many `changed` by now; where there are `more`, they follow."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tag": "gold", "changed": 1000, "more": False}]}
    )

    tag: str
    changed: int
    more: bool
