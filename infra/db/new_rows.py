"""A message's row as it is at first."""

from datetime import datetime
from typing import Any

from core.message import OnUncertain, State
from infra.db.moments import utc_now


def new_row(
    bot_id: int,
    broadcast_id: int,
    *,
    cost: int,
    when: Any,
    on_uncertain: OnUncertain,
    max_attempts: int,
    expires_at: datetime | None,
) -> dict[str, Any]:
    """All but its chat, its key and its content, by column. `when` may be an expression."""
    return {
        "bot_id": bot_id,
        "broadcast_id": broadcast_id,
        "cost": cost,
        "state": State.SCHEDULED.value,
        "wanted_at": when,
        "turn_at": when,
        "due_at": when,
        "attempts": 0,
        "max_attempts": max_attempts,
        "hidden": 0,
        "on_uncertain": on_uncertain.value,
        "created_at": utc_now(),
        "expires_at": expires_at,
    }
