"""A lane: the posts of a bot, or the messages of one broadcast, that wait for their time."""

from typing import Any

from sqlalchemy import ColumnElement, select

from core.message import State
from infra.db.states import in_state
from infra.db.tables import messages

m = messages.c


def waiting(bot_id: int, lane: Any) -> tuple[ColumnElement[bool], ...]:
    """What waits in a lane (POSTS, or a broadcast's id), as the index of what is due has it."""
    return m.bot_id == bot_id, m.broadcast_id == lane, in_state(State.SCHEDULED)


def first_due(bot_id: int, lane: Any, *more: ColumnElement[bool]) -> Any:
    """When a lane's first message is due: one look into the index, however many wait."""
    lane_of = select(m.due_at).where(*waiting(bot_id, lane), *more)
    return lane_of.order_by(m.due_at).limit(1).scalar_subquery()
