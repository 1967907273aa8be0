"""What the samples tell: view curves, growth, engagement."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.channel import Post, Run
from core.engagement import (
    DAY_S,
    Growth,
    Median,
    best_post,
    course,
    curve,
    engagement_rate,
    growth,
    median_views,
    views_at,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def runs(*looks: tuple[float, float, int]) -> tuple[Run, ...]:
    """Runs from (first look, last look, count), in seconds after the post."""
    return tuple(Run(after(at), after(until), count) for at, until, count in looks)


def post(*looks: tuple[float, float, int], id_: int = 1, posted_at: datetime = NOON) -> Post:
    last = looks[-1][2] if looks else None
    return Post(id_, posted_at, "", last, str(last or ""), None, runs=runs(*looks))


LOOKS = ((60, 60, 10), (120, 180, 20), (240, 240, 50))


@pytest.mark.parametrize(
    ("age_s", "views"),
    [
        (0, None),  # nobody had looked
        (59, None),
        (60, 10),
        (90, 15),
        (120, 20),
        (150, 20),
        (180, 20),
        (210, 35),
        (240, 50),
        (241, None),  # nobody has looked since
    ],
)
def test_views_between_two_looks_lie_on_a_line(age_s: float, views: float | None) -> None:
    assert views_at(post(*LOOKS), age_s) == views


def test_looks_that_are_further_apart_than_the_post_was_old_tell_nothing_of_between() -> None:
    seldom = post((60, 60, 10), (DAY_S, DAY_S, 1000), (3 * DAY_S, 3 * DAY_S, 3000))
    assert views_at(seldom, 3600) is None
    assert views_at(seldom, DAY_S) == 1000
    assert views_at(seldom, 1.5 * DAY_S) is None
    assert views_at(seldom, 2 * DAY_S) == 2000


def test_a_count_that_stood_still_is_known_however_seldom_one_looked() -> None:
    assert views_at(post((60, 9 * DAY_S, 3)), DAY_S) == 3


def test_a_post_that_nobody_looked_at_has_no_views_and_no_curve() -> None:
    assert views_at(post(), 60) is None
    assert curve(post(), 5) == []


def test_a_curve_begins_at_no_views_and_ends_at_the_last_look() -> None:
    assert curve(post(*LOOKS), 5) == [0, 10, 20, 20, 50]


def test_a_curve_of_a_post_that_was_found_late_begins_at_the_first_look() -> None:
    assert curve(post((500, 500, 90), (600, 600, 100)), 3) == [90, 95, 100]
    assert curve(post((500, 500, 90)), 3) == []


def test_a_course_goes_from_the_first_look_to_the_last() -> None:
    assert course(runs((0, 10, 5), (20, 20, 7)), 3) == [5, 5, 7]
    assert course(runs((0, 0, 5)), 3) == [5, 5, 5]
    assert course((), 3) == []


def test_growth_is_from_the_first_look_in_the_period_to_the_last() -> None:
    members = runs((0, 100, 50), (200, 300, 60), (400, 400, 45))
    assert growth(members, after(0)) == Growth(50, 45, after(0), after(400))
    assert growth(members, after(50)) == Growth(50, 45, after(50), after(400))
    assert growth(members, after(150)) == Growth(60, 45, after(200), after(400))
    assert growth(members, after(401)) is None
    assert Growth(50, 45, NOON, NOON).percent == -10
    assert Growth(0, 45, NOON, NOON).percent is None


def test_a_median_rests_only_on_posts_that_were_seen_at_that_age() -> None:
    seen = [post((60, 60, views)) for views in (1, 5, 30)]
    unseen = post((90, 90, 1000))
    assert median_views([*seen, unseen], 60) == Median(5, 3)
    assert median_views([unseen], 60) is None
    assert median_views(seen, 60, until=NOON) is None
    assert median_views(seen, 60, since=NOON, until=after(1)) == Median(5, 3)


def test_engagement_is_views_for_each_member_where_both_are_known() -> None:
    assert engagement_rate(Median(40, 3), 100) == 0.4
    assert engagement_rate(Median(40, 3), 0) is None
    assert engagement_rate(Median(40, 3), None) is None
    assert engagement_rate(None, 100) is None


def test_of_equals_the_newest_is_the_best_post() -> None:
    old, new = post((1, 1, 7), id_=1), post((1, 1, 7), id_=2, posted_at=after(5))
    assert best_post([new, old, post(id_=3)]) == new
    assert best_post([post()]) is None


gaps = st.integers(1, 100_000)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Run, ...]:
    """Runs as they come about: one after the other, their counts never less."""
    at_s, count, found = 0.0, 0, []
    for _ in range(draw(st.integers(1, 8))):
        at_s += draw(gaps)
        until_s = at_s + draw(st.sampled_from([0, 1, 300, 50_000]))
        count += draw(st.integers(1, 1000))
        found.append((at_s, until_s, count))
        at_s = until_s
    return runs(*found)


@given(histories())
def test_at_each_look_the_curve_goes_through_what_was_seen(history: Sequence[Run]) -> None:
    seen = Post(1, NOON, "", None, "", None, runs=tuple(history))
    for run in history:
        for moment in (run.at, run.until):
            assert views_at(seen, (moment - NOON).total_seconds()) == run.value


@given(histories(), st.lists(gaps, max_size=20))
def test_views_never_fall_with_age(history: Sequence[Run], ages_s: list[int]) -> None:
    seen = Post(1, NOON, "", None, "", None, runs=tuple(history))
    known = [views for age_s in sorted(ages_s) if (views := views_at(seen, age_s)) is not None]
    assert all(earlier <= later + 1e-6 for earlier, later in pairwise(known))
    assert all(history[0].value <= views <= history[-1].value for views in known)


@given(histories(), st.integers(2, 30))
def test_a_curve_rises_to_the_newest_count(history: Sequence[Run], points: int) -> None:
    drawn = curve(Post(1, NOON, "", None, "", None, runs=tuple(history)), points)
    assert len(drawn) == (points if history[0].at < history[-1].until else 0)
    assert drawn == sorted(drawn)
    assert not drawn or (drawn[0] in (0, history[0].value) and drawn[-1] == history[-1].value)
