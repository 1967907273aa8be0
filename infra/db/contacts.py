"""People whom a file tells of become subscribers, as many at a time as one transaction takes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    Text,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    text,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from core.contact import Contact
from infra.db.audience_tables import list_members, subscriber_tags
from infra.db.bot_tables import Fields, subscribers
from infra.db.engine import Database
from infra.db.moments import now_of
from infra.db.records import plain_encoder, records
from infra.db.tables import UtcTime
from infra.db.upsert import insert_into

s = subscribers.c

GIVEN: dict[str, Any] = {
    "user_id": BigInteger(),
    "first_name": Text(),
    "last_name": Text(),
    "username": Text(),
    "language_code": String(35),
    "zone": String(64),
    "joined_at": UtcTime(),
    "fields": Fields,
}
TELEGRAMS = ("first_name", "last_name", "username", "language_code")
"""What Telegram tells of whoever writes, and knows better than a file."""


class Put(NamedTuple):
    """How many of a batch were new, and how many others had something new."""

    new: int
    changed: int


class Contacts:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._encode = plain_encoder(database.dialect)
        self._upsert = _upsert(database.dialect)
        self._join = _join(database.dialect)
        self._tag = _tag(database.dialect)

    async def put(
        self, contacts: Sequence[Contact], list_id: int | None = None, tags: Iterable[str] = ()
    ) -> Put:
        """Write what is not so already, in one transaction: all of it or nothing.

        No id may come twice. What a contact does not tell stays as it is, and who has stopped
        or blocked the bot remains so. All are put on the list, and get the tags besides their
        own. The second time nothing is written.
        """
        # In the order of ids, as every import: so two of them cannot wait for each other.
        batch = sorted(contacts, key=lambda contact: contact.user_id)
        if not batch:
            return Put(0, 0)
        async with self._database.writing() as connection:
            told = await self._write(connection, batch)
            new = {user_id for user_id, is_new in told if is_new}
            changed = {user_id for user_id, _ in told}
            if list_id is not None:
                changed |= await self._on_list(connection, batch, list_id)
            changed |= await self._tagged(connection, batch, tuple(tags))
        return Put(len(new), len(changed - new))

    async def settle(self) -> None:
        """After many were put. Postgres has figures of its tables only when it has looked at
        them, and plans badly without; by itself it does so within a minute or two.
        """
        if self._database.dialect == "postgresql":
            async with self._database.writing() as connection:
                await connection.execute(text("ANALYZE subscribers, list_members, subscriber_tags"))

    async def _write(
        self, connection: AsyncConnection, batch: Sequence[Contact]
    ) -> list[tuple[int, bool]]:
        """Whom something was written of, and whether they were unknown until now."""
        given = self._encode(map(_record, batch))
        now = await now_of(connection)
        values = {"bot_id": self._bot_id, "now": now, "given": given}
        rows = (await connection.execute(self._upsert, values)).all()
        # Who was known before has been imported before, or has been seen.
        return [(row.user_id, row.imported_at == now and row.first_seen_at is None) for row in rows]

    async def _on_list(
        self, connection: AsyncConnection, batch: Sequence[Contact], list_id: int
    ) -> set[int]:
        given = self._encode({"user_id": contact.user_id} for contact in batch)
        return set(await connection.scalars(self._join, {"list_id": list_id, "given": given}))

    async def _tagged(
        self, connection: AsyncConnection, batch: Sequence[Contact], tags: tuple[str, ...]
    ) -> set[int]:
        pairs = sorted({(tag, each.user_id) for each in batch for tag in (*tags, *each.tags)})
        if not pairs:
            return set()
        given = self._encode({"tag": tag, "user_id": user_id} for tag, user_id in pairs)
        return set(await connection.scalars(self._tag, {"bot_id": self._bot_id, "given": given}))


def _record(contact: Contact) -> Mapping[str, Any]:
    return {
        "user_id": contact.user_id,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "username": contact.username,
        "language_code": contact.language,
        "zone": contact.zone or None,
        "joined_at": contact.joined_at,
        "fields": contact.fields,
    }


def _upsert(dialect: str) -> Any:
    """Binds bot_id, now, given. Gives user_id, imported_at, first_seen_at of each row that it has
    written: plain columns, for SQLite 3.40 answers `first_seen_at IS NULL` here as if it were not.
    """
    given = records(dialect, "given", GIVEN)
    now = bindparam("now", type_=UtcTime)
    told: dict[str, Any] = {name: given.c[name] for name in GIVEN}
    told["fields"] = _as_stored(dialect, told["fields"])
    told["joined_at"] = func.coalesce(told["joined_at"], now)
    values = {"bot_id": bindparam("bot_id", type_=BigInteger), **told, "imported_at": now}
    rows = select(*values.values()).where(true())
    statement = insert_into(dialect, subscribers).from_select(list(values), rows)
    news = _news(dialect, statement.excluded)
    differs = or_(*(s[name].is_distinct_from(value) for name, value in news.items()))
    return statement.on_conflict_do_update(
        index_elements=["bot_id", "user_id"], set_=news, where=differs
    ).returning(s.user_id, s.imported_at, s.first_seen_at)


def _news(dialect: str, told: Any) -> dict[str, ColumnElement[Any]]:
    """Each column as it is to be where the row is there already."""
    # A file that tells no date has `joined_at` as of the import.
    tells_date = told.joined_at != told.imported_at
    return {
        **{name: _unless_seen(s[name], told[name]) for name in TELEGRAMS},
        "zone": func.coalesce(told.zone, s.zone),
        "fields": _merged(dialect, told.fields),
        "joined_at": case((tells_date, told.joined_at), else_=_first(s.joined_at, told.joined_at)),
        "imported_at": _first(s.imported_at, told.imported_at),
    }


def _unless_seen(present: Any, told: Any) -> ColumnElement[Any]:
    """What Telegram has told stays; what a file told gives way to what a file tells."""
    stays = or_(s.last_seen_at.is_not(None), told == "")
    return case((stays, present), else_=told)


def _first(present: Any, told: Any) -> ColumnElement[Any]:
    return func.coalesce(present, told)


def _merged(dialect: str, told: Any) -> ColumnElement[Any]:
    """Fields that are told take the place of those of the same name; the others stay."""
    if dialect == "postgresql":
        return s.fields.op("||", return_type=JSONB())(told)
    return type_coerce(func.json_patch(s.fields, told), Text())


def _as_stored(dialect: str, fields: Any) -> ColumnElement[Any]:
    """SQLite compares JSON as it is spelt: each is kept in SQLite's own spelling."""
    return cast(fields, JSONB) if dialect == "postgresql" else type_coerce(fields, Text())


def _join(dialect: str) -> Any:
    """Binds list_id, given. Gives the user_id of each who was not on it."""
    given = records(dialect, "given", {"user_id": BigInteger()})
    rows = select(bindparam("list_id", type_=BigInteger), given.c.user_id).where(true())
    statement = insert_into(dialect, list_members).from_select(["list_id", "user_id"], rows)
    return statement.on_conflict_do_nothing().returning(list_members.c.user_id)


def _tag(dialect: str) -> Any:
    """Binds bot_id, given. Gives the user_id of each tag that somebody did not have."""
    given = records(dialect, "given", {"tag": String(64), "user_id": BigInteger()})
    whose = bindparam("bot_id", type_=BigInteger)
    rows = select(whose, given.c.tag, given.c.user_id).where(true())
    columns = ["bot_id", "tag", "user_id"]
    statement = insert_into(dialect, subscriber_tags).from_select(columns, rows)
    return statement.on_conflict_do_nothing().returning(subscriber_tags.c.user_id)
