"""One-time codes that let people in."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.person import Admission, Role
from infra.db.bot_tables import invites, people
from infra.db.engine import Database
from infra.db.moments import from_now, utc_now
from infra.db.upsert import insert_into

i, p = invites.c, people.c

VALID_S = 24 * 3600.0
CODE_BYTES = 12
"""96 bits: nobody guesses one within its day."""


def new_code() -> str:
    """Letters that Telegram allows in a link t.me/BOT?start=CODE."""
    return secrets.token_urlsafe(CODE_BYTES)


class Invites:
    """One bot's. Of a code only the hash is kept."""

    def __init__(self, database: Database, bot_id: int, code: Callable[[], str] = new_code) -> None:
        self._database, self._bot_id, self._code = database, bot_id, code

    async def make(self, role: Role, made_by: int | None) -> str:
        """A code that makes one person that, within a day. None made it: it is the console's,
        and the console's last one that nobody has used is void from now on.
        """
        code = self._code()
        void = (i.bot_id == self._bot_id) & i.made_by.is_(None) & i.used_by.is_(None)
        values = {"bot_id": self._bot_id, "code_hash": _hash(code), "role": role.value}
        times = {"made_at": utc_now(), "expires_at": from_now(VALID_S)}
        async with self._database.writing() as connection:
            if made_by is None:
                await connection.execute(delete(invites).where(void))
            await connection.execute(insert(invites).values(**values, made_by=made_by, **times))
        return code

    async def accept(self, code: str, user_id: int) -> tuple[Admission, Role | None]:
        """Let the user in who brings this code; who has a role already keeps the greater one.

        Whoever used it may bring it again as long as they belong here: nothing happens twice.
        """
        async with self._database.writing() as connection:
            taken = (await connection.execute(self._take(code, user_id))).one_or_none()
            if taken is None:
                return await self._refuse(connection, code, user_id)
            return Admission.ACCEPTED, await self._admit(connection, taken, user_id)

    def _take(self, code: str, user_id: int) -> Any:
        return (
            update(invites)
            .where(self._is(code), i.used_by.is_(None), i.expires_at > utc_now())
            .values(used_by=user_id, used_at=utc_now())
            .returning(i.role, i.made_by)
        )

    async def _admit(self, connection: AsyncConnection, taken: Any, user_id: int) -> Role:
        role = Role(taken.role).or_more(await self._role_of(connection, user_id))
        values = {"bot_id": self._bot_id, "user_id": user_id, "role": role.value}
        statement = (
            insert_into(self._database.dialect, people)
            .values(**values, invited_by=taken.made_by, joined_at=utc_now())
            .on_conflict_do_update(index_elements=["bot_id", "user_id"], set_={"role": role.value})
        )
        await connection.execute(statement)
        return role

    async def _refuse(
        self, connection: AsyncConnection, code: str, user_id: int
    ) -> tuple[Admission, Role | None]:
        row = (await connection.execute(select(i.used_by).where(self._is(code)))).one_or_none()
        if row is None:
            return Admission.UNKNOWN, None
        if row.used_by is None:
            return Admission.EXPIRED, None
        role = await self._role_of(connection, user_id) if row.used_by == user_id else None
        return (Admission.ACCEPTED, role) if role else (Admission.USED, None)

    async def _role_of(self, connection: AsyncConnection, user_id: int) -> Role | None:
        mine = (p.bot_id == self._bot_id) & (p.user_id == user_id)
        role = await connection.scalar(select(p.role).where(mine).with_for_update())
        return Role(role) if role else None

    def _is(self, code: str) -> Any:
        return (i.bot_id == self._bot_id) & (i.code_hash == _hash(code))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
