"""A walk through what a way of listing.py reads, from a place on: a window of rows at a time."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, SmallInteger, Text, case, cast, literal, null, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from core.errors import InvalidInput
from core.message import Content
from infra.db.listing_ways import Source, Wanted, Way
from infra.db.tables import UtcTime, broadcasts, from_microseconds, messages, to_microseconds

m = messages.c

MOST_ROWS = 8_000
"""So many are looked at for one page; what no index serves is then searched on in the next."""
WINDOW = 2_000

SMALL_BITS = 15
"""Of a SmallInteger, besides its sign."""

Place = tuple[int | str, ...]
"""Where a page ended: the way's name, the step's, and the keys of its last row."""


class Walk:
    """From a place on, until the page is full, all is seen or enough has been read."""

    def __init__(
        self,
        connection: AsyncConnection,
        way: Way,
        wanted: Wanted,
        fits: ColumnElement[bool],
        limit: int,
    ) -> None:
        self._connection, self._way, self._limit = connection, way, limit
        self._q = wanted.q.casefold()
        self._shared: dict[int, str] = {}
        self._columns = [m.id, fits.label("fits")]
        if self._q:
            own = case((fits, cast(m.content, Text)), else_=null()).label("content")
            self._columns += [m.broadcast_id, own]
        self._read = 0
        self.found: list[int] = []
        self.next: Place | None = None

    async def go(self, after: Place | None) -> None:
        name, keys = self._begin(after)
        for step in self._way.steps:
            if step.name < name:
                continue
            there = keys if step.name == name else None
            if await self._through([self._stream(each, there) for each in step.sources], step.name):
                return

    async def _through(self, streams: Sequence["_Stream"], name: str) -> bool:
        """Whether the walk ends here."""
        here: Place = ()
        choose = max if self._way.falling else min
        while heads := [each for each in streams if await each.has_more(self._connection)]:
            if self._read == MOST_ROWS:
                self.next = (self._way.name, name, *here)
                return True
            row = choose(heads, key=lambda each: each.head).take()
            self._read += 1
            if row.fits and await self._holds(row):
                if len(self.found) == self._limit:
                    self.next = self._last
                    return True
                self.found.append(row.id)
                self._last: Place = (self._way.name, name, *_place(row[-self._width :]))
            here = _place(row[-self._width :])
        return False

    @property
    def _width(self) -> int:
        return len(self._way.keys)

    def _stream(self, source: Source, after: Sequence[Any] | None) -> "_Stream":
        return _Stream(self._columns, source, self._way, after, self._limit + 1)

    def _begin(self, after: Place | None) -> tuple[str, Sequence[Any] | None]:
        if after is None:
            return "", None
        name, step, *keys = after if len(after) in (2, self._width + 2) else ("", "")
        if name != self._way.name or not isinstance(step, str):
            raise _another()
        if not keys:
            return step, None
        return step, [_value(key, each) for key, each in zip(self._way.keys, keys, strict=True)]

    async def _holds(self, row: Any) -> bool:
        if not self._q:
            return True
        if row.content is not None:
            return self._q in _text(orjson.loads(row.content))
        if row.broadcast_id not in self._shared:
            query = select(broadcasts.c.content).where(broadcasts.c.id == row.broadcast_id)
            content = await self._connection.scalar(query)
            self._shared[row.broadcast_id] = _text(content) if content else ""
        return self._q in self._shared[row.broadcast_id]


class _Stream:
    """Rows of one source, a window at a time; each is larger than the one before."""

    def __init__(
        self,
        columns: Sequence[ColumnElement[Any]],
        source: Source,
        way: Way,
        after: Sequence[Any] | None,
        size: int,
    ) -> None:
        self._keys, self._falling = source.keys or way.keys, way.falling
        self._after, self._size = after, size
        self._lead = source.lead
        query = select(*columns, *(key.label(f"k{n}") for n, key in enumerate(self._keys)))
        self._query = query.where(*source.where).order_by(*self._order())
        self._rows: deque[Any] = deque()
        self._ended = False

    def _order(self) -> list[ColumnElement[Any]]:
        keys = [*((self._lead[0],) if self._lead else ()), *self._keys]
        return [key.desc() if self._falling else key for key in keys]

    @property
    def head(self) -> Any:
        return self._rows[0][-len(self._keys) :]

    def take(self) -> Any:
        return self._rows.popleft()

    async def has_more(self, connection: AsyncConnection) -> bool:
        if not self._rows and not self._ended:
            await self._fetch(connection)
        return bool(self._rows)

    async def _fetch(self, connection: AsyncConnection) -> None:
        query = self._query.where(*self._within()).limit(self._size)
        rows = (await connection.execute(query)).all()
        self._rows.extend(rows)
        self._ended = len(rows) < self._size
        self._size = min(4 * self._size, WINDOW)
        if rows:
            self._after = rows[-1][-len(self._keys) :]

    def _within(self) -> Iterator[ColumnElement[bool]]:
        """What is left of it. To be above and below its value is no equality, which would not
        count in an order.
        """
        if self._lead is None:
            if self._after is not None:
                yield _beyond(self._keys, self._after, self._falling)
            return
        column, value = self._lead
        keys, lowest = (column, *self._keys), column >= value
        if self._after is None:
            yield from (lowest, column <= value)
        else:
            yield from (lowest, _beyond(keys, (value, *self._after), self._falling))


def _beyond(
    keys: Sequence[ColumnElement[Any]], values: Sequence[Any], falling: bool
) -> ColumnElement[bool]:
    given = [literal(value, key.type) for key, value in zip(keys, values, strict=True)]
    these, those = (keys[0], given[0]) if len(keys) == 1 else (tuple_(*keys), tuple_(*given))
    beyond: ColumnElement[bool] = these < those if falling else these > those
    return beyond


def _text(content: Mapping[str, Any]) -> str:
    return Content(content["method"], content["params"]).text.casefold()


def _place(keys: Sequence[Any]) -> Place:
    return tuple(to_microseconds(key) if isinstance(key, datetime) else key for key in keys)


def _value(key: ColumnElement[Any], given: int | str) -> Any:
    """What `_place` has made of a row's."""
    kind = key.type.python_type if not isinstance(key.type, UtcTime) else int
    if not isinstance(given, kind) or not _has_room(key, given):
        raise _another()
    if not isinstance(key.type, UtcTime):
        return given
    try:
        return from_microseconds(int(given))
    except OverflowError:
        raise _another() from None


def _has_room(key: ColumnElement[Any], given: int | str) -> bool:
    """Whether the column could hold it: of a smaller one Postgres takes no larger number."""
    if not isinstance(key.type, SmallInteger):
        return True
    return isinstance(given, int) and given.bit_length() <= SMALL_BITS


def _another() -> InvalidInput:
    return InvalidInput("cursor", "belongs to another list", "begin anew, without a cursor")
