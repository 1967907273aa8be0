"""Saved lists of subscribers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from core.contact import parse_list_name
from core.errors import InvalidInput, NotFound
from infra.db.audience_tables import list_members, lists
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.upsert import insert_into

c, of = lists.c, list_members.c

SLICE = 5_000


@dataclass(frozen=True, slots=True)
class SavedList:
    """`members` counts all that are on it, whether or not they may be written to."""

    id: int
    name: str
    members: int
    created_at: datetime


class Lists:
    """One bot's. Names are as `parse_list_name` gives them."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def create(self, name: str) -> SavedList:
        """The list of this name, made if there is none. Raises InvalidInput."""
        name = parse_list_name(name)
        made = insert_into(self._database.dialect, lists).values(
            bot_id=self._bot_id, name=name, created_at=utc_now()
        )
        async with self._database.writing() as connection:
            await connection.execute(made.on_conflict_do_nothing(index_elements=["bot_id", "name"]))
        return await self.find(name)

    async def find(self, name: str) -> SavedList:
        """Raises NotFound."""
        found = await self._one(c.name == " ".join(name.split()))
        if found is None:
            raise _no_list(name)
        return found

    async def get(self, list_id: int) -> SavedList:
        """Raises NotFound."""
        found = await self._one(c.id == list_id) if 0 < list_id < 2**63 else None
        if found is None:
            raise NotFound(f"no list {list_id}")
        return found

    async def listed(self) -> list[SavedList]:
        """All of them, by name."""
        query = self._counted().order_by(func.lower(c.name), c.id)
        async with self._database.reading() as connection:
            return [_as_list(row) for row in await connection.execute(query)]

    async def rename(self, name: str, new: str) -> SavedList:
        """Raises NotFound, and InvalidInput where another has the name."""
        new = parse_list_name(new)
        this = update(lists).where(c.bot_id == self._bot_id, c.name == " ".join(name.split()))
        try:
            async with self._database.writing() as connection:
                if (await connection.execute(this.values(name=new))).rowcount == 0:
                    raise _no_list(name)
        except IntegrityError:
            raise InvalidInput("list", f"{new!r} is there already", "choose a free name") from None
        return await self.find(new)

    async def delete(self, name: str) -> None:
        """The list is gone at once; those who were on it stay subscribers. Raises NotFound."""
        await self.drop(name)
        async for _ in self.sweep():
            pass

    async def drop(self, name: str) -> None:
        """The list is gone, and nothing else: `sweep` removes what it has left."""
        this = delete(lists).where(c.bot_id == self._bot_id, c.name == " ".join(name.split()))
        async with self._database.writing() as connection:
            if (await connection.execute(this)).rowcount == 0:
                raise _no_list(name)

    async def sweep(self) -> AsyncIterator[int]:
        """Remove what deleted lists have left, a slice at a time; how many rows each.

        What a kill has left of one goes with the next.
        """
        without = select(of.list_id).distinct().where(of.list_id.not_in(select(c.id)))
        async with self._database.reading() as connection:
            left = list(await connection.scalars(without))
        for list_id in left:
            some = select(of.user_id).where(of.list_id == list_id).limit(SLICE)
            gone = delete(list_members).where(of.list_id == list_id, of.user_id.in_(some))
            removed = SLICE
            while removed == SLICE:
                async with self._database.writing() as connection:
                    removed = (await connection.execute(gone)).rowcount
                yield removed

    async def _one(self, which: Any) -> SavedList | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(self._counted().where(which))).one_or_none()
        return _as_list(row) if row is not None else None

    def _counted(self) -> Any:
        members = select(func.count()).where(of.list_id == c.id).scalar_subquery()
        return select(lists, members.label("members")).where(c.bot_id == self._bot_id)


def _no_list(name: str) -> NotFound:
    return NotFound(f"no list {name[:64]!r}; `analyticbot audience lists` shows those there are")


def _as_list(row: Any) -> SavedList:
    return SavedList(row.id, row.name, row.members, row.created_at)
