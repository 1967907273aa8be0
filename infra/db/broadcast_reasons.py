"""Whom a broadcast did not reach, by reason: told at once, however many they are."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.broadcast import Broadcast, BroadcastState
from core.message import State
from infra.db.broadcast_ends import CALLED_OFF
from infra.db.broadcast_row import as_broadcast, with_tallies
from infra.db.states import in_state
from infra.db.tables import IS_RECIPIENT, broadcasts, messages

UNREACHED = (State.FAILED, State.UNCERTAIN, State.CANCELLED, State.EXPIRED)
"""Ends that have a reason, in the order in which their index names them."""

COUNTED_TOGETHER = ((State.FAILED,), (State.UNCERTAIN,), (State.CANCELLED, State.EXPIRED))
"""As the tallies have them."""

MANY = 5_000
"""So many rows of a reason are counted in a few milliseconds."""

b, m = broadcasts.c, messages.c


@dataclass(frozen=True, slots=True)
class Reason:
    """How many of its recipients ended so, and why: `reason` is our short word for it, `said` what
    Telegram said to one of them.
    """

    state: State
    reason: str
    recipients: int
    said: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Those of a broadcast that ended so; the reason as the row has it."""

    broadcast_id: int
    state: State
    reason: str | None

    @property
    def rows(self) -> tuple[ColumnElement[bool], ...]:
        return (*_unreached(self.broadcast_id, self.state), m.reason == self.reason)

    def page(self, columns: Iterable[Any], after: str, limit: int | None) -> Select[Any]:
        """Ordered by chat, from the one after this, as the index has them."""
        query = select(*columns).where(*self.rows, m.chat_id > after)
        return query.order_by(m.chat_id).limit(limit)


async def groups(
    connection: AsyncConnection, broadcast_id: int, states: Collection[State] = UNREACHED
) -> list[Group]:
    """One look into the index for each, however many rows they have."""
    found: list[Group] = []
    for state in (each for each in UNREACHED if each in states):
        told = await distinct_reasons(connection, _unreached(broadcast_id, state))
        found += [Group(broadcast_id, state, reason) for reason in told]
    return found


async def reasons(connection: AsyncConnection, bot_id: int, broadcast_id: int) -> list[Reason]:
    """The most frequent first, as many as its tally says; none where the bot has none such.

    Where they are many, those of one reason are not counted: they are what the others leave.
    """
    query = with_tallies().where(b.id == broadcast_id, b.bot_id == bot_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return []
    found = await groups(connection, broadcast_id)
    told = []
    for states in COUNTED_TOGETHER:
        these = [each for each in found if each.state in states]
        # Of what has been removed the tally knows, and the rows do not.
        total = None if row.closed else _total(as_broadcast(row), states)
        told += await _counted(connection, these, total, _called_off(row, states))
    return sorted(told, key=lambda each: (-each.recipients, each.state, each.reason))


async def distinct_reasons(
    connection: AsyncConnection, rows: Sequence[ColumnElement[bool]]
) -> list[str | None]:
    """Of rows that an index has by reason, one look for each; None where some have none."""
    by_reason = select(m.reason).where(*rows).limit(1)
    # Rows without one stand at the end (Postgres), or at the beginning (SQLite).
    ends = [by_reason.order_by(m.reason.desc()), by_reason.order_by(m.reason)]
    told = [each for end in ends for each in await connection.scalars(end)]
    found: list[str | None] = [None] if None in told else []
    last = await connection.scalar(select(func.min(m.reason)).where(*rows)) if told else None
    while last is not None:
        found.append(last)
        following = select(func.min(m.reason)).where(*rows, m.reason > last)
        last = await connection.scalar(following)
    return found


async def _counted(
    connection: AsyncConnection, these: Sequence[Group], total: int | None, rest: Group | None
) -> list[Reason]:
    """`rest`, where it is known, are those that the others leave of the total (None: unknown)."""
    counts = {group: await _count(connection, group, MANY) for group in these}
    many = [group for group, count in counts.items() if count == MANY]
    if total is not None and rest is None and many:
        rest = many[0]
    for group in many:
        if group != rest:
            counts[group] = await _count(connection, group, None)
    if total is not None and rest is not None:
        counts[rest] = total - sum(count for group, count in counts.items() if group != rest)
    return [
        Reason(group.state, group.reason or "", count, await _said(connection, group))
        for group, count in counts.items()
        if count > 0
    ]


async def _said(connection: AsyncConnection, group: Group) -> str:
    return await connection.scalar(group.page((m.description,), "", 1)) or ""


async def _count(connection: AsyncConnection, group: Group, most: int | None) -> int:
    rows = group.page((literal(1),), "", most).subquery()
    return await connection.scalar(select(func.count()).select_from(rows)) or 0


def _total(broadcast: Broadcast, states: Sequence[State]) -> int:
    tally = broadcast.tally
    counts = {State.FAILED: tally.failed, State.UNCERTAIN: tally.uncertain}
    return counts.get(states[0], tally.skipped)


def _called_off(row: Any, states: Sequence[State]) -> Group | None:
    """Of a cancelled broadcast: these count as skipped before their rows say so."""
    if row.closed or row.state != BroadcastState.CANCELLED or State.CANCELLED not in states:
        return None
    return Group(row.id, State.CANCELLED, CALLED_OFF)


def _unreached(broadcast_id: int, state: State) -> tuple[ColumnElement[bool], ...]:
    # The index of who was not reached serves only who names its condition.
    return m.broadcast_id == broadcast_id, IS_RECIPIENT, in_state(*UNREACHED), in_state(state)
