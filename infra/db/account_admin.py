"""What owners do to accounts. One owner who may log in is always left."""

from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import NotFound, TransitionRefused
from core.person import Role
from infra.db.accounts import Account, as_account, is_own, known_accounts
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.web_tables import accounts, login_links, sessions

a = accounts.c


class AccountAdmin:
    """One bot's. Each raises NotFound; TransitionRefused where no owner would be left."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def change_role(self, account_id: int, role: Role) -> None:
        """From the next request on. Refused for one of the bot's people."""
        async with self._database.writing() as connection:
            found, owners = await self._locked(connection, account_id)
            if found.user_id is not None:
                raise TransitionRefused(
                    f"{found.name} is one of the bot's people: see /people there"
                )
            if role is not Role.OWNER:
                _leave_one(owners, account_id)
            await self._set(connection, account_id, {"role": role.value})

    async def disable(self, account_id: int) -> None:
        """From the next request on: it is logged out everywhere, and its link is void."""
        async with self._database.writing() as connection:
            _, owners = await self._locked(connection, account_id)
            _leave_one(owners, account_id)
            times = {"disabled_at": func.coalesce(a.disabled_at, utc_now())}
            await self._set(connection, account_id, times)
            await self._log_out(connection, account_id)

    async def enable(self, account_id: int) -> None:
        async with self._database.writing() as connection:
            await self._locked(connection, account_id)
            await self._set(connection, account_id, {"disabled_at": None})

    async def remove(self, account_id: int) -> None:
        """With its sessions and its link. Keys that it has made stay."""
        async with self._database.writing() as connection:
            _, owners = await self._locked(connection, account_id)
            _leave_one(owners, account_id)
            await self._log_out(connection, account_id)
            await connection.execute(delete(accounts).where(is_own(self._bot_id, account_id)))

    async def _locked(
        self, connection: AsyncConnection, account_id: int
    ) -> tuple[Account, set[int]]:
        """The account, and the owners who may log in: all stay as they are until we are done, so
        of two owners who shut each other out at once one stays.
        """
        is_own(self._bot_id, account_id)
        known = known_accounts().where(a.bot_id == self._bot_id).order_by(a.id)
        rows = await connection.execute(known.with_for_update(of=accounts))
        found = {row.id: as_account(row) for row in rows}
        if account_id not in found:
            raise NotFound(f"no account {account_id}")
        owners = {each.id for each in found.values() if _is_open_owner(each)}
        return found[account_id], owners

    async def _set(
        self, connection: AsyncConnection, account_id: int, values: dict[str, Any]
    ) -> None:
        which = is_own(self._bot_id, account_id)
        await connection.execute(update(accounts).where(which).values(**values))

    async def _log_out(self, connection: AsyncConnection, account_id: int) -> None:
        for table in (sessions, login_links):
            await connection.execute(delete(table).where(table.c.account_id == account_id))


def _is_open_owner(account: Account) -> bool:
    return account.role is Role.OWNER and account.disabled_at is None


def _leave_one(owners: set[int], account_id: int) -> None:
    if owners == {account_id}:
        raise TransitionRefused("the last owner stays one; make another first")
