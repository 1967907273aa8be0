"""What is due of a bot's: told without a lock, for nearly always the answer is that nothing is."""

from sqlalchemy import (
    ColumnElement,
    Double,
    Select,
    bindparam,
    exists,
    literal,
    literal_column,
    or_,
    select,
)

from core.message import POSTS, State
from infra.db.broadcast_build import to_build
from infra.db.broadcast_ends import to_complete, to_end
from infra.db.expiry import has_expired
from infra.db.imports import to_take
from infra.db.lanes import first_due, has_due, is_open
from infra.db.moments import asked_at, within
from infra.db.occurrences import SERIES_AHEAD_S, series_due
from infra.db.queued import queued_and_paid
from infra.db.states import has_ended, in_state
from infra.db.tables import broadcasts, messages, waiters

AHEAD = bindparam("ahead_s", type_=Double)

m = messages.c


def busy(bot_id: int) -> Select[tuple[bool]]:
    """Is there anything to be done within AHEAD? See `Claims.is_busy`."""
    mine = m.bot_id == bot_id
    dead = exists().where(mine, in_state(State.QUEUED, State.SENDING), m.lease_until < asked_at())
    stale = exists().where(mine, has_expired())
    recurring = exists().where(series_due(bot_id, SERIES_AHEAD_S))
    ended = exists().where(m.id == waiters.c.message_id, mine, has_ended()).correlate(waiters)
    told = select(waiters).where(literal_column("waiters.ready"), ended).exists()
    works = [
        select(broadcasts.c.id).where(work(bot_id)).exists()
        for work in (to_complete, to_build, to_end)
    ]
    uploaded = exists().where(to_take(bot_id))
    return select(or_(_is_due(bot_id, AHEAD), dead, stale, told, recurring, *works, uploaded))


def due_and_queued(bot_id: int) -> Select[tuple[bool, int, bool, int]]:
    """Is anything due within AHEAD, and how much is queued: of what is not paid for, and of paid
    broadcasts.
    """
    queued, paid_queued = queued_and_paid(bot_id)
    paid_due = running(bot_id, AHEAD, paid=True).exists()
    return select(_is_due(bot_id, AHEAD, paid=False), queued, paid_due, paid_queued)


def running(
    bot_id: int, ahead_s: float | ColumnElement[float], *, paid: bool | None = None
) -> Select[tuple[int]]:
    """Broadcasts with something due, so that the others' shares are not left unused. Where `paid`
    is None, of both kinds.
    """
    by = within(ahead_s)
    query = select(broadcasts.c.id).where(*is_open(bot_id, by))
    if paid is not None:
        query = query.where(broadcasts.c.paid if paid else ~broadcasts.c.paid)
    return query.where(has_due(bot_id, by))


def _is_due(
    bot_id: int, ahead_s: float | ColumnElement[float], *, paid: bool | None = None
) -> ColumnElement[bool]:
    post = first_due(bot_id, literal(POSTS)) <= within(ahead_s)
    return or_(post, running(bot_id, ahead_s, paid=paid).exists())
