"""Posts as rows, with the times and the states that a test wants them to have."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from infra.db.engine import Database
from infra.db.tables import messages
from tests.api.web import BOT_ID


async def posts(database: Database, *given: dict[str, Any]) -> list[int]:
    """Their ids; each `at` its time. One in a final state has ended then, unless told otherwise."""
    rows = [_row(number, dict(each)) for number, each in enumerate(given)]
    async with database.writing() as connection:
        ids = await connection.scalars(
            insert(messages).returning(messages.c.id, sort_by_parameter_order=True), rows
        )
        return list(ids)


def _row(number: int, given: dict[str, Any]) -> dict[str, Any]:
    at: datetime = given.pop("at")
    state, text = given.get("state", "scheduled"), given.pop("text", "a post")
    ended = None if state in ("scheduled", "queued", "sending") else at
    return {
        "bot_id": BOT_ID,
        "broadcast_id": 0,
        "chat_id": "-1001",
        "key": f"{at.isoformat()} {number}" if not given.get("broadcast_id") else None,
        "content": {"method": "sendMessage", "params": {"text": text}},
        "cost": 1,
        "state": "scheduled",
        **dict.fromkeys(("wanted_at", "turn_at", "due_at", "created_at"), at),
        "attempts": int(ended is not None),
        "max_attempts": 6,
        "hidden": 0,
        "on_uncertain": "park",
        "reason": None,
        "sent_at": ended if state == "sent" else None,
        "ended_at": ended,
        **given,
    }
