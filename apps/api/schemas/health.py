"""What the health routes answer."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Live(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "live"}]})

    status: Literal["live"]


class Ready(BaseModel):
    """`reasons` are why messages cannot be taken in; empty where they can."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"status": "ready", "reasons": []},
                {"status": "unready", "reasons": ["the ledger takes no writes"]},
            ]
        }
    )

    status: Literal["ready", "unready"]
    reasons: list[str]
