"""A row's values as JSON has them, the same whichever database they come from: times as
microseconds since 1970, bytes as base64.
"""

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Column, LargeBinary

from infra.db.tables import UtcTime, from_microseconds, to_microseconds

Columns: TypeAlias = Iterable[Column[Any]]
Turned: TypeAlias = Callable[[Any], Any]


def outward(columns: Columns) -> Callable[[Sequence[Any]], list[Any]]:
    """From what the database gives to what JSON takes."""
    return _turning(columns, {UtcTime: to_microseconds, LargeBinary: _as_text})


def inward(columns: Columns) -> Callable[[Sequence[Any]], list[Any]]:
    """And back."""
    return _turning(columns, {UtcTime: from_microseconds, LargeBinary: base64.b64decode})


def _turning(
    columns: Columns, by_type: Mapping[type, Turned]
) -> Callable[[Sequence[Any]], list[Any]]:
    turned = [
        (place, by_type[type(column.type)])
        for place, column in enumerate(columns)
        if type(column.type) in by_type
    ]

    def turn(row: Sequence[Any]) -> list[Any]:
        cells = list(row)
        for place, change in turned:
            if cells[place] is not None:
                cells[place] = change(cells[place])
        return cells

    return turn


def _as_text(value: bytes) -> str:
    return base64.b64encode(value).decode()
