"""What is sampled from the ledger: everything once, and nothing by reading the whole of it."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from core.figure import Figure
from core.message import OnUncertain
from core.outcome import Outcome, Rejected, Retryable, Sent, Uncertain
from infra.celery.figures import Sampler
from infra.db.engine import Database
from infra.db.figures import Figures
from infra.db.metrics import Metrics
from infra.db.tables import messages
from infra.telegram.governor import TOLERANCE_S, Rates
from tests.integration.conftest import BOT, Bench, beside, request, soon
from tests.integration.governor_bench import booked, governors, just
from tests.integration.query_plans import Plans, Rows, fill

LATELY = 100
MOST_WORK = {"postgresql": 6 * LATELY, "sqlite": 300 * LATELY}


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


async def ended(bench: Bench, key: str, at: datetime, late_s: float = 0.0, **changes: Any) -> None:
    """A message that was sent at the first attempt, and ended at this time."""
    message_id = await bench.schedule(key, key)
    values = {
        "state": "sent",
        "attempts": 1,
        "wanted_at": at - timedelta(seconds=late_s),
        "sent_at": at,
        "ended_at": at,
    }
    async with bench.database.writing() as connection:
        this = update(messages).where(messages.c.id == message_id)
        await connection.execute(this.values(values | changes))


async def test_what_stands_is_counted_by_what_it_waits_for(bench: Bench) -> None:
    figures = Figures(bench.database, BOT)
    assert (await figures.standing()).oldest_due_s == 0
    for n in range(4):
        await bench.schedule(f"due {n}", f"due {n}")
    await bench.schedule("later", "later", due_at=soon(3600))
    broadcast = request("paused", "", due_at=soon(-900))
    await bench.ledger.intake.schedule_broadcast(broadcast, ["1", "2", "3"])
    await bench.pause_broadcasts()
    first, *_ = await bench.claim(2)
    await bench.mark(first)
    parked = await bench.schedule("parked", "parked", on_uncertain=OnUncertain.PARK)
    await bench.pass_s(60)
    claims = [claim for claim in await bench.claim(100) if claim.id == parked]
    await bench.end(await bench.mark(claims[0]), Uncertain("timeout"))
    standing = await figures.standing()
    assert (standing.waiting, standing.due) == (1, 3)
    assert (standing.queued, standing.sending, standing.uncertain) == (3, 1, 1)
    assert standing.oldest_due_s == 0, "all that is due and not paused is queued"
    await bench.schedule("late", "late", due_at=soon(-100))
    assert 100 <= (await figures.standing()).oldest_due_s < 130


async def test_ends_are_counted_by_state_and_reason_and_the_lost_among_them(bench: Bench) -> None:
    outcomes: list[Outcome] = [
        Sent((1,)),
        Rejected("blocked"),
        Rejected("blocked"),
        Retryable("connect"),
    ]
    for n in range(5):
        await bench.schedule(f"k{n}", str(n), on_uncertain=OnUncertain.PARK)
    *claims, lost = await bench.claim()
    for claim, outcome in zip(claims, outcomes, strict=True):
        await bench.end(await bench.mark(claim), outcome)
    await bench.mark(lost)
    await bench.pass_s(60)
    assert await bench.ledger.rescue.end_lost() == [lost.id]
    figures, since, until = Figures(bench.database, BOT), soon(-600), soon(1)
    assert [
        (each.state, each.reason, each.count) for each in await figures.ended(since, until)
    ] == [
        ("failed", "blocked", 2),
        ("sent", "", 1),
        ("uncertain", "worker lost", 1),
    ]
    assert await figures.lost(since, until) == 1
    assert await figures.lost(since - timedelta(hours=1), since) == 0


async def test_lateness_is_that_of_posts_sent_at_the_first_attempt(bench: Bench) -> None:
    figures, at = Figures(bench.database, BOT), soon(-60)
    assert await figures.lateness_s(soon(-600), soon(0)) == {}
    for late_s in range(1, 11):
        await ended(bench, str(late_s), at, late_s)
    await ended(bench, "again", at, 900, attempts=2)
    await ended(bench, "broadcast", at, 900, broadcast_id=5)
    await ended(bench, "hidden", at, 900, hidden=1)
    await ended(bench, "earlier", at - timedelta(hours=1), 900)
    late = await figures.lateness_s(soon(-600), soon(0))
    assert late == {"p50": 5, "p90": 9, "p99": 10, "max": 10}


async def test_each_end_is_counted_once_though_samples_are_late_and_come_together(
    bench: Bench,
) -> None:
    shown: list[Figure] = []

    def show(figures: Any) -> None:
        shown.extend(figures)

    second = beside(bench.database)
    samplers = [Sampler(each, BOT, 30, show) for each in (bench.database, second)]
    began = datetime(2026, 3, 1, 12, tzinfo=UTC)
    await samplers[0].count(began)
    # At the border of two windows, within one, close to each other, and after a long silence.
    times = [0, 1, 299, 300, 301, 1000, 1000.000001, 9000, 200_000]
    for n, seconds in enumerate(times):
        await ended(bench, f"k{n}", began + timedelta(seconds=seconds))
    counted = 0
    for until_s in (300, 320, 1000, 100_000, 200_000, 200_001):
        until = began + timedelta(seconds=until_s)
        told = await asyncio.gather(*(sampler.count(until) for sampler in samplers))
        counted += sum(each["ended"] for each in told)
        assert counted == sum(seconds < until_s for seconds in times)
        assert all(each["windows"] < 10 for each in told), (
            "it walks through every minute of silence"
        )
    await second.close()
    kept = await Metrics(bench.database, BOT).read("messages_ended", began, soon(0))
    assert sum(bucket.total for bucket in kept["sent: "]) == len(times)
    assert Counter(each.name for each in shown)["sampled_until"] > 5
    assert sum(each.value for each in shown if each.name == "messages_ended") == len(times)


async def test_how_far_ahead_the_bot_is_booked_or_held_is_told(redis_url: str) -> None:
    async with governors(redis_url) as make:
        governor = await make(Rates(bot=2, chat=0, group=0))
        assert await governor.ahead_s() == 0
        for _ in range(4):
            await booked(governor, "1")
        assert just(2.0, await governor.ahead_s())
        await governor.hold_chat("1", 30, flood=True)
        await governor.hold_chat("2", 30, flood=True)
        assert just(30.0 + TOLERANCE_S, await governor.ahead_s())


async def test_a_sample_reads_what_it_counts_and_not_the_table(database: Database) -> None:
    await look(database, 20_000)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_nor_does_it_among_a_million_messages(database: Database) -> None:
    await look(database, 1_000_000)


async def look(database: Database, size: int) -> None:
    await fill(database, Rows(size, "sent", "'' || (n % 1000)", "-60 * n", ended_s="-3 * n"))
    await fill(database, Rows(LATELY, "scheduled", "'' || n", "n - 50"))
    await fill(database, Rows(LATELY // 2, "uncertain", "'' || n", "-90000 - n", ended_s="-n"))
    async with database.writing() as connection:
        await connection.execute(text("ANALYZE"))
    plans, figures = Plans(database), Figures(database, BOT)
    since, until = soon(-300), soon(0)
    for name, look in (
        ("standing", figures.standing()),
        ("first", figures.first_ended(since, until)),
        ("ended", figures.ended(since, until)),
        ("late", figures.lateness_s(since, until)),
        ("lost", figures.lost(since, until)),
    ):
        async with plans.of(name):
            await look
    assert len(plans.found) == 5
    for plan in plans.found:
        # The percentiles have to be sorted; nothing else is.
        faults = [fault for fault in plan.faults if "ORDER BY" not in fault and "Sort" not in fault]
        assert not faults, f"{plan.name}: {faults}\n{plan.text}"
        assert plans.work[plan.name] <= MOST_WORK[database.dialect], f"{plans.work}\n{plan.text}"
