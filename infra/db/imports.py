"""Imports of people that were uploaded: which wait, who works on which, and how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from core.errors import NotFound, TransitionRefused
from infra.db.engine import Database
from infra.db.moments import asked_at, from_now, utc_now
from infra.db.web_tables import imports

LEASE_S = 15.0
"""Heard of no more for so long, whoever works on it is taken for dead."""

ATTEMPTS = 5
"""So many workers may be lost over one: then it is the file."""

PAGE = 50

LOST = "workers were lost over it, again and again; split the file, and look into their logs"

i = imports.c


class ImportState(StrEnum):
    """Where an import stands. Each comment says who moves it on."""

    WAITING = "waiting"  # a worker takes it; a person cancels it
    RUNNING = "running"  # its worker ends it; where that is lost, another begins it anew
    DONE = "done"  # final
    FAILED = "failed"  # final
    CANCELLED = "cancelled"  # final


@dataclass(frozen=True, slots=True)
class NewImport:
    """`stored_as` is its file's name below the folder of imports, `made_by` an account or None."""

    file_name: str
    stored_as: str
    size_bytes: int
    list_name: str
    tags: tuple[str, ...]
    made_by: int | None


@dataclass(frozen=True, slots=True)
class Import:
    """`counts` are those of infra.importing.Progress; `rejects` the first rows that were not
    taken, {"line", "problem"} each. `trouble` says why it failed. Times are UTC.
    """

    id: int
    state: ImportState
    file_name: str
    stored_as: str
    size_bytes: int
    list_name: str
    tags: tuple[str, ...]
    counts: Mapping[str, int]
    rejects: Sequence[Mapping[str, Any]]
    trouble: str
    made_by: int | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def part(self) -> float:
        """How much of the file is read, 0 to 1."""
        if self.state is ImportState.DONE:
            return 1.0
        return min(1.0, self.counts["bytes_read"] / self.size_bytes) if self.size_bytes else 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """An import in the hands of a worker, as long as it is heard of: until `lease_until`."""

    work: Import
    lease_until: datetime


COUNTS = ("bytes_read", "rows", "new", "changed", "unchanged", "repeated", "bad")


class Imports:
    """One bot's."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id

    async def create(self, new: NewImport) -> Import:
        values = {
            "bot_id": self._bot_id,
            "state": ImportState.WAITING.value,
            "file_name": new.file_name,
            "stored_as": new.stored_as,
            "size_bytes": new.size_bytes,
            "list_name": new.list_name or None,
            "tags": list(new.tags),
            "rejects": [],
            "made_by": new.made_by,
            "created_at": utc_now(),
        }
        made = insert(imports).values(**values).returning(imports)
        async with self._database.writing() as connection:
            return _as_import((await connection.execute(made)).one())

    async def get(self, import_id: int) -> Import:
        """Raises NotFound."""
        if not 0 < import_id < 2**63:
            raise NotFound(f"no import {import_id}")
        query = select(imports).where(self._is(import_id))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"no import {import_id}")
        return _as_import(row)

    async def newest(self, limit: int = PAGE, before_id: int | None = None) -> list[Import]:
        """The newest first; `before_id` turns the page."""
        query = select(imports).where(i.bot_id == self._bot_id).order_by(i.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(i.id < before_id)
        async with self._database.reading() as connection:
            return [_as_import(row) for row in await connection.execute(query)]

    async def cancel(self, import_id: int) -> Import:
        """What was written stays. Raises NotFound, or TransitionRefused where it has ended."""
        values = {"state": ImportState.CANCELLED.value, "ended_at": utc_now()}
        these = update(imports).where(self._is(import_id), i.ended_at.is_(None))
        async with self._database.writing() as connection:
            gone = (await connection.execute(these.values(**values))).rowcount == 1
        found = await self.get(import_id)
        if not gone:
            raise TransitionRefused(f"import {import_id} is {found.state}: it has ended")
        return found

    async def take(self) -> Held | None:
        """The first that nobody works on, to be begun; None for none. One that has cost too many
        workers ends here. Takes no lock where there is none.
        """
        free = select(i.id).where(to_take(self._bot_id)).order_by(i.id).limit(1)
        async with self._database.reading() as connection:
            if await connection.scalar(free) is None:
                return None
        values = {
            **dict.fromkeys(COUNTS, 0),
            "state": ImportState.RUNNING.value,
            "rejects": [],
            "attempts": i.attempts + 1,
            "started_at": func.coalesce(i.started_at, utc_now()),
            "lease_until": from_now(LEASE_S),
        }
        async with self._database.writing() as connection:
            lost = (to_take(self._bot_id), i.attempts >= ATTEMPTS)
            await connection.execute(update(imports).where(*lost).values(**_failed(LOST)))
            found = await connection.scalar(free.with_for_update(skip_locked=True))
            this = update(imports).where(i.id == found).values(**values).returning(imports)
            row = (await connection.execute(this)).one_or_none() if found is not None else None
        return Held(_as_import(row), row.lease_until) if row is not None else None

    async def note(
        self, held: Held, counts: Mapping[str, int], rejects: Sequence[Mapping[str, Any]]
    ) -> Held | None:
        """How far it is; None where it is in these hands no more: cancelled, or given to others."""
        values = {**counts, "rejects": list(rejects), "lease_until": from_now(LEASE_S)}
        row = await self._put(held, values)
        return Held(_as_import(row), row.lease_until) if row is not None else None

    async def finish(
        self, held: Held, counts: Mapping[str, int], rejects: Sequence[Mapping[str, Any]]
    ) -> bool:
        """It is done; False as None of `note`."""
        done = {"state": ImportState.DONE.value, "ended_at": utc_now(), "lease_until": None}
        return await self._put(held, {**counts, "rejects": list(rejects), **done}) is not None

    async def fail(self, held: Held, trouble: str) -> bool:
        """It has ended for this reason; False as None of `note`."""
        return await self._put(held, _failed(trouble)) is not None

    async def stored(self) -> set[str]:
        """Names of the files that are still needed."""
        query = select(i.stored_as).where(i.bot_id == self._bot_id, i.ended_at.is_(None))
        async with self._database.reading() as connection:
            return set(await connection.scalars(query))

    async def _put(self, held: Held, values: Mapping[str, Any]) -> Any:
        this = (self._is(held.work.id), i.ended_at.is_(None), i.lease_until == held.lease_until)
        statement = update(imports).where(*this).values(**values).returning(imports)
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).one_or_none()

    def _is(self, import_id: int) -> ColumnElement[bool]:
        return (i.id == import_id) & (i.bot_id == self._bot_id)


def to_take(bot_id: int) -> ColumnElement[bool]:
    """It has not ended, and nobody works on it; as the index of open ones has it."""
    free = or_(i.lease_until.is_(None), i.lease_until < asked_at())
    return and_(i.bot_id == bot_id, i.ended_at.is_(None), free)


def _failed(trouble: str) -> dict[str, Any]:
    ended = {"ended_at": utc_now(), "lease_until": None}
    return {"state": ImportState.FAILED.value, "trouble": trouble, **ended}


def _as_import(row: Any) -> Import:
    return Import(
        id=row.id,
        state=ImportState(row.state),
        file_name=row.file_name,
        stored_as=row.stored_as,
        size_bytes=row.size_bytes,
        list_name=row.list_name or "",
        tags=tuple(row.tags),
        counts={name: getattr(row, name) for name in COUNTS},
        rejects=tuple(row.rejects),
        trouble=row.trouble or "",
        made_by=row.made_by,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )
