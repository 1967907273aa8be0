"""Who may log in to the web."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import InvalidInput, NotFound
from core.person import Role
from infra.db.bot_tables import people
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.web_tables import accounts, sessions

a, p, s = accounts.c, people.c, sessions.c

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Account:
    """`user_id` is a Telegram user's, None for one who is not of the bot's people; then `role`
    is the person's. `zone` is an IANA name, "" where none was chosen.
    """

    id: int
    name: str
    role: Role
    user_id: int | None
    has_password: bool
    zone: str
    created_at: datetime
    disabled_at: datetime | None
    has_logged_in: bool = False


def parse_name(name: str) -> str:
    """As it is kept; raises InvalidInput."""
    name = name.strip(" ").lower()
    if not NAME.fullmatch(name):
        remedy = "take letters a to z, digits, dots, dashes; 64 at most"
        raise InvalidInput("name", "cannot be a name to log in with", remedy)
    return name


class Accounts:
    """One bot's. Who was one of its people, and is no more, has no account either."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def create(self, name: str, role: Role) -> Account:
        """Raises InvalidInput, for a name that is taken too."""
        values = {"name": parse_name(name), "role": role.value}
        account_id = await self._insert(values)
        if account_id is None:
            raise _taken(values["name"])
        return await self.get(account_id)

    async def of_person(self, user_id: int, username: str) -> Account:
        """That of one of the bot's people, made where there is none. Raises NotFound."""
        candidates = [username.lower(), f"u{user_id}", f"u{user_id}-{secrets.token_hex(2)}"]
        for name in filter(NAME.fullmatch, candidates):
            if (known := await self._one(a.user_id == user_id)) is not None:
                return known
            await self._insert({"name": name, "user_id": user_id})
        if (made := await self._one(a.user_id == user_id)) is None:
            raise NotFound(f"no person {user_id}")
        return made

    async def get(self, account_id: int) -> Account:
        """Raises NotFound."""
        found = await self._one(self._is(account_id))
        if found is None:
            raise NotFound(f"no account {account_id}")
        return found

    async def by_name(self, name: str) -> Account | None:
        name = name.strip(" ").lower()
        return await self._one(a.name == name) if NAME.fullmatch(name) else None

    async def listed(self) -> list[Account]:
        """By name."""
        async with self._database.reading() as connection:
            return [as_account(row) for row in await connection.execute(self._known())]

    async def password_hash(self, account_id: int) -> str:
        """ "" where there is none."""
        query = select(a.password_hash).where(self._is(account_id))
        async with self._database.reading() as connection:
            return await connection.scalar(query) or ""

    async def set_password_hash(
        self, account_id: int, password_hash: str, keep_session: int = 0
    ) -> None:
        """ "" for none. It is logged out everywhere, but for one session.

        Raises NotFound, as the next ones do.
        """
        others = delete(sessions).where(s.account_id == account_id, s.id != keep_session)
        async with self._database.writing() as connection:
            await self._set(connection, account_id, {"password_hash": password_hash or None})
            await connection.execute(others)

    async def renew_password_hash(self, account_id: int, old: str, new: str) -> None:
        """The same password, hashed with today's parameters."""
        same = update(accounts).where(self._is(account_id), a.password_hash == old)
        async with self._database.writing() as connection:
            await connection.execute(same.values(password_hash=new))

    async def choose_zone(self, account_id: int, zone: str) -> None:
        async with self._database.writing() as connection:
            await self._set(connection, account_id, {"zone": zone or None})

    async def rename(self, account_id: int, name: str) -> None:
        """Raises InvalidInput, for a name that is taken too."""
        name = parse_name(name)
        try:
            async with self._database.writing() as connection:
                await self._set(connection, account_id, {"name": name})
        except IntegrityError:
            raise _taken(name) from None

    async def _set(
        self, connection: AsyncConnection, account_id: int, values: dict[str, Any]
    ) -> None:
        statement = update(accounts).where(self._is(account_id)).values(**values)
        if (await connection.execute(statement)).rowcount != 1:
            raise NotFound(f"no account {account_id}")

    async def _insert(self, values: dict[str, Any]) -> int | None:
        """None where the name, or the person, has an account."""
        row = {"bot_id": self._bot_id, **values}
        made = insert(accounts).values(**row, created_at=utc_now()).returning(a.id)
        try:
            async with self._database.writing() as connection:
                return await connection.scalar(made)
        except IntegrityError:
            return None

    async def _one(self, which: Any) -> Account | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(self._known().where(which))).one_or_none()
        return as_account(row) if row is not None else None

    def _known(self) -> Any:
        return known_accounts().where(a.bot_id == self._bot_id).order_by(a.name)

    def _is(self, account_id: int) -> ColumnElement[bool]:
        return is_own(self._bot_id, account_id)


def is_own(bot_id: int, account_id: int) -> ColumnElement[bool]:
    """Raises NotFound for what cannot be an id."""
    if not 1 <= account_id < 2**63:
        raise NotFound(f"no account {account_id}")
    return (a.id == account_id) & (a.bot_id == bot_id)


def _taken(name: str) -> InvalidInput:
    return InvalidInput("name", f"{name!r} is taken", "choose another")


def known_accounts() -> Any:
    """With the role of today; without those whose person is gone."""
    role = func.coalesce(p.role, a.role).label("its_role")
    joined = accounts.outerjoin(people, (p.bot_id == a.bot_id) & (p.user_id == a.user_id))
    there = a.user_id.is_(None) | p.user_id.is_not(None)
    return select(accounts, role).select_from(joined).where(there)


def as_account(row: Any) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.its_role),
        user_id=row.user_id,
        has_password=row.password_hash is not None,
        zone=row.zone or "",
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        has_logged_in=row.logged_in_at is not None,
    )
