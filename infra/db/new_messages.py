"""The statement that writes new messages, as many as there are at once."""

import json
from functools import cache
from typing import Any

from sqlalchemy import JSON, Text, cast, func, insert, literal, select, text, true

from core.message import POSTS, Request, State
from infra.db.moments import utc_now
from infra.db.reading import stored
from infra.db.records import records
from infra.db.tables import messages, series, waiters
from infra.db.upsert import insert_into

m, s = messages.c, series.c

GIVEN = (
    *("bot_id", "chat_id", "key", "fingerprint", "cost", "due_at"),
    *("max_attempts", "on_uncertain", "expires_at"),
)
MADE = (m.key, m.id, m.wanted_at, m.due_at, m.created_at, m.expires_at)
"""What is told of each that was written."""


def new_record(bot_id: int, request: Request) -> dict[str, Any]:
    return {
        "bot_id": bot_id,
        "chat_id": request.chat_id,
        "key": request.key,
        "fingerprint": request.fingerprint,
        "content": json.dumps(stored(request.content)),
        "cost": request.content.cost,
        "due_at": request.due_at,
        "max_attempts": request.max_attempts,
        "on_uncertain": request.on_uncertain.value,
        "expires_at": request.expires_at,
    }


@cache
def write_new(dialect: str) -> Any:
    """Write those of the records `new` whose keys stand for nothing yet, neither for a message
    nor for a series.
    """
    new = records(dialect, "new", {name: m[name].type for name in GIVEN} | {"content": Text()}).c
    when = func.coalesce(new.due_at, utc_now())
    values = {
        **{name: new[name] for name in GIVEN},
        # As it is: jsonb would put its keys into an order of its own.
        "content": cast(new.content, JSON) if dialect == "postgresql" else new.content,
        "broadcast_id": literal(POSTS),
        "state": literal(State.SCHEDULED.value),
        **dict.fromkeys(("wanted_at", "turn_at", "due_at"), when),
        "attempts": literal(0),
        "hidden": literal(0),
        "created_at": utc_now(),
    }
    of_series = select(s.id).where(s.bot_id == new.bot_id, s.key == new.key).exists()
    # SQLite takes ON CONFLICT after a SELECT for a join's ON, unless there is a WHERE.
    fresh = select(*values.values()).where(true(), ~of_series)
    written = insert_into(dialect, messages).from_select(list(values), fresh)
    return written.on_conflict_do_nothing(
        index_elements=["bot_id", "key"], index_where=text("key IS NOT NULL")
    ).returning(*MADE)


@cache
def await_new(dialect: str) -> Any:
    """Let tasks wait for messages that have just been written."""
    columns = waiters.c.message_id, waiters.c.task_id
    waiting = records(dialect, "waiting", {each.name: each.type for each in columns})
    return insert(waiters).from_select([each.name for each in columns], select(*waiting.c))
