"""What a restore keeps from being sent twice: all that may have been sent since the backup."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.errors import TransitionRefused
from core.message import POSTS, State
from infra.db.bot_tables import updates
from infra.db.engine import Database
from infra.db.lanes import is_running
from infra.db.moments import asked_at, now_of, utc_now
from infra.db.occurrences import Occurrences
from infra.db.outcome_statements import wake
from infra.db.series_row import is_active
from infra.db.states import FREED, in_state
from infra.db.tables import broadcasts, messages, series, waiters
from infra.db.tallies import counted

RESTORED = "restored"
"""The reason of a message that may have been sent between a backup and its restore."""

OCCURRENCES = 500

CLOCKS_APART = timedelta(seconds=5)
"""Two machines that ask for the time now and then are not further apart."""

b, m, s, u = broadcasts.c, messages.c, series.c, updates.c


@dataclass(frozen=True, slots=True)
class Parked:
    """`posts` wait to be settled, `broadcasts` (their ids) to be resumed; `updates` are what
    people had sent to the bot and it had not yet done: they are forgotten.
    """

    posts: int = 0
    broadcasts: tuple[int, ...] = ()
    updates: int = 0


async def park(database: Database, connection: AsyncConnection, made_at: datetime) -> Parked:
    """Leave to a person what may have been sent since `made_at`, in this transaction. Raises
    TransitionRefused where the clock stands before it: nothing would seem to be due.

    Occurrences that a series would have written by now are written first, so that each of them
    is there to be settled. See docs/decisions/0011-restoring.md.
    """
    await _check_clock(connection, made_at)
    await _write_occurrences(database, connection)
    posts = await _park_posts(connection, made_at)
    ids = await _pause_broadcasts(connection, made_at)
    undone = update(updates).where(u.done_at.is_(None))
    forgotten = await connection.execute(undone.values(done_at=utc_now(), content=None))
    return Parked(posts, ids, forgotten.rowcount)


async def _check_clock(connection: AsyncConnection, made_at: datetime) -> None:
    now = await now_of(connection)
    if now + CLOCKS_APART < made_at:
        raise TransitionRefused(
            f"it is {now:%Y-%m-%d %H:%M:%S} UTC by the clock here, and the backup was made at "
            f"{made_at:%Y-%m-%d %H:%M:%S}; set the clock, or what was sent since is sent again"
        )


async def _write_occurrences(database: Database, connection: AsyncConnection) -> None:
    bots = await connection.scalars(select(s.bot_id).where(is_active()).distinct())
    for bot_id in bots.all():
        occurrences = Occurrences(database, bot_id)
        while (await occurrences.write_here(connection, OCCURRENCES)).looked:
            pass


async def _park_posts(connection: AsyncConnection, made_at: datetime) -> int:
    is_due = in_state(State.SCHEDULED, State.QUEUED) & (m.due_at <= asked_at())
    may_be_sent = or_(is_due, in_state(State.SENDING))
    # The token stays, as when a lease runs out: an answer that comes late still counts.
    values = {
        "state": State.UNCERTAIN.value,
        "reason": RESTORED,
        "description": f"may have been sent after the backup of {made_at:%Y-%m-%d %H:%M:%S} UTC",
        "lease_until": None,
        "ended_at": utc_now(),
    }
    parked = update(messages).where(m.broadcast_id == POSTS, may_be_sent).values(**values)
    count = (await connection.execute(parked)).rowcount
    is_parked = (in_state(State.UNCERTAIN), m.reason == RESTORED)
    await connection.execute(wake(waiters.c.message_id.in_(select(m.id).where(*is_parked))))
    # Claimed ahead of their time, and nobody's any more.
    ahead = (m.broadcast_id == POSTS, in_state(State.QUEUED))
    await connection.execute(update(messages).where(*ahead).values(**FREED))
    return count


async def _pause_broadcasts(connection: AsyncConnection, made_at: datetime) -> tuple[int, ...]:
    """Those that may have gone on. Their recipients stay pending: one decision is enough."""
    values = {
        "state": BroadcastState.PAUSED.value,
        "why": f"restored from the backup of {made_at:%Y-%m-%d %H:%M:%S} UTC: some of those "
        "pending may have got it since; resumed, it may reach them twice",
        "paused_at": utc_now(),
    }
    may_have_gone_on = or_(_has_opened(), _is_in_flight())
    these = update(broadcasts).where(is_running(), may_have_gone_on, _has_pending())
    paused = await connection.scalars(these.values(**values).returning(b.id))
    return tuple(sorted(paused.all()))


def _has_opened() -> ColumnElement[bool]:
    return func.coalesce(b.opens_at, b.wanted_at) <= asked_at()


def _is_in_flight() -> ColumnElement[bool]:
    """Its hours may be over, and opens_at the next ones': what was queued before is sent still."""
    return exists().where(m.broadcast_id == b.id, in_state(State.QUEUED, State.SENDING))


def _has_pending() -> Any:
    return or_(b.built_at.is_(None), b.total > counted())
