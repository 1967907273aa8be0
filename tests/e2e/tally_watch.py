"""Whether what is counted of broadcasts is what their rows say, at every look."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from sqlalchemy import ScalarSelect, Select, func, select

from core.broadcast import Tally
from core.message import State
from infra.db.broadcast_row import with_tallies
from infra.db.tables import broadcasts, messages
from tests.servers.stack import Stack

LOOK_EVERY_S = 0.2
COUNTED = {
    "total": tuple(State),
    "sent": (State.SENT,),
    "failed": (State.FAILED,),
    "skipped": (State.CANCELLED, State.EXPIRED),
    "uncertain": (State.UNCERTAIN,),
}


async def check_tallies(stack: Stack) -> None:
    """Tallies and rows of every broadcast, as one statement sees them."""
    async with stack.book.ledger.database.reading() as connection:
        for row in await connection.execute(_both()):
            counted = Tally(*(row._mapping[name] for name in COUNTED))
            found = Tally(*(row._mapping[f"{name}_rows"] for name in COUNTED))
            assert counted == found, f"broadcast {row.id}"
            assert counted.pending >= 0


@asynccontextmanager
async def tallies_watched(stack: Stack) -> AsyncIterator[None]:
    """Checked all along, five times a second, and once more in the end."""
    watching = asyncio.create_task(_watch(stack))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])
        if not watching.cancelled():
            watching.result()
    await check_tallies(stack)


async def _watch(stack: Stack) -> None:
    while True:
        await check_tallies(stack)
        await asyncio.sleep(LOOK_EVERY_S)


def _both() -> Select[tuple[int, ...]]:
    rows = (_rows(states).label(f"{name}_rows") for name, states in COUNTED.items())
    return with_tallies().add_columns(*rows)


def _rows(states: Iterable[State]) -> ScalarSelect[int]:
    among = messages.c.state.in_([state.value for state in states])
    query = select(func.count()).where(messages.c.broadcast_id == broadcasts.c.id, among)
    return query.correlate(broadcasts).scalar_subquery()
