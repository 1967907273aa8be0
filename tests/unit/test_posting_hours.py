"""The best time to post, by what a channel's own posts have shown."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.channel import Post, Run
from core.engagement import DAY_S
from core.posting_hours import HourOfWeek, posting_hours

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def posts(hour: int, views: int, count: int, weekday: int = 0) -> Iterator[Post]:
    """One a week at that hour of UTC, each seen a day later."""
    for week in range(count):
        posted_at = MONDAY + timedelta(days=weekday - 7 * week, hours=hour, minutes=30)
        at = posted_at + timedelta(seconds=DAY_S)
        yield Post(week, posted_at, "", views, str(views), at, runs=(Run(at, at, views),))


def test_hours_are_compared_by_the_views_of_their_posts_after_a_day() -> None:
    given = [*posts(9, 100, 10), *posts(18, 300, 10), *posts(3, 900, 2)]
    found = posting_hours(given, UTC)
    assert found.best == (HourOfWeek(0, 18, 300, 10), HourOfWeek(0, 9, 100, 10))
    assert found.hours[0] == HourOfWeek(0, 3, 900, 2)  # shown, but two posts are no pattern
    assert (found.posts, found.too_little) == (22, "")


def test_an_hour_is_what_clocks_show_in_the_zone() -> None:
    given = [*posts(23, 100, 10), *posts(9, 50, 10)]
    found = posting_hours(given, ZoneInfo("Asia/Tokyo"))
    assert [(each.weekday, each.hour) for each in found.best] == [(1, 8), (0, 18)]


def test_an_hour_keeps_its_name_where_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    summer = [post for post in posts(7, 10, 60) if post.posted_at.astimezone(berlin).dst()]
    winter = [post for post in posts(8, 10, 60) if not post.posted_at.astimezone(berlin).dst()]
    found = posting_hours([*summer, *winter], berlin)
    assert {(each.weekday, each.hour) for each in found.hours} == {(0, 9)}


def test_too_little_data_is_said_and_not_made_up_for() -> None:
    few = posting_hours(posts(9, 100, 5), UTC)
    assert few.best == ()
    assert "with known views at 24 h: 5 of 20" in few.too_little
    one_hour = posting_hours(posts(9, 100, 30), UTC)
    assert one_hour.best == ()
    assert "hours with at least 3 of them: 1 of 2" in one_hour.too_little
    assert posting_hours([], UTC).hours == ()


def test_posts_whose_views_at_that_age_nobody_saw_do_not_count() -> None:
    unseen = [Post(1, MONDAY, "", 5, "5", MONDAY, runs=(Run(MONDAY, MONDAY, 5),))]
    assert posting_hours(unseen, UTC).posts == 0
