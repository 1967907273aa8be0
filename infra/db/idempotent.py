"""Answers to requests with an Idempotency-Key: one request is worked on, and the others under its
key are answered alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from infra.db.engine import Database
from infra.db.moments import from_now, utc_now, within
from infra.db.removal import removed
from infra.db.upsert import insert_into
from infra.db.web_tables import idempotent_answers

a = idempotent_answers.c

KEPT_S = 86_400.0
LEASE_S = 60.0
"""Whoever has not said for so long that he works on it is believed to be dead."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`fingerprint` tells the request from others that its caller makes under the same key."""

    caller: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Mine:
    """The request is to be worked on by whoever is told this. `at` proves it."""

    asked: Asked
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What there is under the key. `status` is None while somebody works on it; `body` is None
    where it was not to be kept.
    """

    fingerprint: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes | None


class IdempotentAnswers:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def begin(self, asked: Asked) -> Mine | Kept:
        """Of however many at the same time, one gets Mine."""
        async with self._database.writing() as connection:
            mine = (await connection.execute(self._begin(asked))).one_or_none()
            if mine is not None:
                return Mine(asked, mine.created_at)
            # It cannot go meanwhile: the insert that found it has locked it.
            row = (
                await connection.execute(select(idempotent_answers).where(*self._of(asked)))
            ).one()
        return Kept(row.fingerprint, row.status, row.headers or {}, row.body)

    async def renew(self, mine: Mine) -> Mine | None:
        """It is still worked on; None where another has taken it over."""
        statement = self._while(mine).values(created_at=utc_now()).returning(a.created_at)
        async with self._database.writing() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return Mine(mine.asked, row.created_at) if row is not None else None

    async def keep(
        self, mine: Mine, status: int, headers: Mapping[str, str], body: bytes | None
    ) -> None:
        """The answer; nothing where another has taken it over."""
        values = {"status": status, "headers": dict(headers), "body": body}
        async with self._database.writing() as connection:
            await connection.execute(self._while(mine).values(**values, created_at=utc_now()))

    async def forget(self, mine: Mine) -> None:
        """Nothing was done: the key is free."""
        statement = delete(idempotent_answers).where(*self._held(mine))
        async with self._database.writing() as connection:
            await connection.execute(statement)

    async def clean(self) -> int:
        """Remove what is older than a day; how many."""
        old = (a.bot_id == self._bot_id, a.created_at < within(-KEPT_S))
        return sum([n async for n in removed(self._database, idempotent_answers, *old)])

    def _begin(self, asked: Asked) -> Any:
        """Take a key that is new, or too old to count, or of one who has died over this request."""
        fresh = {"status": None, "headers": None, "body": None, "fingerprint": asked.fingerprint}
        dead = (
            a.status.is_(None)
            & (a.created_at < from_now(-LEASE_S))
            & (a.fingerprint == asked.fingerprint)
        )
        return (
            insert_into(self._database.dialect, idempotent_answers)
            .values(bot_id=self._bot_id, caller=asked.caller, key=asked.key, **fresh)
            .values(created_at=utc_now())
            .on_conflict_do_update(
                index_elements=["bot_id", "caller", "key"],
                set_={**fresh, "created_at": utc_now()},
                where=dead | (a.created_at < from_now(-KEPT_S)),
            )
            .returning(a.created_at)
        )

    def _while(self, mine: Mine) -> Any:
        return update(idempotent_answers).where(*self._held(mine))

    def _held(self, mine: Mine) -> tuple[Any, ...]:
        return (*self._of(mine.asked), a.status.is_(None), a.created_at == mine.at)

    def _of(self, asked: Asked) -> tuple[Any, ...]:
        return (a.bot_id == self._bot_id, a.caller == asked.caller, a.key == asked.key)
