"""The `metrics` table: what was seen once is counted once, however it is thinned."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from math import nan

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.figure import Figure
from core.thinning import DAY_S, HOUR_S, KEPT, STEPS, Bucket, beginning
from infra.db.engine import Database
from infra.db.metrics import Metrics
from tests.integration.conftest import BOT, beside

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LABELS = ("a", "b")
EVER = (START - timedelta(days=4000), START + timedelta(days=4000))
_bots = count(1000)

Seen = tuple[datetime, str, float]


@pytest.fixture
def metrics(database: Database) -> Metrics:
    return Metrics(database, BOT)


def after(**time: float) -> datetime:
    return START + timedelta(**time)


async def test_values_of_one_bucket_are_counted_together(metrics: Metrics) -> None:
    for minute, value in ((1, 4.0), (2, 9.0), (3, 2.0)):
        await metrics.record(after(minutes=minute), [Figure("f", "x", value)])
    await metrics.record(after(minutes=5), [Figure("f", "x", 1.0), Figure("f", "y", nan)])
    assert await metrics.read("f", *EVER) == {
        "x": [
            Bucket(START, 300, n=3, total=15, least=2, most=9, last=2),
            Bucket(after(minutes=5), 300, n=1, total=1, least=1, most=1, last=1),
        ]
    }
    assert await metrics.labels("f") == {"x"}


async def test_only_what_reaches_into_the_time_asked_for_is_read(metrics: Metrics) -> None:
    for minute in (0, 5, 10, 15):
        await metrics.record(after(minutes=minute), [Figure("f", "", minute)])
    found = await metrics.read("f", after(minutes=7), after(minutes=15))
    assert [bucket.last for bucket in found[""]] == [5, 10]


async def test_another_bots_figures_are_not_touched(metrics: Metrics, database: Database) -> None:
    other = Metrics(database, BOT + 1)
    await other.record(START, [Figure("f", "", 1.0)])
    await metrics.record(START, [Figure("f", "", 5.0)])
    await metrics.thin(after(days=3))
    assert (await other.read("f", *EVER))[""][0].span_s == 300
    assert (await metrics.read("f", *EVER))[""][0].span_s == HOUR_S


async def test_a_window_is_counted_once_whoever_counts_it(metrics: Metrics) -> None:
    since = await metrics.sampled_until(START)
    assert since == START
    window, figures = (since, after(minutes=4, microseconds=1)), [Figure("sent", "", 7.0)]
    counted = await asyncio.gather(*(metrics.record_window(*window, figures) for _ in range(3)))
    assert sorted(counted) == [False, False, True]
    assert await metrics.sampled_until(START) == window[1]
    [bucket] = (await metrics.read("sent", *EVER))[""]
    assert (bucket.n, bucket.total) == (1, 7)


async def test_two_that_thin_at_once_count_each_value_once(
    metrics: Metrics, database: Database
) -> None:
    hours = [after(minutes=30 * step) for step in range(40)]
    for at in hours:
        await metrics.record(at, [Figure("f", label, 1.0) for label in LABELS])
    second = beside(database)
    merged = await asyncio.gather(
        *(each.thin(after(days=60)) for each in (metrics, Metrics(second, BOT)))
    )
    await second.close()
    found = await metrics.read("f", *EVER)
    assert {label: sum(b.total for b in found[label]) for label in LABELS} == dict.fromkeys(
        LABELS, 40.0
    )
    assert {b.span_s for b in found["a"]} == {DAY_S}
    assert sum(each["merged"] for each in merged) >= 80


async def test_days_are_kept_for_two_years(metrics: Metrics) -> None:
    await metrics.record(START, [Figure("f", "", 1.0)])
    last_day = beginning(START, DAY_S) + KEPT
    await metrics.thin(last_day + timedelta(hours=23))
    assert await metrics.read("f", *EVER) != {}
    assert await metrics.thin(last_day + timedelta(days=1)) == {"merged": 0, "removed": 1}
    assert await metrics.read("f", *EVER) == {}


@dataclass
class Thinned:
    """A table, all that was recorded in it, and when it was last thinned."""

    metrics: Metrics
    now: datetime = START
    seen: list[Seen] = field(default_factory=list)
    thinned_at: datetime = START - timedelta(days=4000)

    async def do(self, deed: str, hours: float, value: float) -> None:
        self.now += timedelta(hours=hours)
        if deed == "record":
            label = LABELS[int(value) % 2]
            self.seen.append((self.now, label, value))
            await self.metrics.record(self.now, [Figure("f", label, value)])
        elif deed == "thin":
            await self.metrics.thin(self.now)
            self.thinned_at = self.now
        else:  # one that is broken off after its first transaction
            await self.metrics._merge(("f", "a"), STEPS[0], STEPS[0].end(self.now))

    async def check(self) -> None:
        found = await self.metrics.read("f", *EVER)
        gone = beginning(self.thinned_at - KEPT, DAY_S)
        told = [(label, at) for at, label, _ in self.seen if beginning(at, DAY_S) >= gone]
        assert sum(bucket.n for label in found for bucket in found[label]) == len(told)
        for label, buckets in found.items():
            for bucket in buckets:
                self._check_bucket(label, bucket)

    def _check_bucket(self, label: str, bucket: Bucket) -> None:
        end = bucket.at + timedelta(seconds=bucket.span_s)
        within = [v for at, each, v in self.seen if each == label and bucket.at <= at < end]
        assert bucket == Bucket(
            bucket.at,
            bucket.span_s,
            n=len(within),
            total=sum(within),
            least=min(within),
            most=max(within),
            last=within[-1],
        )
        for step in STEPS:
            if bucket.span_s == step.from_s:
                assert bucket.at >= step.end(self.thinned_at), "old, and not merged"
            if bucket.span_s == step.to_s:
                assert end <= self.now - step.after, "merged, and too young for that"


deeds = st.tuples(
    st.sampled_from(["record", "record", "record", "thin", "break off"]),
    st.sampled_from([0.0, 0.02, 0.05, 0.4, 7.0, 30.0, 400.0]),
    st.integers(-100, 100).map(float),
)


async def test_sums_bounds_and_the_latest_survive_any_thinning_at_any_time(
    sqlite_ledger_url: str,
) -> None:
    # In a thread, where each example can have the loop to itself.
    await asyncio.to_thread(survive, sqlite_ledger_url)


def survive(url: str) -> None:
    with asyncio.Runner() as runner:
        database = Database(url)

        @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.lists(deeds, min_size=8, max_size=30))
        def lives(done: list[tuple[str, float, float]]) -> None:
            runner.get_loop().run_until_complete(live(database, done))

        lives()
        runner.run(database.close())


async def live(database: Database, done: list[tuple[str, float, float]]) -> None:
    thinned = Thinned(Metrics(database, next(_bots)))
    for deed in done:
        await thinned.do(*deed)
    await thinned.check()
    await thinned.do("thin", 0, 0)
    once = await thinned.metrics.read("f", *EVER)
    assert await thinned.metrics.thin(thinned.now) == {"merged": 0, "removed": 0}
    assert await thinned.metrics.read("f", *EVER) == once
    await thinned.check()
