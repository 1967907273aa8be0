"""What workers do for broadcasts besides sending them: one in trouble is in no other's way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.audience import Audience
from core.broadcast import BroadcastState, Draft
from core.message import State
from infra.celery.rescue import tick
from infra.celery.runtime import Runtime
from infra.db.tables import broadcasts, messages
from infra.settings import Settings
from tests.integration.broadcast_bench import subscribe
from tests.integration.channel_bench import TOKEN, worker
from tests.integration.conftest import request

NOBODY_MAY_BE_WRITTEN_DOWN = """
    CREATE TRIGGER refusal BEFORE INSERT ON messages WHEN NEW.broadcast_id = {}
    BEGIN SELECT RAISE(ABORT, 'refused'); END
"""


@pytest.fixture
async def runtime(tmp_path: Path, redis_url: str, sqlite_ledger_url: str) -> AsyncIterator[Runtime]:
    settings = Settings(_env_file=None, bot_token=TOKEN, data_dir=tmp_path, redis_url=redis_url)
    async with worker(settings) as made:
        await subscribe(made.ledger.database, [1, 2], bot_id=settings.bot_id)
        yield made


async def draft(runtime: Runtime, key: str, audience: Audience | None = None) -> int:
    made = await runtime.ledger.broadcasts.create(Draft(request(key, ""), audience=audience))
    return made.broadcast_id


async def abandon(runtime: Runtime) -> None:
    """Whoever wrote its rows is gone."""
    async with runtime.ledger.database.writing() as connection:
        await connection.execute(broadcasts.update().values(builder_until=None))


async def test_one_whose_people_cannot_be_written_down_is_in_no_others_way(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    broken = await draft(runtime, "broken", audience=Audience())
    async with runtime.ledger.database.writing() as connection:
        await connection.execute(text(NOBODY_MAY_BE_WRITTEN_DOWN.format(broken)))
    sound = await draft(runtime, "sound", audience=Audience())
    empty, cancelled = await draft(runtime, "empty"), await draft(runtime, "cancelled")
    await runtime.ledger.broadcasts.start(empty)
    build = runtime.ledger.broadcast_build
    for broadcast_id, chats in ((empty, ()), (cancelled, ("7", "8"))):
        async for _ in build.chats(broadcast_id, chats):
            pass
    await runtime.ledger.broadcasts.cancel(cancelled)
    await abandon(runtime)
    await tick(runtime)
    assert (await runtime.ledger.broadcasts.get(sound)).tally.total == 2
    assert (await runtime.ledger.broadcasts.get(empty)).state is BroadcastState.COMPLETED
    ended = select(messages.c.state).where(messages.c.broadcast_id == cancelled)
    async with runtime.ledger.database.reading() as connection:
        assert set(await connection.scalars(ended)) == {State.CANCELLED}
    assert f"broadcast {broken}: its recipients cannot be written down" in caplog.text
