"""Broadcasts of a ledger made before they had states are carried over as they stand."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Connection, select, text

from core.broadcast import BroadcastState, Tally
from infra.db import schema
from infra.db.broadcast_row import as_broadcast, with_tallies
from infra.db.engine import Database
from infra.db.tables import broadcasts, to_microseconds

BEFORE = "0004"
AT = datetime(2026, 1, 2, tzinfo=UTC)
# By the broadcast's id: paused, closed, and the states of its messages.
STANDING = {
    1: (True, False, ["sent", "failed", "scheduled"]),
    2: (False, False, ["sent", "queued", "uncertain", "expired"]),
    3: (False, False, ["sent", "cancelled", "sent"]),
    4: (False, True, ["uncertain"]),
}


@pytest.fixture
async def before(database_url: str) -> AsyncIterator[Database]:
    """A ledger of the schema before, with broadcasts in it."""
    made = Database(database_url)
    await migrate(made, BEFORE)
    at = str(to_microseconds(AT)) if made.dialect == "sqlite" else f"'{AT.isoformat()}'"
    async with made.writing() as connection:
        for id_, (paused, closed, states) in STANDING.items():
            await connection.exec_driver_sql(broadcast_row(id_, paused, closed, at))
            for chat, state in enumerate(states):
                await connection.exec_driver_sql(message_row(id_, chat, state, at))
    yield made
    await made.close()


def broadcast_row(id_: int, paused: bool, closed: bool, at: str) -> str:
    return (
        "INSERT INTO broadcasts (id, bot_id, key, fingerprint, content, paused, closed, total, "
        f"wanted_at, created_at) VALUES ({id_}, 7, 'b{id_}', '', "
        f"""'{{"method": "m", "params": {{}}}}', {paused}, {closed}, 9, {at}, {at})"""
    )


def message_row(broadcast_id: int, chat: int, state: str, at: str) -> str:
    return (
        "INSERT INTO messages (bot_id, broadcast_id, chat_id, cost, state, wanted_at, turn_at, "
        "due_at, attempts, max_attempts, hidden, on_uncertain, created_at, ended_at) VALUES "
        f"(7, {broadcast_id}, '{chat}', 1, '{state}', {at}, {at}, {at}, 0, 4, 0, 'resend', {at}, "
        f"{at})"
    )


async def migrate(database: Database, to: str, *, down: bool = False) -> None:
    def run(connection: Connection) -> None:
        (command.downgrade if down else command.upgrade)(schema.config(connection), to)

    async with database.writing() as connection:
        await connection.run_sync(run)


async def test_their_states_and_tallies_are_those_of_their_messages(before: Database) -> None:
    await migrate(before, "head")
    async with before.reading() as connection:
        rows = await connection.execute(with_tallies().order_by(broadcasts.c.id))
        found = [as_broadcast(row) for row in rows]
    assert [(each.state, each.tally) for each in found] == [
        (BroadcastState.PAUSED, Tally(3, sent=1, failed=1)),
        (BroadcastState.RUNNING, Tally(4, sent=1, uncertain=1, skipped=1)),
        (BroadcastState.COMPLETED, Tally(3, sent=2, skipped=1)),
        (BroadcastState.COMPLETED, Tally(1, uncertain=1)),
    ]
    assert {(each.built, each.opens_at, each.max_attempts) for each in found} == {(True, AT, 4)}
    assert [each.ended_at for each in found] == [None, None, AT, AT]


async def test_and_back_again_what_does_not_run_is_paused(before: Database) -> None:
    await migrate(before, "head")
    async with before.writing() as connection:
        await connection.execute(text("UPDATE broadcasts SET state = 'draft' WHERE id = 2"))
    await migrate(before, BEFORE, down=True)
    async with before.reading() as connection:
        query = select(text("id")).select_from(text("broadcasts")).where(text("paused"))
        assert sorted(await connection.scalars(query)) == [1, 2]
