"""Buckets of figures: where a moment falls, and what is left when they merge."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.thinning import (
    DAY_S,
    FIVE_MINUTES_S,
    HOUR_S,
    STEPS,
    Bucket,
    beginning,
    merged,
    single,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
moments = st.integers(0, 40 * DAY_S).map(lambda s: START + timedelta(seconds=s))
values = st.integers(-1000, 1000).map(float)
seen = st.lists(st.tuples(moments, values), max_size=40)


@pytest.mark.parametrize("span_s", [FIVE_MINUTES_S, HOUR_S, DAY_S])
@given(moment=moments)
def test_a_moment_lies_in_its_bucket(span_s: int, moment: datetime) -> None:
    at = beginning(moment, span_s)
    assert at <= moment < at + timedelta(seconds=span_s)
    assert beginning(at, span_s) == at


def test_buckets_are_cut_in_utc_whatever_the_zone_of_the_moment() -> None:
    moment = datetime(2026, 3, 2, 1, 7, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert beginning(moment, DAY_S) == datetime(2026, 3, 1, tzinfo=UTC)
    assert beginning(moment, FIVE_MINUTES_S) == datetime(2026, 3, 1, 19, 20, tzinfo=UTC)


@settings(max_examples=60)
@given(seen, st.sampled_from([FIVE_MINUTES_S, HOUR_S, DAY_S]))
def test_merging_keeps_number_sum_bounds_and_the_latest(
    given_: list[tuple[datetime, float]], span_s: int
) -> None:
    ordered = sorted(given_, key=lambda each: each[0])
    for bucket in merged((single(at, value) for at, value in ordered), span_s):
        within = [value for at, value in ordered if beginning(at, span_s) == bucket.at]
        assert bucket == Bucket(
            bucket.at, span_s, len(within), sum(within), min(within), max(within), within[-1]
        )
        assert bucket.total / bucket.n == sum(within) / len(within)


@settings(max_examples=60)
@given(seen)
def test_days_made_of_hours_are_days_made_at_once(given_: list[tuple[datetime, float]]) -> None:
    fine = [single(at, value) for at, value in sorted(given_, key=lambda each: each[0])]
    assert merged(merged(fine, HOUR_S), DAY_S) == merged(fine, DAY_S)


@pytest.mark.parametrize("step", STEPS)
@given(now=moments)
def test_only_whole_buckets_that_are_old_enough_are_due(step: object, now: datetime) -> None:
    assert step in STEPS
    for each in STEPS:
        end = each.end(now)
        assert beginning(end, each.to_s) == end
        assert now - each.after - timedelta(seconds=each.to_s) < end <= now - each.after
