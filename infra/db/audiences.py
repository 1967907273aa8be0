"""Who is in an audience, a page at a time, how many they are, and the widest that they have."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, not_, or_, select

from core.audience import Audience
from infra.db.audience_tables import list_members, lists, subscriber_tags
from infra.db.bot_tables import subscribers
from infra.db.engine import Database
from infra.db.lists import Lists
from infra.db.reach import is_reached

s, of = subscribers.c, list_members.c
driving = subscriber_tags.alias("driving")

BEFORE_ALL = -(2**63)
"""Less than any id: those of groups are negative."""

COLUMNS = {
    "first_name": s.first_name,
    "last_name": s.last_name,
    "username": s.username,
    "language_code": s.language_code,
    "zone": s.zone,
}
"""What can be asked for by name besides the fields of a file."""

TOLD = (
    *(s.user_id, s.first_name, s.last_name, s.username, s.language_code),
    *(s.fields, s.zone),
)
"""Columns of a recipient."""

WIDTH = 10_000_000
"""Added to a length it gives numbers that are equally long, and so in the order of texts."""


def members(bot_id: int, audience: Audience) -> Select[Any]:
    """The rows of subscribers that the filter lets through, whether or not they are reached, in
    no order. Nobody where there is no such list.
    """
    query = select(subscribers).where(s.bot_id == bot_id, s.joined_at.is_not(None))
    leads = _id_of(audience)
    if leads is s.user_id:
        return query.where(*_conditions(bot_id, audience))
    query = query.select_from(leads.table.join(subscribers, s.user_id == leads))
    if audience.list_name:
        query = query.where(of.list_id == _list_id(bot_id, audience))
        return query.where(*_conditions(bot_id, replace(audience, list_name="")))
    query = query.where(driving.c.bot_id == bot_id, driving.c.tag == audience.tags[0])
    return query.where(*_conditions(bot_id, replace(audience, tags=audience.tags[1:])))


def reached(bot_id: int, audience: Audience) -> Select[Any]:
    """Those of its members who may be written to."""
    by_index = _id_of(audience) is s.user_id
    return members(bot_id, audience).where(*is_reached(by_index=by_index))


def tags_of(bot_id: int, audience: Audience) -> Select[Any]:
    """A row for each tag of those of its members who may be written to."""
    theirs = reached(bot_id, audience).with_only_columns(s.user_id, maintain_column_froms=True)
    ids = theirs.subquery("theirs")
    query = select(subscriber_tags).join(ids, ids.c.user_id == subscriber_tags.c.user_id)
    return query.where(subscriber_tags.c.bot_id == bot_id)


def page(
    bot_id: int, audience: Audience, after: int = BEFORE_ALL, limit: int | None = None
) -> Select[Any]:
    """The next of its members behind the id `after`, by their ids."""
    return _paged(members(bot_id, audience), audience, after, limit)


def end_of(bot_id: int, audience: Audience, after: int, rows: int) -> Select[Any]:
    """The last id of the next so many that the filter has to look at, for a page that costs the
    same whoever is let through; nothing where there are fewer.
    """
    leads = _id_of(audience)
    query = select(leads).where(leads > after).order_by(leads).offset(rows - 1).limit(1)
    if leads is s.user_id:
        return query.where(s.bot_id == bot_id)
    if audience.list_name:
        return query.where(of.list_id == _list_id(bot_id, audience))
    return query.where(driving.c.bot_id == bot_id, driving.c.tag == audience.tags[0])


def recipients(
    bot_id: int, audience: Audience, after: int = BEFORE_ALL, limit: int | None = None
) -> Select[Any]:
    """The next of those who may be written to, as `page`: user_id, first_name, last_name,
    username, language_code, fields, zone.
    """
    query = _paged(reached(bot_id, audience), audience, after, limit)
    return query.with_only_columns(*TOLD, maintain_column_froms=True)


class Audiences:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self.lists = Lists(database, bot_id)

    async def check(self, audience: Audience) -> None:
        """Raises NotFound for a list that there is not."""
        if audience.list_name:
            await self.lists.find(audience.list_name)

    async def count(self, audience: Audience) -> int:
        """How many may be written to. Raises NotFound, as `check`."""
        await self.check(audience)
        query = reached(self._bot_id, audience)
        query = query.with_only_columns(func.count(), maintain_column_froms=True)
        async with self._database.reading() as connection:
            return await connection.scalar(query) or 0

    async def longest(self, audience: Audience, names: Iterable[str]) -> dict[str, str]:
        """For each column or field the longest value that somebody has who may be written to;
        "" where nobody has any. Raises NotFound, as `check`.
        """
        await self.check(audience)
        wanted = list(dict.fromkeys(names))
        if not wanted:
            return {}
        widest = [_widest(name) for name in wanted]
        query = reached(self._bot_id, audience)
        query = query.with_only_columns(*widest, maintain_column_froms=True)
        async with self._database.reading() as connection:
            found = (await connection.execute(query)).one()
        digits = len(str(WIDTH))
        return {name: (each or "")[digits:] for name, each in zip(wanted, found, strict=True)}

    async def known(self, user_id: int) -> dict[str, Any]:
        """What the ledger knows of this one: columns and fields by name; nothing of a stranger."""
        query = page(self._bot_id, Audience()).where(s.user_id == user_id)
        query = query.with_only_columns(*TOLD, maintain_column_froms=True)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (
            {**(row.fields or {}), **{name: getattr(row, name) for name in COLUMNS}} if row else {}
        )

    async def field_names(self, audience: Audience) -> list[str]:
        """What the fields are called that any member has, reached or not. Looks at all of them."""
        keys = _keys(self._database.dialect)
        everybody = members(self._bot_id, audience)
        query = everybody.with_only_columns(keys.c.key, maintain_column_froms=True).distinct()
        async with self._database.reading() as connection:
            return sorted(await connection.scalars(query))


def _keys(dialect: str) -> Any:
    """A row for each field of a subscriber."""
    of_row = func.jsonb_object_keys if dialect == "postgresql" else func.json_each
    keys = of_row(s.fields).table_valued("key", name="told", joins_implicitly=True)
    return keys.render_derived() if dialect == "postgresql" else keys


def _id_of(audience: Audience) -> Any:
    """The column that leads: a list, or a tag, is often much shorter than all subscribers."""
    if audience.list_name:
        return of.user_id
    return driving.c.user_id if audience.tags else s.user_id


def _paged(query: Select[Any], audience: Audience, after: int, limit: int | None) -> Select[Any]:
    leads = _id_of(audience)
    return query.where(leads > after).order_by(leads).limit(limit)


def _conditions(bot_id: int, audience: Audience) -> Iterable[ColumnElement[bool]]:
    """Of a row of subscribers."""
    if audience.list_name:
        yield _has(list_members, of.list_id == _list_id(bot_id, audience), of.user_id)
    yield from (_has_one(bot_id, (tag,)) for tag in audience.tags)
    if audience.any_tags:
        yield _has_one(bot_id, audience.any_tags)
    if audience.without_tags:
        yield not_(_has_one(bot_id, audience.without_tags))
    if audience.languages:
        yield or_(*map(_speaks, audience.languages))
    if audience.joined_since is not None:
        yield s.joined_at >= audience.joined_since
    if audience.joined_until is not None:
        yield s.joined_at < audience.joined_until


def _list_id(bot_id: int, audience: Audience) -> Any:
    named = (lists.c.bot_id == bot_id) & (lists.c.name == audience.list_name)
    return select(lists.c.id).where(named).scalar_subquery()


def _has_one(bot_id: int, tags: tuple[str, ...]) -> ColumnElement[bool]:
    t = subscriber_tags.alias("looked_up")
    return _has(t, (t.c.bot_id == bot_id) & t.c.tag.in_(tags), t.c.user_id)


def _has(table: Any, condition: ColumnElement[bool], user_id: Any) -> ColumnElement[bool]:
    """Looked up in the table's key for each row of subscribers. An EXISTS would be made a join,
    which a Postgres that has no figures of the table yet does as slowly as can be.
    """
    one = select(literal(1)).select_from(table).where(condition, user_id == s.user_id)
    return one.limit(1).correlate(subscribers).scalar_subquery().is_not(None)


def _speaks(language: str) -> ColumnElement[bool]:
    """ "pt" is spoken by who has "pt-br", too."""
    told = func.lower(s.language_code)
    return (told == language) | told.like(f"{language}-%")


def _widest(name: str) -> Any:
    """The longest value behind its length: so one pass finds those of all names."""
    value = COLUMNS[name] if name in COLUMNS else s.fields[name].as_string()
    told = func.coalesce(value, "")
    return func.max(cast(literal(WIDTH) + func.length(told), Text).concat(told))
