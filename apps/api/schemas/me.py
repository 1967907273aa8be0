"""Who asks, as they see themselves."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from apps.api.access import Caller
from apps.api.schemas.text import PlainText
from core.person import Role
from core.scope import Scope
from infra.db.sessions import Session

TEN = "2026-12-01T10:00:00+00:00"


class Me(BaseModel):
    """A key has neither an `id` nor a `role`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 1,
                    "name": "ada",
                    "role": "owner",
                    "scope": "admin",
                    "zone": "Asia/Tashkent",
                    "has_password": True,
                    "user_id": None,
                }
            ]
        }
    )

    id: int | None
    name: str = Field(description="To log in with; of a key, `key:` and its id.")
    role: Role | None
    scope: Scope = Field(description="What this caller may do.")
    zone: str = Field(description="An IANA name; empty where none was chosen.")
    has_password: bool
    user_id: int | None = Field(description="Of one of the bot's people: Telegram's id.")


class MyChanges(BaseModel):
    """What is not named stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"zone": "Asia/Tashkent"},
                {"password": "four words and more", "old_password": "the one before"},
            ]
        },
    )

    name: PlainText | None = None
    zone: PlainText | None = Field(None, description="An IANA name; empty for the browser's.")
    password: PlainText | None = Field(
        None, description="10 characters at least. Every other session is closed."
    )
    old_password: PlainText | None = Field(None, description="Needed where there is a password.")


class MySession(BaseModel):
    """A browser that is logged in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 3,
                    "agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
                    "created_at": TEN,
                    "seen_at": TEN,
                    "this": True,
                }
            ]
        }
    )

    id: int
    agent: str = Field(description="What the browser says of itself.")
    created_at: datetime
    seen_at: datetime = Field(description="To the minute.")
    this: bool = Field(description="Whether it is the one that asks.")


class MySessions(BaseModel):
    items: list[MySession]


def me(caller: Caller) -> Me:
    account = caller.account
    return Me(
        id=account.id if account else None,
        name=account.name if account else caller.name,
        role=account.role if account else None,
        scope=caller.scope,
        zone=account.zone if account else "",
        has_password=account.has_password if account else False,
        user_id=account.user_id if account else None,
    )


def my_session(session: Session, caller: Caller) -> MySession:
    return MySession(
        id=session.id,
        agent=session.agent,
        created_at=session.created_at,
        seen_at=session.seen_at,
        this=caller.session is not None and caller.session.id == session.id,
    )
