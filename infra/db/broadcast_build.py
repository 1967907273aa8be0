"""A broadcast's recipients become rows, slice by slice: broken off anywhere, it goes on there."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    Text,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import BroadcastState
from core.errors import TransitionRefused
from core.message import Content, OnUncertain
from infra.db.audiences import BEFORE_ALL, COLUMNS, recipients
from infra.db.broadcast_list import as_called_now, given_up
from infra.db.broadcast_row import BUILDER_S, audience_of
from infra.db.engine import Database
from infra.db.moments import asked_at, from_now, utc_now
from infra.db.new_rows import new_row
from infra.db.records import encoder, records
from infra.db.tables import IS_RECIPIENT, broadcasts, messages
from infra.db.tallies import reopen
from infra.db.upsert import insert_into
from infra.db.zone_lanes import lane_of, write_lanes

SLICE = {"sqlite": 2_000, "postgresql": 10_000}
"""Recipients in a transaction: few enough that other writers wait for milliseconds."""

b, m = broadcasts.c, messages.c


@dataclass(frozen=True, slots=True)
class Slice:
    """Recipients looked at, and rows that were made of them: who has one gets no second."""

    looked: int
    created: int


class BroadcastBuild:
    """Writes the rows of one bot's broadcasts. Two at once do no harm: one waits for the other."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._encode = encoder(database.dialect)
        self._size = SLICE[database.dialect]

    async def audience(self, broadcast_id: int) -> AsyncGenerator[Slice, None]:
        """Make a row for each of its audience that has none yet; each slice is committed when it
        is told. Ends at once where they are all there, or it is cancelled, as it is when the
        audience's list has been deleted: `why` tells then.
        """
        while (done := await self.build(broadcast_id, BUILDER_S)) is not None:
            yield done

    async def chats(
        self, broadcast_id: int, chat_ids: Sequence[str]
    ) -> AsyncGenerator[Slice, None]:
        """Make a row for each of these chats that has none yet; none where it is cancelled.

        It counts as built when this comes to its end, and from its start until then as not built,
        also where it was: another call's end does not change that for longer than a slice takes.

        Raises TransitionRefused where messages of it, long ended, have been removed: to those
        chats it would send twice.
        """
        chats = list(dict.fromkeys(chat_ids))
        for start in range(0, len(chats), self._size):
            part = chats[start : start + self._size]
            async with self._database.writing() as connection:
                row = await self._open(connection, broadcast_id)
                created = await self._add_chats(connection, row, part) if row is not None else 0
            yield Slice(len(part), created)
        async with self._database.writing() as connection:
            row = await self._open(connection, broadcast_id)
            if row is not None and row.built_at is None:
                await self._put(connection, row, {"built_at": utc_now()})

    async def build(self, broadcast_id: int, builder_s: float = 0.0) -> Slice | None:
        """One slice of its audience; None where there is nothing to be done. For `builder_s`
        nobody else takes the next one on.
        """
        unbuilt = (b.id == broadcast_id, b.built_at.is_(None), b.audience.is_not(None))
        async with self._database.writing() as connection:
            row = await self._locked(connection, ~b.closed, *unbuilt)
            return await self._build(connection, row, builder_s) if row is not None else None

    async def abandoned(self) -> Sequence[int]:
        """Broadcasts whose rows nobody writes any more."""
        query = select(b.id).where(to_build(self._bot_id)).order_by(b.id)
        async with self._database.reading() as connection:
            return (await connection.scalars(query)).all()

    async def _build(self, connection: AsyncConnection, row: Any, builder_s: float) -> Slice | None:
        after = row.built_to if row.built_to is not None else BEFORE_ALL
        named = audience_of(row)
        assert named is not None
        audience = await as_called_now(connection, named, row.list_id)
        if audience is None:
            await self._put(connection, row, given_up(row.state, named.list_name))
            return None
        slice_ = recipients(self._bot_id, audience, after, self._size)
        found = slice_.subquery()
        bounds = select(func.count(), func.max(found.c.user_id))
        looked, last = (await connection.execute(bounds)).one()
        created = 0
        if looked:
            # Others may have come by now: the slice ends where it was seen to end.
            whole = slice_.limit(None).where(slice_.selected_columns.user_id <= last)
            if row.own_zones:
                zones = select(whole.subquery().c.zone).distinct()
                await self._write_lanes(connection, row, await connection.scalars(zones))
            source = _recipients(self._database.dialect, whole, row)
            created = await self._insert(connection, row, source, {})
        moved: dict[str, Any] = {"builder_until": from_now(builder_s)}
        moved |= {"built_to": last} if looked else {}
        moved |= {"built_at": utc_now()} if looked < self._size else {}
        await self._put(connection, row, moved)
        return Slice(looked, created)

    async def _put(self, connection: AsyncConnection, row: Any, values: dict[str, Any]) -> None:
        await connection.execute(update(broadcasts).where(b.id == row.id).values(**values))

    async def _add_chats(
        self, connection: AsyncConnection, row: Any, chat_ids: Sequence[str]
    ) -> int:
        if row.built_at is not None:
            await self._put(connection, row, {"built_at": None})
        given = records(self._database.dialect, "chats", {"chat_id": Text()})
        rows = self._encode({"chat_id": chat_id} for chat_id in chat_ids)
        source = select(given.c.chat_id)
        if row.own_zones:  # nothing is known of these chats
            await self._write_lanes(connection, row)
            source = source.add_columns(lane_of(row.id, row.hours_zone).label("lane"))
        return await self._insert(connection, row, source, {"chats": rows})

    async def _write_lanes(
        self, connection: AsyncConnection, row: Any, zones: Iterable[str | None] = ()
    ) -> None:
        await write_lanes(connection, self._database.dialect, row, zones)

    async def _insert(
        self, connection: AsyncConnection, row: Any, source: Select[Any], values: dict[str, Any]
    ) -> int:
        given = source.subquery("given")
        columns = _columns(self._bot_id, row) | {column.name: column for column in given.c}
        statement = (
            insert_into(self._database.dialect, messages)
            # "true": without a WHERE, SQLite takes ON CONFLICT for a join's ON.
            .from_select(list(columns), select(*columns.values()).where(true()))
            .on_conflict_do_nothing(
                index_elements=["broadcast_id", "chat_id"], index_where=IS_RECIPIENT
            )
        )
        created = (await connection.execute(statement, values)).rowcount
        if created:
            this = update(broadcasts).where(b.id == row.id)
            await connection.execute(this.values(total=b.total + created))
            await reopen(connection, [row.id])
        return created

    async def _open(self, connection: AsyncConnection, broadcast_id: int) -> Any:
        """As `_locked`; raises TransitionRefused where it is closed."""
        row = await self._locked(connection, b.id == broadcast_id)
        if row is not None and row.closed:
            problem = f"broadcast {broadcast_id} takes no more chats: some of its messages, long "
            raise TransitionRefused(
                f"{problem}ended, have been removed, and those chats would get it twice; "
                "make a new one with a new key"
            )
        return row

    async def _locked(self, connection: AsyncConnection, *which: ColumnElement[bool]) -> Any:
        """The broadcast's row, kept from being closed, cancelled or built by others meanwhile;
        None where it is cancelled, or none of these.
        """
        its = (b.bot_id == self._bot_id, b.state != BroadcastState.CANCELLED.value)
        query = select(broadcasts, utc_now().label("now")).where(*its, *which)
        return (await connection.execute(query.with_for_update())).one_or_none()


def to_build(bot_id: int) -> ColumnElement[bool]:
    """Its audience has not all got rows, and whoever wrote them is gone; as the index has it."""
    unbuilt = b.built_at.is_(None) & b.audience.is_not(None)
    left = or_(b.builder_until.is_(None), b.builder_until < asked_at())
    goes_on = b.state != BroadcastState.CANCELLED.value
    return (b.bot_id == bot_id) & unbuilt & left & goes_on & ~b.closed


def _columns(bot_id: int, row: Any) -> dict[str, ColumnElement[Any]]:
    """What the broadcast's rows have in common."""
    shared = new_row(
        bot_id,
        row.id,
        cost=Content(row.content["method"], row.content["params"]).cost,
        when=max(row.now, row.wanted_at),
        on_uncertain=OnUncertain(row.on_uncertain),
        max_attempts=row.max_attempts,
        expires_at=row.expires_at,
    )
    # Due already: claims read the broadcast's row, so that no row moves with its start. One moment
    # for all, for SQLite would ask for the time row by row.
    values = shared | dict.fromkeys(("due_at", "turn_at", "created_at"), row.now)
    return {name: literal(value, m[name].type) for name, value in values.items()}


def _recipients(dialect: str, found: Select[Any], row: Any) -> Select[Any]:
    """The chats of these recipients, with the values of the fields that the broadcast asks for,
    and the lanes of their zones where it is cut in lanes.
    """
    each = found.subquery("recipients")
    query = select(cast(each.c.user_id, Text).label("chat_id"))
    if row.own_zones:
        query = query.add_columns(lane_of(row.id, each.c.zone).label("lane"))
    if row.fields is None:
        return query
    make = func.json_object if dialect == "sqlite" else func.json_build_object
    pairs = [part for name in row.fields for part in (cast(name, Text), _value(each, name))]
    return query.add_columns(make(*pairs, type_=JSON).label("personal"))


def _value(each: Any, name: str) -> ColumnElement[Any]:
    own = name in COLUMNS  # others are among the fields of a file
    value: ColumnElement[Any] = each.c[name] if own else each.c.fields[name].as_string()
    return value
