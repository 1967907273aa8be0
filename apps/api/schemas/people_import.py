"""Imports of subscribers, as they are told."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from infra.db import imports

IMPORT: dict[str, Any] = {
    "id": 1,
    "state": "running",
    "file_name": "people.csv",
    "size_bytes": 4_100_500,
    "list": "spring",
    "tags": ["customer"],
    "part": 0.42,
    "bytes_read": 1_722_210,
    "rows": 42_000,
    "new": 41_000,
    "changed": 600,
    "unchanged": 390,
    "repeated": 4,
    "bad": 6,
    "rejects": [{"line": 17, "problem": "id: 'abc' is no number"}],
    "trouble": "",
    "created_at": "2026-11-30T12:00:00Z",
    "started_at": "2026-11-30T12:00:01Z",
    "ended_at": None,
}


class Reject(BaseModel):
    """A row that is not taken, and why."""

    line: int
    problem: str


class Import(BaseModel):
    """`rows` = new + changed + unchanged + repeated + bad; a row is repeated where its id was
    taken from another line. `rejects` are the first hundred bad ones.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [IMPORT]})

    id: int
    state: imports.ImportState
    file_name: str
    size_bytes: int
    list_name: str = Field(
        serialization_alias="list", description="All of them are put on it; empty for none."
    )
    tags: list[str] = Field(description="All of them get these.")
    part: float = Field(description="How much of the file is read, 0 to 1.")
    bytes_read: int
    rows: int
    new: int
    changed: int
    unchanged: int
    repeated: int
    bad: int
    rejects: list[Reject]
    trouble: str = Field(description="Why it failed.")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Imports(BaseModel):
    """The newest first."""

    items: list[Import]
    next: str | None = Field(description="The cursor of the next page; null behind the last.")


def told(found: imports.Import) -> Import:
    return Import(
        id=found.id,
        state=found.state,
        file_name=found.file_name,
        size_bytes=found.size_bytes,
        list_name=found.list_name,
        tags=list(found.tags),
        part=round(found.part, 4),
        rejects=[Reject(line=each["line"], problem=each["problem"]) for each in found.rejects],
        trouble=found.trouble,
        created_at=found.created_at,
        started_at=found.started_at,
        ended_at=found.ended_at,
        **found.counts,
    )
