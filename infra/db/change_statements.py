"""The statements by which changes are found, each over indexes that hold what it wants."""

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, literal_column, select, union

from core.message import POSTS
from infra.db.broadcast_row import with_tallies
from infra.db.lanes import in_lane, is_running
from infra.db.records import records
from infra.db.tables import IS_POST, UtcTime, broadcasts, messages

MOST = 2_000
"""So many that are new, and so many that have ended, are read at once."""

NEXT = 100
"""Of the posts that wait, those due next are looked at."""

b, m = broadcasts.c, messages.c


@cache
def posts_to_look_at(dialect: str, bot_id: int) -> Any:
    """Takes `after_id`, `since` and the ids `watched`."""
    mine = m.bot_id == bot_id
    after_id = bindparam("after_id", type_=BigInteger)
    new = select(m.id).where(mine, IS_POST, m.id > after_id).order_by(m.id).limit(MOST)
    due = select(m.id).where(*in_lane(bot_id, literal_column(str(POSTS)))).order_by(m.due_at)
    found = union(
        _whole(new),
        _whole(_ended(bot_id, bindparam("since", type_=UtcTime)).order_by(m.ended_at).limit(MOST)),
        _whole(due.limit(NEXT)),
        select(_given(dialect, "watched").c.id),
    ).subquery("found")
    columns = (m.id, m.state, m.wanted_at, m.due_at, m.ended_at, m.attempts, m.fingerprint)
    return select(*columns).where(m.id.in_(select(found.c.id)), mine)


@cache
def full_posts(dialect: str, bot_id: int) -> Any:
    """Takes the ids `wanted`."""
    wanted = select(_given(dialect, "wanted").c.id)
    return select(messages).where(m.id.in_(wanted), m.bot_id == bot_id).order_by(m.id)


@cache
def posts_between(bot_id: int) -> Any:
    """Takes `since` and `until`. New ones are walked from the newest on."""
    since, until = (bindparam(name, type_=UtcTime) for name in ("since", "until"))
    newest = (
        select(m.id, m.created_at)
        .where(m.bot_id == bot_id, IS_POST)
        .order_by(m.id.desc())
        .limit(MOST)
        .subquery("newest")
    )
    came = select(newest.c.id).where(newest.c.created_at > since, newest.c.created_at <= until)
    ended = _ended(bot_id, since).where(m.ended_at <= until)
    ids = union(_whole(ended.order_by(m.ended_at.desc()).limit(MOST)), came).subquery("ids")
    return select(messages).where(m.id.in_(select(ids.c.id)))


@cache
def broadcasts_to_look_at(dialect: str, bot_id: int) -> Any:
    """Takes `since`, `after_id` and the ids `watched`."""
    mine = b.bot_id == bot_id
    since = bindparam("since", type_=UtcTime)
    found = union(
        select(b.id).where(mine, is_running()),
        select(b.id).where(mine, b.ended_at.is_not(None), b.ended_at >= since),
        # "+ 0": by its id, and not by the index of its bot's broadcasts, all of them.
        select(b.id).where(b.id > bindparam("after_id", type_=BigInteger), b.bot_id + 0 == bot_id),
        select(_given(dialect, "watched").c.id),
    ).subquery("found")
    return with_tallies().where(b.id.in_(select(found.c.id))).order_by(b.id)


def _ended(bot_id: int, since: Any) -> Select[Any]:
    # "+ 0": so that no planner thinks of an index of posts, whose ends are all times.
    of_mine = (m.bot_id == bot_id, m.ended_at.is_not(None), m.ended_at >= since)
    return select(m.id).where(*of_mine, m.broadcast_id + 0 == POSTS)


def _whole(query: Select[Any]) -> Select[Any]:
    """SQLite takes no ORDER BY within a UNION."""
    inner = query.subquery()
    return select(inner.c.id)


def _given(dialect: str, parameter: str) -> Any:
    return records(dialect, parameter, {"id": BigInteger()})
