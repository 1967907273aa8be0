"""People who may log in, as owners see them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from apps.api.schemas.text import PlainText
from core.person import Role
from infra.db import accounts

EXAMPLE: dict[str, Any] = {
    "id": 2,
    "name": "grace",
    "role": "editor",
    "user_id": None,
    "has_password": False,
    "zone": "",
    "created_at": "2026-12-01T10:00:00+00:00",
    "disabled_at": None,
    "has_logged_in": True,
}


class NewAccount(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "grace", "role": "editor"}]}
    )

    name: PlainText = Field(description="To log in with: a to z, digits, dots and dashes.")
    role: Role = Role.VIEWER


class AccountChanges(BaseModel):
    """What is not named stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"role": "viewer"}, {"disabled": True}]},
    )

    role: Role | None = Field(None, description="Of the bot's people the bot decides it.")
    disabled: bool | None = Field(None, description="Logged out, and not let in any more.")
    forget_password: bool = Field(
        False, description="Links alone let them in, until they set another; logged out."
    )


class Account(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: int
    name: str
    role: Role
    user_id: int | None = Field(description="Of one of the bot's people: Telegram's id.")
    has_password: bool
    zone: str
    created_at: datetime
    disabled_at: datetime | None
    has_logged_in: bool = Field(description="Ever.")


class Accounts(BaseModel):
    items: list[Account]


class LoginLink(BaseModel):
    """Whoever opens it first is logged in, once; links before it are void."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"url": "http://127.0.0.1:8000/login/f3kQ…", "valid_s": 900}]
        }
    )

    url: str
    valid_s: int


def account(found: accounts.Account) -> Account:
    return Account.model_validate(found, from_attributes=True)
