"""Recurring messages come after the queue, and are never in its way."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text, update

from apps.bot.tasks import _sweep
from core.errors import LedgerUnavailable
from core.recurring_message import Missed
from infra.celery import celery_app
from infra.celery.handing import DELIVER
from infra.celery.rescue import tick
from infra.celery.runtime import Runtime
from infra.db.moments import utc_now
from infra.db.tables import series
from infra.settings import Settings
from tests.integration.channel_bench import TOKEN, published, worker
from tests.integration.conftest import request
from tests.integration.test_series import repeat

Round = Callable[[Runtime], Awaitable[None]]
rounds = pytest.mark.parametrize("a_round", [tick, _sweep])

NO_OCCURRENCE_MAY_BE_WRITTEN = """
    CREATE TRIGGER refusal BEFORE INSERT ON messages WHEN NEW.series_id IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'refused'); END
"""


@pytest.fixture
async def runtime(
    tmp_path: Path, redis_url: str, sqlite_ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Runtime]:
    """A worker's, with a series of which one occurrence is due now."""
    monkeypatch.setattr(celery_app.conf, "broker_url", redis_url)
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", None)
    settings = Settings(_env_file=None, bot_token=TOKEN, data_dir=tmp_path, redis_url=redis_url)
    async with worker(settings) as made:
        await made.ledger.series.create(request("series"), repeat("FREQ=DAILY"), Missed.SEND)
        async with made.ledger.database.writing() as connection:
            await connection.execute(update(series).values(next_at=utc_now()))
        yield made


async def forbid_writing(runtime: Runtime) -> None:
    async with runtime.ledger.database.writing() as connection:
        await connection.execute(text(NO_OCCURRENCE_MAY_BE_WRITTEN))


def batches(redis_url: str) -> int:
    return sum(each.task == DELIVER for each in published(redis_url, "messages"))


@rounds
async def test_an_occurrence_that_is_due_already_leaves_in_the_same_round(
    runtime: Runtime, redis_url: str, a_round: Round
) -> None:
    await a_round(runtime)
    assert batches(redis_url) == 1


@rounds
async def test_what_is_in_the_queue_leaves_whatever_becomes_of_recurring_messages(
    runtime: Runtime, redis_url: str, a_round: Round, caplog: pytest.LogCaptureFixture
) -> None:
    await forbid_writing(runtime)
    await runtime.ledger.intake.schedule(request("due"))
    await a_round(runtime)
    assert batches(redis_url) == 1
    [record] = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert "recurring messages were not written" in record.getMessage()
    assert record.exc_info


async def test_a_ledger_that_cannot_be_reached_is_told_as_elsewhere(runtime: Runtime) -> None:
    async with runtime.ledger.database.writing() as connection:
        await connection.execute(text("ALTER TABLE series RENAME TO gone"))
    with pytest.raises(LedgerUnavailable):
        await _sweep(runtime)
