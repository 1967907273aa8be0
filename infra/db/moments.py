"""Times in SQL, the same for both databases.

On Postgres the database's clock decides. SQLite before 3.42 has no clock finer than a
millisecond, and no server whose clock could decide: the process's own serves, through a
function that every connection registers as `utc_now`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from infra.db.tables import UtcTime


class utc_now(FunctionElement[Any]):  # noqa: N801 (reads as the SQL function that it is)
    """The moment in which the row is looked at, not that in which the transaction began."""

    type = UtcTime()
    inherit_cache = True


class asked_at(FunctionElement[Any]):  # noqa: N801
    """The moment in which the statement was asked for, the same for all rows: an index can be
    searched for it, as it cannot for `utc_now`.
    """

    type = UtcTime()
    inherit_cache = True


class plus(FunctionElement[Any]):  # noqa: N801
    """plus(moment, seconds)"""

    type = UtcTime()
    inherit_cache = True


class later_of(FunctionElement[Any]):  # noqa: N801
    """The later of two moments, neither of them null."""

    type = UtcTime()
    inherit_cache = True


class seconds_between(FunctionElement[float]):  # noqa: N801 (reads as the SQL function that it is)
    """seconds_between(earlier, later)"""

    type = Float()
    inherit_cache = True


async def now_of(connection: AsyncConnection) -> datetime:
    """The moment at which it is asked, by the database's clock."""
    now: datetime | None = await connection.scalar(select(utc_now()))
    assert now is not None
    return now


def from_now(seconds: float) -> ColumnElement[Any]:
    """The moment `seconds` from now, as the database sees it."""
    return plus(utc_now(), bindparam(None, seconds, type_=Float))


def within(seconds: float | ColumnElement[float]) -> ColumnElement[Any]:
    """As `from_now`, to compare with: see `asked_at`."""
    if not isinstance(seconds, ColumnElement):
        seconds = bindparam(None, seconds, type_=Float)
    return plus(asked_at(), seconds)


@compiles(utc_now, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return "clock_timestamp()"


@compiles(utc_now, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return "utc_now()"


@compiles(asked_at, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return "statement_timestamp()"


@compiles(asked_at, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return "utc_now()"


@compiles(plus, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    moment, seconds = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({moment} + make_interval(secs => CAST({seconds} AS double precision)))"


@compiles(plus, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    moment, seconds = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({moment} + CAST({seconds} * 1000000 AS INTEGER))"


@compiles(later_of, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kw)})"


@compiles(later_of, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    return f"max({compiler.process(element.clauses, **kw)})"


@compiles(seconds_between, "postgresql")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    earlier, later = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CAST(extract(epoch FROM {later} - {earlier}) AS double precision)"


@compiles(seconds_between, "sqlite")
def _(element: Any, compiler: Any, **kw: Any) -> str:
    earlier, later = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"(({later} - {earlier}) / 1000000.0)"
