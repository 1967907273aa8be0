"""When a post's views are read next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.epoch import EPOCH
from core.sampling import CADENCE, next_sample, phase_of

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
MOST = 105
"""Looks at one post: 12 in its first hour, 46 to a day, 24 to a week, 23 to a month."""

seconds = st.integers(0, 40 * 86_400)
phases = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(0), timedelta(minutes=5)),
        (timedelta(minutes=59), timedelta(minutes=5)),
        (timedelta(minutes=60), timedelta(minutes=30)),
        (timedelta(hours=23, minutes=59), timedelta(minutes=30)),
        (timedelta(hours=24), timedelta(hours=6)),
        (timedelta(days=6, hours=23), timedelta(hours=6)),
        (timedelta(days=7), timedelta(hours=12)),  # the grid of days begins at midnight
        (timedelta(days=29, hours=23), timedelta(hours=12)),
        (timedelta(days=30), None),
        (timedelta(days=400), None),
    ],
)
def test_a_post_is_looked_at_ever_more_seldom_and_in_the_end_never(
    age: timedelta, wait: timedelta | None
) -> None:
    assert next_sample(NOON - age, NOON) == (NOON + wait if wait else None)


def test_a_look_that_came_late_does_not_make_the_next_one_late() -> None:
    posted_at = NOON - timedelta(minutes=1)
    for late_s in (0, 1, 30, 299):
        looked_at = NOON + timedelta(seconds=late_s)
        assert next_sample(posted_at, looked_at) == NOON + timedelta(minutes=5)


def test_one_look_serves_all_posts_of_a_channel() -> None:
    young, old = NOON - timedelta(minutes=7), NOON - timedelta(hours=2, minutes=3)
    half_past = NOON + timedelta(minutes=30)
    assert next_sample(old, NOON) == half_past
    assert next_sample(young, half_past - timedelta(seconds=1)) == half_past


@given(seconds, phases)
def test_the_next_look_is_to_come_and_no_further_off_than_the_cadence_says(
    age_s: int, phase: float
) -> None:
    age = timedelta(seconds=age_s)
    found = next_sample(NOON - age, NOON, phase)
    every = next((each for until, each in CADENCE if age < until), None)
    assert (found is None) == (every is None)
    if found is not None and every is not None:
        assert timedelta(0) < found - NOON <= every
        assert not (found - EPOCH - phase * every) % every


@given(st.integers(1, 10**6))
def test_no_post_is_looked_at_more_often_than_the_plan_says(channel_id: int) -> None:
    looks, moment = 0, NOON
    while (following := next_sample(NOON, moment, phase_of(channel_id))) is not None:
        moment, looks = following, looks + 1
    assert MOST - 4 <= looks <= MOST + 4  # one more or less where the cadence changes


def test_channels_are_not_due_all_at_once() -> None:
    minutes = {int(phase_of(channel_id) * 60) for channel_id in range(1, 201)}
    assert minutes == set(range(60))
