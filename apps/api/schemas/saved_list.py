"""Saved lists of subscribers, as they are named and told."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from infra.db import lists


class ListName(BaseModel):
    """What it is called: at most 64 characters."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "spring"}]})

    name: str = Field(max_length=200)


class SavedList(BaseModel):
    """`members` counts all that are on it, whether or not they may be written to."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 1,
                    "name": "spring",
                    "members": 1000,
                    "created_at": "2026-11-30T12:00:00Z",
                }
            ]
        }
    )

    id: int
    name: str
    members: int
    created_at: datetime


class SavedLists(BaseModel):
    """All of them, by name."""

    items: list[SavedList]
    next: None = None


def saved_list(found: lists.SavedList) -> SavedList:
    return SavedList(
        id=found.id, name=found.name, members=found.members, created_at=found.created_at
    )
