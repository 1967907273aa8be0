"""Many rows in one bound value: a JSON array that SQL reads as a table."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from infra.db.tables import from_microseconds, to_microseconds

Record = Mapping[str, Any]


def records(dialect: str, parameter: str, columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    """The rows of the JSON array bound as `parameter`, with these columns.

    One text for any number of rows, so that the statement is planned once; VALUES would
    need a new one for each number.
    """
    value = bindparam(parameter, type_=Text)
    if dialect == "postgresql":
        return (
            func.jsonb_to_recordset(cast(value, JSONB))
            .table_valued(*(column(name, type_) for name, type_ in columns.items()))
            .render_derived(name=parameter, with_types=True)
        )
    each = func.json_each(value).table_valued("value")
    return select(
        *(
            type_coerce(func.json_extract(each.c.value, f"$.{name}"), type_).label(name)
            for name, type_ in columns.items()
        )
    ).subquery(parameter)


def among(dialect: str, column_of: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
    """It is the `id` of one of the records.

    Besides the join, for Postgres: of an array it expects ten rows, and looks each of them up,
    where it would read a whole table that has never been analysed to join it.
    """
    if dialect != "postgresql":
        return true()
    ids = records(dialect, parameter, {"id": BigInteger()})
    array = func.array(select(ids.c.id).scalar_subquery(), type_=ARRAY(BigInteger))
    return column_of == any_(array)


def encoder(dialect: str) -> Callable[[Iterable[Record]], str]:
    """How rows become the value that `records` reads."""
    plain, moment = plain_encoder(dialect), _moment_of(dialect)

    def encode(rows: Iterable[Record]) -> str:
        listed = list(rows)
        try:
            return plain(listed)
        except orjson.JSONEncodeError:  # half of a surrogate pair: the database may judge
            return json.dumps(listed, default=moment)

    return encode


def plain_encoder(dialect: str) -> Callable[[Iterable[Record]], str]:
    """As `encoder`, several times as fast, for texts that are known to be whole: letters stay
    as they are, so that SQLite finds names within a JSON that is kept, which it does by bytes.
    """
    moment, option = _moment_of(dialect), orjson.OPT_PASSTHROUGH_DATETIME
    return lambda rows: orjson.dumps(list(rows), moment, option).decode()


def _moment_of(dialect: str) -> Callable[[object], Any]:
    def moment(value: object) -> Any:
        if not isinstance(value, datetime):
            raise TypeError(f"{value!r} has no place in a record")
        return to_microseconds(value) if dialect == "sqlite" else value.isoformat()

    return moment


def moment_of(dialect: str) -> Callable[[Any], datetime]:
    """How a moment is read that comes from a driver as it is."""
    return from_microseconds if dialect == "sqlite" else lambda moment: moment
