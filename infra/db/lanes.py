"""A lane: the posts of a bot, or the messages of one broadcast, that wait for their time."""

from typing import Any

from sqlalchemy import ColumnElement, literal_column, select

from core.broadcast import BroadcastState
from core.message import State
from infra.db.moments import later_of
from infra.db.states import in_state
from infra.db.tables import broadcasts, messages

b, m = broadcasts.c, messages.c


def waiting(bot_id: int, lane: Any) -> tuple[ColumnElement[bool], ...]:
    """What waits in a lane (POSTS, or a broadcast's id), as the index of what is due has it."""
    return m.bot_id == bot_id, m.broadcast_id == lane, in_state(State.SCHEDULED)


def first_due(bot_id: int, lane: Any, *more: ColumnElement[bool]) -> Any:
    """When a lane's first message is due: one look into the index, however many wait."""
    lane_of = select(m.due_at).where(*waiting(bot_id, lane), *more)
    return lane_of.order_by(m.due_at).limit(1).scalar_subquery()


def is_running() -> ColumnElement[bool]:
    """The state spelt out, as the index of running broadcasts has it."""
    return b.state == literal_column(f"'{BroadcastState.RUNNING}'")


def is_open(bot_id: int, by: Any) -> tuple[ColumnElement[bool], ...]:
    """The broadcast may be sent from by this moment: it runs, and its time has come."""
    return b.bot_id == bot_id, is_running(), b.opens_at <= by


def opened(bot_id: int, *more: ColumnElement[bool]) -> Any:
    """When a broadcast's first message is due, as far as the broadcast lets it; null for none."""
    since = select(later_of(m.due_at, b.opens_at)).where(*waiting(bot_id, b.id), *more)
    return since.order_by(m.due_at).limit(1).correlate(broadcasts).scalar_subquery()
