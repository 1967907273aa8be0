"""A lane: the posts of a bot, the messages of one broadcast, or those of one zone in it, that wait
for their time.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal_column, or_, select

from core.broadcast import BroadcastState
from core.message import State
from infra.db.moments import later_of
from infra.db.states import in_state
from infra.db.tables import broadcast_lanes, broadcasts, messages

WHOLE = 0
"""The lane of posts, and of a broadcast that is not cut in lanes."""

_WHOLE: Any = literal_column(str(WHOLE))

DEFAULT = 1
"""Of a broadcast that is: the lane of who has no zone of their own."""

b, m, of = broadcasts.c, messages.c, broadcast_lanes.c


def waiting(bot_id: int, broadcast_id: Any) -> tuple[ColumnElement[bool], ...]:
    """What waits of a broadcast (POSTS: of the posts), in all of its lanes."""
    return m.bot_id == bot_id, m.broadcast_id == broadcast_id, in_state(State.SCHEDULED)


def in_lane(bot_id: int, broadcast_id: Any, lane: Any = _WHOLE) -> tuple[ColumnElement[bool], ...]:
    """What waits in one lane, as the index of what is due has it."""
    return *waiting(bot_id, broadcast_id), m.lane == lane


def first_due(
    bot_id: int, broadcast_id: Any, *more: ColumnElement[bool], lane: Any = _WHOLE
) -> Any:
    """When a lane's first message is due: one look into the index, however many wait."""
    query = select(m.due_at).where(*in_lane(bot_id, broadcast_id, lane), *more)
    return query.order_by(m.due_at).limit(1).scalar_subquery()


def is_running() -> ColumnElement[bool]:
    """The state spelt out, as the index of running broadcasts has it."""
    return b.state == literal_column(f"'{BroadcastState.RUNNING}'")


def is_open(bot_id: int, by: Any) -> tuple[ColumnElement[bool], ...]:
    """The broadcast may be sent from by this moment: it runs, and its time has come."""
    return b.bot_id == bot_id, is_running(), b.opens_at <= by


def has_due(bot_id: int, by: Any) -> ColumnElement[bool]:
    """Something of the broadcast is due by this moment, and in a lane that is open by then."""
    of_it = select(of.lane).where(*_due_in_lanes(bot_id, by), of.broadcast_id == b.id)
    any_lane = of_it.limit(1).correlate(broadcasts).scalar_subquery().is_not(None)
    return or_(first_due(bot_id, b.id) <= by, and_(b.own_zones, any_lane))


def due_lanes(bot_id: int, broadcast_id: int, by: Any) -> Select[tuple[int, str, Any]]:
    """The lanes (lane, zone, opens_at) of a broadcast that are open by this moment, as far as is
    known, and in which something is due.
    """
    due = _due_in_lanes(bot_id, by)
    return select(of.lane, of.zone, of.opens_at).where(of.broadcast_id == broadcast_id, *due)


def opened(bot_id: int, by: Any, *more: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    """When the first is due (`due_at`) of each lane of a broadcast that may be sent from by this
    moment, as far as it lets it; null for none. Those of whole broadcasts, and of their zones.
    """
    whole = _first_opened(later_of(m.due_at, b.opens_at), *in_lane(bot_id, b.id), *more)
    since = later_of(m.due_at, b.opens_at, of.opens_at)
    of_zone = _first_opened(since, *in_lane(bot_id, of.broadcast_id, of.lane), *more)
    cut = (of.broadcast_id == b.id, b.own_zones, of.opens_at <= by)
    return (
        select(whole).where(*is_open(bot_id, by)),
        select(of_zone).where(*is_open(bot_id, by), *cut),
    )


def lane_opens() -> Any:
    """When the lane of a row of messages opens, or did; null where it is a whole broadcast's."""
    lane = (of.broadcast_id == m.broadcast_id, of.lane == m.lane)
    return select(of.opens_at).where(*lane).scalar_subquery()


def _first_opened(since: Any, *which: ColumnElement[bool]) -> Any:
    first = select(since).where(*which).order_by(m.due_at).limit(1)
    return first.correlate(broadcasts, broadcast_lanes).scalar_subquery().label("due_at")


def _due_in_lanes(bot_id: int, by: Any) -> tuple[ColumnElement[bool], ...]:
    return of.opens_at <= by, first_due(bot_id, of.broadcast_id, lane=of.lane) <= by
