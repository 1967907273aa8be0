"""Links that log somebody in, once."""

from sqlalchemy import ColumnElement, delete, insert, select, update

from infra.db.accounts import known_accounts
from infra.db.engine import Database
from infra.db.moments import from_now, utc_now
from infra.db.secrets import hash_of, new_secret
from infra.db.web_tables import accounts, login_links

a, k = accounts.c, login_links.c

VALID_S = 900.0
FIRST_VALID_S = 86_400.0
"""Of the one that the first start prints: nobody need be quick."""


class LoginLinks:
    """One bot's. The code in the link is kept by whom it was given to."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def make(self, account_id: int, valid_s: float = VALID_S) -> str:
        """A new code; those before it, of the same account, are void."""
        code = new_secret()
        values = {"bot_id": self._bot_id, "account_id": account_id, "code_hash": hash_of(code)}
        times = {"made_at": utc_now(), "expires_at": from_now(valid_s)}
        void = delete(login_links).where(
            k.bot_id == self._bot_id, k.account_id == account_id, k.used_at.is_(None)
        )
        async with self._database.writing() as connection:
            await connection.execute(void)
            await connection.execute(insert(login_links).values(**values, **times))
        return code

    async def is_good(self, code: str) -> bool:
        """Whether it would log somebody in."""
        async with self._database.reading() as connection:
            return await connection.scalar(select(k.id).where(*self._good(code))) is not None

    async def use(self, code: str) -> int | None:
        """The account that it logs in; None where it is unknown, used or too old."""
        used = update(login_links).where(*self._good(code)).values(used_at=utc_now())
        async with self._database.writing() as connection:
            return await connection.scalar(used.returning(k.account_id))

    def _good(self, code: str) -> tuple[ColumnElement[bool], ...]:
        own = (k.bot_id == self._bot_id, k.code_hash == hash_of(code))
        let_in = known_accounts().where(a.disabled_at.is_(None)).with_only_columns(a.id)
        open_ = k.account_id.in_(let_in)
        return (*own, k.used_at.is_(None), k.expires_at > utc_now(), open_)
