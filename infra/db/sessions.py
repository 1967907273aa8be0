"""Who is logged in to the web, from which browser."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from core.errors import NotFound
from infra.db.accounts import Account, as_account, known_accounts
from infra.db.engine import Database
from infra.db.moments import from_now, utc_now, within
from infra.db.secrets import hash_of, new_secret
from infra.db.web_tables import accounts, sessions

a, s = accounts.c, sessions.c

LASTS_S = 30 * 86_400.0
"""Since it was seen last."""

SEEN_EVERY_S = 60.0
AGENT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Session:
    """`unseen`: that it is seen now is to be written down."""

    id: int
    account: Account
    agent: str
    created_at: datetime
    seen_at: datetime
    unseen: bool = False


class Sessions:
    """One bot's. The token is in the browser's cookie alone."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def open(self, account_id: int, agent: str) -> str:
        """The token of a new one."""
        token = new_secret()
        values = {"bot_id": self._bot_id, "account_id": account_id, "token_hash": hash_of(token)}
        times = {"created_at": utc_now(), "seen_at": utc_now(), "expires_at": from_now(LASTS_S)}
        told = {"agent": agent[:AGENT_CHARACTERS]}
        async with self._database.writing() as connection:
            await connection.execute(insert(sessions).values(**values, **times, **told))
            await connection.execute(
                update(accounts)
                .where(a.id == account_id, a.logged_in_at.is_(None))
                .values(logged_in_at=utc_now())
            )
        return token

    async def find(self, token: str) -> Session | None:
        """None where there is none, or it is over, or its account is shut out."""
        query = (
            known_accounts()
            .join(sessions, s.account_id == a.id)
            .add_columns(
                s.id.label("session_id"),
                *(s.agent, s.created_at.label("opened_at"), s.seen_at),
                (s.seen_at < within(-SEEN_EVERY_S)).label("unseen"),
            )
            .where(s.bot_id == self._bot_id, s.token_hash == hash_of(token))
            .where(s.expires_at > utc_now(), a.disabled_at.is_(None))
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        times = (row.opened_at, row.seen_at, bool(row.unseen))
        return Session(row.session_id, as_account(row), row.agent, *times)

    async def see(self, session_id: int) -> None:
        """It is seen now, and lasts as long again."""
        seen = update(sessions).where(s.id == session_id)
        times = {"seen_at": utc_now(), "expires_at": from_now(LASTS_S)}
        async with self._database.writing() as connection:
            await connection.execute(seen.values(**times))

    async def listed(self, account: Account) -> list[Session]:
        """Those of one account that are not over; seen last first."""
        query = select(s.id, s.agent, s.created_at, s.seen_at).where(
            s.bot_id == self._bot_id, s.account_id == account.id, s.expires_at > utc_now()
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(query.order_by(s.seen_at.desc(), s.id.desc()))
            return [Session(row.id, account, *row[1:]) for row in rows]

    async def close(self, session_id: int, account_id: int) -> None:
        """One of this account's. Raises NotFound."""
        known = 1 <= session_id < 2**63
        if not known or not await self._delete(s.id == session_id, s.account_id == account_id):
            raise NotFound(f"no session {session_id}")

    async def close_others(self, session_id: int, account_id: int) -> int:
        """All of this account's but for one; how many."""
        return await self._delete(s.id != session_id, s.account_id == account_id)

    async def leave(self, token: str) -> None:
        """Whoever had this token logs in anew."""
        await self._delete(s.token_hash == hash_of(token))

    async def _delete(self, *which: Any) -> int:
        statement = delete(sessions).where(s.bot_id == self._bot_id, *which)
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount
