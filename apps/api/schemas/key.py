"""Keys by which programs use the API."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from apps.api.schemas.text import PlainText
from core.scope import Scope
from infra.db.api_keys import NAME_CHARACTERS, ApiKey

EXAMPLE: dict[str, Any] = {
    "id": 2,
    "name": "the shop",
    "prefix": "ab_f3kQ9x",
    "scope": "write",
    "made_by": 1,
    "created_at": "2026-12-01T10:00:00+00:00",
    "last_used_at": None,
    "revoked_at": None,
}


class NewKey(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "the shop", "scope": "write"}]},
    )

    name: PlainText = Field(description=f"At most {NAME_CHARACTERS} characters.")
    scope: Scope = Field(description="At most what the caller may do.")


class Key(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: int
    name: str
    prefix: str = Field(description="How its secret begins.")
    scope: Scope
    made_by: int | None = Field(description="An account's id; of another key or a console none.")
    created_at: datetime
    last_used_at: datetime | None = Field(description="To the minute.")
    revoked_at: datetime | None


class MadeKey(Key):
    """With its secret, which nobody is told again: only its hash is kept."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**EXAMPLE, "secret": f"{EXAMPLE['prefix']}…"}]}
    )

    secret: str


class Keys(BaseModel):
    items: list[Key]


def key(found: ApiKey) -> Key:
    return Key.model_validate(found, from_attributes=True)


def made_key(made: ApiKey, secret: str) -> MadeKey:
    return MadeKey(**key(made).model_dump(), secret=secret)
