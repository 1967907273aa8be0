"""Keys by which programs use the API."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select, update

from core.errors import InvalidInput, NotFound
from core.scope import Scope
from infra.db.engine import Database
from infra.db.moments import utc_now, within
from infra.db.records import encoder, moment_of, records
from infra.db.secrets import hash_of, new_secret
from infra.db.web_tables import api_keys
from infra.grouping import Grouped

k = api_keys.c

MARK = "ab_"
"""How each begins: so that one that leaks is found."""

PREFIX_CHARACTERS = 9
NAME_CHARACTERS = 64
USED_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`prefix` is how the secret begins. `unused`: that it is used now is to be written down."""

    id: int
    name: str
    prefix: str
    scope: Scope
    made_by: int | None
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    unused: bool = False


class ApiKeys:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        dialect = database.dialect
        self._encode, self._moment = encoder(dialect), moment_of(dialect)
        self._known = database.prepared(lambda: _known(dialect))
        self._finds = Grouped(self._find)

    async def make(self, name: str, scope: Scope, made_by: int | None) -> tuple[ApiKey, str]:
        """A new one, and its secret, which nobody can be told again. Raises InvalidInput."""
        name, secret = _parse_name(name), MARK + new_secret()
        values = {"bot_id": self._bot_id, "name": name, "scope": scope.value, "made_by": made_by}
        kept = {"prefix": secret[:PREFIX_CHARACTERS], "secret_hash": hash_of(secret)}
        made = insert(api_keys).values(**values, **kept, created_at=utc_now()).returning(api_keys)
        async with self._database.writing() as connection:
            return _as_key((await connection.execute(made)).one()), secret

    async def find(self, secret: str) -> ApiKey | None:
        """None where there is none, or it is revoked."""
        return await self._finds(hash_of(secret))

    async def _find(self, hashes: list[str]) -> list[ApiKey | None]:
        asked = self._encode({"secret_hash": each} for each in set(hashes))
        rows = await self._database.look(self._known, bot_id=self._bot_id, asked=asked)
        found = {row[0]: self._key(*row[1:]) for row in rows}
        return [found.get(each) for each in hashes]

    def _key(
        self, id_: int, name: str, prefix: str, scope: str, made_by: int | None, *times: Any
    ) -> ApiKey:
        made_at, used_at, unused = times
        created, used = self._moment(made_at), used_at and self._moment(used_at)
        told = (created, used, None, bool(unused))
        return ApiKey(id_, name, prefix, Scope(scope), made_by, *told)

    async def note_use(self, key_id: int) -> None:
        """It is used now."""
        await self._set(key_id, {"last_used_at": utc_now()})

    async def listed(self) -> list[ApiKey]:
        """The last ones first, revoked ones too."""
        query = select(api_keys).where(k.bot_id == self._bot_id).order_by(k.id.desc())
        async with self._database.reading() as connection:
            return [_as_key(row) for row in await connection.execute(query)]

    async def revoke(self, key_id: int) -> None:
        """From the next request on. Raises NotFound."""
        known = 1 <= key_id < 2**63
        if not known or not await self._set(
            key_id, {"revoked_at": func.coalesce(k.revoked_at, utc_now())}
        ):
            raise NotFound(f"no key {key_id}")

    async def _set(self, key_id: int, values: dict[str, Any]) -> bool:
        statement = update(api_keys).where(k.bot_id == self._bot_id, k.id == key_id)
        async with self._database.writing() as connection:
            return (await connection.execute(statement.values(**values))).rowcount == 1


@cache
def _known(dialect: str) -> Select[Any]:
    """Those of these secrets' hashes, each with whether its use is to be written down."""
    asked = records(dialect, "asked", {"secret_hash": k.secret_hash.type}).c
    unused = k.last_used_at.is_(None) | (k.last_used_at < within(-USED_EVERY_S))
    columns = (k.id, k.name, k.prefix, k.scope, k.made_by, k.created_at, k.last_used_at)
    its = (k.bot_id == bindparam("bot_id"), k.secret_hash == asked.secret_hash)
    return select(k.secret_hash, *columns, unused).where(*its, k.revoked_at.is_(None))


def _parse_name(name: str) -> str:
    name = name.strip(" ")
    if not 1 <= len(name) <= NAME_CHARACTERS or not name.isprintable():
        raise InvalidInput("name", f"is not a name of 1 to {NAME_CHARACTERS} characters")
    return name


def _as_key(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scope=Scope(row.scope),
        made_by=row.made_by,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
