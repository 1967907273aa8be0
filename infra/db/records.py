"""Many rows in one bound value: a JSON array that SQL reads as a table."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import FromClause, Text, bindparam, cast, column, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from infra.db.tables import to_microseconds

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


def encoder(dialect: str) -> Callable[[Iterable[Record]], str]:
    """How rows become the value that `records` reads."""
    return lambda rows: json.dumps(list(rows), default=_moment_of(dialect))


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
