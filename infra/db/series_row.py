"""A row of the table of series: from what was asked for, and back."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal_column

from core.message import Content, OnUncertain, Request
from core.recurrence import Recurrence
from core.recurring_message import Missed, RecurringMessage, SeriesState
from infra.db.moments import utc_now
from infra.db.reading import stored
from infra.db.tables import series

LAST = ";LAST="
"""Behind a rule with a COUNT: its last occurrence, counted once as the series is made."""


def columns(request: Request, repeat: Recurrence, missed: Missed) -> dict[str, Any]:
    """All but the bot, and where it stands."""
    return {
        "fingerprint": _fingerprint(request, repeat, missed),
        "missed": missed.value,
        "key": request.key,
        "chat_id": request.chat_id,
        "content": stored(request.content),
        "cost": request.content.cost,
        "on_uncertain": request.on_uncertain.value,
        "max_attempts": request.max_attempts,
        "rule": _stored(repeat),
        "zone": repeat.zone.key,
        "starts": repeat.starts.isoformat(),
        "state": SeriesState.ACTIVE.value,
        "created_at": utc_now(),
    }


def as_series(row: Any) -> RecurringMessage:
    return RecurringMessage(
        id=row.id,
        bot_id=row.bot_id,
        key=row.key,
        chat_id=row.chat_id,
        content=Content(row.content["method"], row.content["params"]),
        rule=row.rule.partition(LAST)[0],
        zone=row.zone,
        starts=datetime.fromisoformat(row.starts),
        missed=Missed(row.missed),
        state=SeriesState(row.state),
        next_at=row.next_at,
        skipped=row.skipped,
        on_uncertain=OnUncertain(row.on_uncertain),
        max_attempts=row.max_attempts,
        created_at=row.created_at,
    )


def recurrence_of(row: Any) -> Recurrence:
    """Raises InvalidInput where the rule or its zone is not known here."""
    rule, _, last = row.rule.partition(LAST)
    return Recurrence(rule, row.zone, datetime.fromisoformat(row.starts), last)


def is_active() -> ColumnElement[bool]:
    """The state spelt out, as the index of series has it."""
    return series.c.state == literal_column(f"'{SeriesState.ACTIVE}'")


def _stored(repeat: Recurrence) -> str:
    return f"{repeat.rule}{LAST}{repeat.last}" if repeat.last else repeat.rule


def _fingerprint(request: Request, repeat: Recurrence, missed: Missed) -> str:
    """Equal for requests that are the same series; when it starts is not part of it."""
    text = f"{request.fingerprint}\n{repeat.rule}\n{repeat.zone}\n{missed}"
    return hashlib.sha256(text.encode()).hexdigest()
