"""The same done with many messages."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from apps.api.schemas.text import PlainText
from core.message import State
from infra.db.desk_acts import Act

MOST_IDS = 1_000
LEDGER_ID = 2**63 - 1
Row = Annotated[StrictInt, Field(ge=1, le=LEDGER_ID)]
Time = Annotated[StrictStr | None, Field(description="ISO 8601 with an offset.")]


class Bulk(BaseModel):
    """`ids`, or `state` with what else the list of messages is asked with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"do": "cancel", "ids": [7, 8, 9]},
                {"do": "retry", "state": "failed", "reason": "no rights"},
            ]
        },
    )

    do: Act = Field(description="settle_sent: they are in the chat. settle_resend: they are not.")
    ids: list[Row] | None = Field(None, min_length=1, max_length=MOST_IDS)
    state: State | None = Field(None, description="All that are in it, and fit what else is given.")
    reason: PlainText | None = None
    chat_id: StrictInt | StrictStr | None = None
    broadcast_id: Row | None = None
    series_id: Row | None = None
    since: Time = None
    until: Time = None
    q: PlainText = Field("", max_length=200)
    cursor: PlainText | None = Field(
        None, description="`next` of the call before, where that had more; the rest stays the same."
    )


class Refused(BaseModel):
    """Which was left as it is, and why."""

    id: int
    problem: str


class BulkDone(BaseModel):
    """At most some 5,000 are looked at in one call. `more` says that there may be others: ask
    again, with `next` as the cursor.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "done": 2,
                    "refused": [{"id": 9, "problem": "message 9 is sent; …"}],
                    "more": False,
                    "next": None,
                }
            ]
        }
    )

    done: int
    refused: list[Refused]
    more: bool
    next: str | None
