"""The messages of recurring messages: one row for each occurrence that is due."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    literal,
    select,
    text,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from core.errors import InvalidInput
from core.message import POSTS, State
from core.recurring_message import MISSED_AFTER_S, Due, Missed, SeriesState, take_due
from infra.db.engine import Database
from infra.db.moments import utc_now, within
from infra.db.records import encoder, records
from infra.db.series_row import is_active, recurrence_of
from infra.db.tables import UtcTime, messages, series
from infra.db.upsert import insert_into

log = logging.getLogger(__name__)

m, s = messages.c, series.c

SERIES_AHEAD_S = 3_600.0
"""How long before its time an occurrence stands in the queue, to be edited or cancelled."""

OCCURRENCE: Mapping[str, TypeEngine[Any]] = {
    "series_id": BigInteger(),
    "occurrence_at": UtcTime(),
    "expires_at": UtcTime(),
}
STEP: Mapping[str, TypeEngine[Any]] = {
    "id": BigInteger(),
    "next_at": UtcTime(),
    "skipped": Integer(),
    "state": String(9),
}


@dataclass(frozen=True, slots=True)
class Written:
    """What one slice did: series looked at, messages written, occurrences left out by series, and
    why series that cannot be read were paused.
    """

    looked: int = 0
    written: int = 0
    skipped: Mapping[int, int] = field(default_factory=dict)
    unreadable: Mapping[int, str] = field(default_factory=dict)


class Occurrences:
    """Writes them for one bot. Two at once write none twice: a row is unique by its occurrence."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database, self._bot_id = database, bot_id
        self._encode = encoder(database.dialect)
        self._insert = _insert(database.dialect)
        self._move = _move(database.dialect)

    async def write(self, within_s: float, limit: int) -> Written:
        """Write what is due within `within_s` and move each series on, in one transaction.

        The occurrences are worked out before it, in a thread: a rule may be long in the reckoning,
        and other writers and the loop are not to wait for it. A series that another has moved on
        meanwhile is left to that one.

        Looks at about `limit` occurrences, however many were missed: to be called again
        until nothing was looked at.
        """
        query = self._seen(within_s, limit)
        async with self._database.reading() as connection:
            seen = (await connection.execute(query)).all()
        if not seen:
            return Written()
        found = await asyncio.to_thread(_all_due, seen, within_s, max(1, limit // len(seen)))
        async with self._database.writing() as connection:
            held = await connection.execute(query.with_for_update(skip_locked=True))
            stands = {row.id: row.next_at for row in held}
            rows = [row for row in seen if stands.get(row.id) == row.next_at]
            return await self._write(connection, rows, found) if rows else Written()

    async def write_here(self, connection: AsyncConnection, limit: int) -> Written:
        """As `write`, what is due by now, in a transaction that others wait for anyway."""
        rows = (await connection.execute(self._seen(0.0, limit))).all()
        found = await asyncio.to_thread(_all_due, rows, 0.0, max(1, limit // max(1, len(rows))))
        return await self._write(connection, rows, found) if rows else Written()

    def _seen(self, within_s: float, limit: int) -> Select[Any]:
        return (
            select(s.id, s.rule, s.zone, s.starts, s.missed, s.next_at, utc_now().label("now"))
            .where(series_due(self._bot_id, within_s))
            .order_by(s.next_at)
            .limit(limit)
        )

    async def _write(
        self, connection: AsyncConnection, rows: Sequence[Any], found: Mapping[int, Due | str]
    ) -> Written:
        due = {row.id: each for row in rows if isinstance(each := found[row.id], Due)}
        unreadable = {row.id: why for row in rows if isinstance(why := found[row.id], str)}
        wanted = [
            _occurrence(row, at) for row in rows if row.id in due for at in due[row.id].wanted
        ]
        moved = [_step(id_, each) for id_, each in due.items()]
        moved += [_step(id_, Due((), 0, None), SeriesState.PAUSED) for id_ in unreadable]
        written = await connection.execute(self._insert, {"due": self._encode(wanted)})
        await connection.execute(self._move, {"moved": self._encode(moved)})
        skipped = {id_: each.skipped for id_, each in due.items() if each.skipped}
        return Written(len(rows), written.rowcount, skipped, unreadable)


def series_due(bot_id: int, within_s: float) -> ColumnElement[bool]:
    """It has an occurrence within `within_s` that is not written; as the index of series has it."""
    return (s.bot_id == bot_id) & is_active() & (s.next_at <= within(within_s))


def _all_due(rows: Sequence[Any], within_s: float, most: int) -> dict[int, Due | str]:
    """By series what is due, or why it cannot be told: one must not keep the others waiting."""
    found: dict[int, Due | str] = {}
    for row in rows:
        try:
            found[row.id] = _due(row, within_s, most)
        except InvalidInput as error:  # written by other code, or its zone is not known here
            found[row.id] = str(error)
        except Exception as error:  # a rule that our checks or dateutil are not up to
            log.exception("series %d: %s", row.id, row.rule, extra={"series_id": row.id})
            found[row.id] = f"{type(error).__name__}: {error}"
    return found


def _due(row: Any, within_s: float, most: int) -> Due:
    repeat = recurrence_of(row)
    until = row.now + timedelta(seconds=within_s)
    return take_due(repeat.next_after, row.next_at, Missed(row.missed), row.now, until, most)


def _occurrence(row: Any, at: datetime) -> dict[str, Any]:
    expires_at = at + timedelta(seconds=MISSED_AFTER_S) if row.missed == Missed.SKIP else None
    return {"series_id": row.id, "occurrence_at": at, "expires_at": expires_at}


def _step(series_id: int, due: Due, state: SeriesState | None = None) -> dict[str, Any]:
    if state is None:
        state = SeriesState.ACTIVE if due.next_at else SeriesState.ENDED
    return {
        "id": series_id,
        "next_at": due.next_at,
        "skipped": due.skipped,
        "state": state.value,
    }


def _insert(dialect: str) -> Any:
    """A waiting message for each row of `due`, with all that its series says."""
    due = records(dialect, "due", OCCURRENCE).c
    values = {
        **{name: s[name] for name in ("bot_id", "chat_id", "content", "cost")},
        **{name: s[name] for name in ("on_uncertain", "max_attempts")},
        **dict.fromkeys(("wanted_at", "turn_at", "due_at"), due.occurrence_at),
        **{name: due[name] for name in OCCURRENCE},
        "broadcast_id": literal(POSTS),
        "state": literal(State.SCHEDULED.value),
        "attempts": literal(0),
        "hidden": literal(0),
        "created_at": utc_now(),
    }
    rows = select(*values.values()).where(s.id == due.series_id, true())
    statement = insert_into(dialect, messages).from_select(list(values), rows)
    return statement.on_conflict_do_nothing(
        index_elements=["series_id", "occurrence_at"], index_where=text("series_id IS NOT NULL")
    )


def _move(dialect: str) -> Any:
    moved = records(dialect, "moved", STEP).c
    values = {"next_at": moved.next_at, "skipped": s.skipped + moved.skipped, "state": moved.state}
    return update(series).where(s.id == moved.id).values(**values)
