"""Everybody who has written to the bot."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from core.subscriber import Profile, Subscriber
from infra.db.bot_tables import subscribers
from infra.db.engine import Database
from infra.db.leaving import leave
from infra.db.moments import utc_now
from infra.db.reach import is_reached, is_unreachable, open_again
from infra.db.tallies import Tallies
from infra.db.upsert import insert_into

s = subscribers.c

SEEN_EVERY = timedelta(minutes=1)
"""Who writes on and on costs one write in this time."""

LANGUAGE_CHARACTERS = 35

STOPPED, BLOCKED = "they have sent /stop", "they have blocked the bot"


class Subscribers:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._tallies = Tallies(database.dialect)

    async def see(self, profile: Profile) -> Subscriber:
        """This user has written or pressed just now; so they can be written to."""
        told = (utc_now().label("now"), is_unreachable().label("unreachable"))
        query = select(subscribers, *told).where(self._is(profile.user_id))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is not None and _is_fresh(row):
            found = _as_subscriber(row)
            if found.profile == _kept(profile):
                return found
        return await self._write(_kept(profile))

    async def start(self, user_id: int) -> bool:
        """They want to hear from the bot; whether they did not until now."""
        fresh = s.started_at.is_(None) | s.stopped_at.is_not(None)
        joined = func.coalesce(s.joined_at, utc_now())
        news = {"started_at": utc_now(), "stopped_at": None, "joined_at": joined}
        return await self._set(user_id, fresh, **news)

    async def stop(self, user_id: int) -> bool:
        """They do not any more; whether they did until now. Who says so before anything else
        is not written to either, should they be imported later. Nor do they get what waits for
        them of broadcasts.
        """
        statement = update(subscribers).where(self._is(user_id), s.stopped_at.is_(None))
        values = statement.values(stopped_at=utc_now()).returning(s.joined_at)
        async with self._database.writing() as connection:
            await leave(connection, self._tallies, self._bot_id, user_id, STOPPED)
            return await connection.scalar(values) is not None

    async def block(self, user_id: int) -> bool:
        """They have blocked the bot; whether they had not until now. As `stop`."""
        statement = update(subscribers).where(self._is(user_id), s.blocked_at.is_(None))
        async with self._database.writing() as connection:
            await leave(connection, self._tallies, self._bot_id, user_id, BLOCKED)
            return (await connection.execute(statement.values(blocked_at=utc_now()))).rowcount == 1

    async def unblock(self, user_id: int) -> bool:
        async with self._database.writing() as connection:
            await open_again(connection, self._bot_id, [str(user_id)])
            statement = update(subscribers).where(self._is(user_id), s.blocked_at.is_not(None))
            return (await connection.execute(statement.values(blocked_at=None))).rowcount == 1

    async def find(self, user_id: int) -> Subscriber | None:
        query = select(subscribers).where(self._is(user_id))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return _as_subscriber(row) if row is not None else None

    async def count_reached(self) -> int:
        """How many may be sent broadcasts."""
        query = select(func.count()).where(s.bot_id == self._bot_id, *is_reached())
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0

    async def _write(self, profile: Profile) -> Subscriber:
        news = {
            "first_name": profile.first_name,
            "last_name": profile.last_name,
            "username": profile.username,
            "language_code": profile.language_code,
            "last_seen_at": utc_now(),
            "blocked_at": None,
        }
        # An import may have been first: what it told besides these stays as it is.
        first = {"first_seen_at": func.coalesce(s.first_seen_at, utc_now())}
        whose = {"bot_id": self._bot_id, "user_id": profile.user_id}
        statement = (
            insert_into(self._database.dialect, subscribers)
            .values(**whose, **news, first_seen_at=utc_now())
            .on_conflict_do_update(index_elements=["bot_id", "user_id"], set_={**news, **first})
            .returning(*s)
        )
        async with self._database.writing() as connection:
            await open_again(connection, self._bot_id, [str(profile.user_id)])
            return _as_subscriber((await connection.execute(statement)).one())

    async def _set(self, user_id: int, condition: Any, **values: Any) -> bool:
        statement = update(subscribers).where(self._is(user_id), condition).values(**values)
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount == 1

    def _is(self, user_id: int) -> Any:
        return (s.bot_id == self._bot_id) & (s.user_id == user_id)


def _is_fresh(row: Any) -> bool:
    """Nothing of this row changes by their having written once more."""
    if row.last_seen_at is None or row.blocked_at is not None or row.unreachable:
        return False
    return bool(row.now - row.last_seen_at < SEEN_EVERY)


def _kept(profile: Profile) -> Profile:
    """As the columns hold it: Postgres takes no NUL, and a language code has its bound."""
    return Profile(
        profile.user_id,
        profile.first_name.replace("\0", ""),
        profile.last_name.replace("\0", ""),
        profile.username.replace("\0", ""),
        profile.language_code[:LANGUAGE_CHARACTERS],
    )


def _as_subscriber(row: Any) -> Subscriber:
    return Subscriber(
        Profile(row.user_id, row.first_name, row.last_name, row.username, row.language_code),
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        started_at=row.started_at,
        stopped_at=row.stopped_at,
        blocked_at=row.blocked_at,
        joined_at=row.joined_at,
    )
