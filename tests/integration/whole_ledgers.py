"""Ledgers with rows in every table, and what two of them have in common."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, DateTime, Float, Integer, LargeBinary, String, Table, insert, select
from sqlalchemy.types import JSON

from infra.db.all_tables import tables
from infra.db.engine import Database
from infra.db.numbering import last_numbers
from infra.db.tables import UtcTime

AT = datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC)
TEXTS = ("", "plain", "a 'quote', a \\ and \"two\"\n", "\u0441\u0430\u043b\u0430\u043c \U0001f600")


def rows(table: Table, count: int) -> Iterator[dict[str, Any]]:
    """By the types of its columns; each unique index has its own values, and every column that
    may be null is so in one row.
    """
    for number in range(1, count + 1):
        yield {
            column.name: None
            if column.nullable and number == count
            else value(column.name, column.type, number)
            for column in table.c
        }


def value(name: str, kind: Any, number: int) -> Any:
    makers: dict[type, Callable[[], Any]] = {
        UtcTime: lambda: AT + timedelta(days=number, microseconds=number),
        DateTime: lambda: AT,
        Boolean: lambda: number % 2 == 0,
        Float: lambda: number / 3,
        Integer: lambda: number,
        LargeBinary: lambda: bytes(range(number)) + b"\x00\xff",
        JSON: lambda: {"method": "sendMessage", "params": {"text": TEXTS[number % 4], "n": None}},
        String: lambda: f"{number}{TEXTS[number % 4]}"[: kind.length or 99],
    }
    # One of few states, of which no partial index is unique.
    if name == "state":
        return "sent"
    return next(make() for type_, make in makers.items() if isinstance(kind, type_))


async def fill(database: Database, count: int = 5) -> None:
    async with database.writing() as connection:
        for table in tables():
            await connection.execute(insert(table), list(rows(table, count)))


async def contents(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables."""
    async with database.reading() as connection:
        return {
            table.name: sorted(
                (list(row) for row in await connection.execute(select(table))),
                key=lambda row: json.dumps(row, default=str),
            )
            for table in tables()
        }


async def numbers(database: Database) -> dict[str, int]:
    async with database.reading() as connection:
        return await last_numbers(connection, tables())
