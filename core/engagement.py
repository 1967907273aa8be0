"""What the samples tell: view curves, growth, engagement.

All figures are of what was seen. Where nobody looked there is no figure: None, never 0.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from core.channel import Post, Run

HOUR_S, DAY_S, WEEK_S = 3_600.0, 86_400.0, 604_800.0


@dataclass(frozen=True, slots=True)
class Growth:
    """From what to what a count came, and when these two were seen."""

    first: int
    last: int
    since: datetime
    until: datetime

    @property
    def change(self) -> int:
        return self.last - self.first

    @property
    def percent(self) -> float | None:
        return 100 * self.change / self.first if self.first else None


@dataclass(frozen=True, slots=True)
class Median:
    """A median, and how many posts it rests on."""

    views: float
    posts: int


def views_at(post: Post, age_s: float) -> float | None:
    """The post's views at an age, between two looks in proportion to the time.

    None before the first look and after the last; and where the looks before and after are
    further apart than the post was old, for there the line between them tells nothing.
    """
    corners = list(_corners(post.runs))
    moment = post.posted_at + timedelta(seconds=age_s)
    place = bisect_left(corners, moment, key=lambda corner: corner[0])
    if place == len(corners) or (place == 0 and corners[0][0] != moment):
        return None
    before, after = corners[max(place - 1, 0)], corners[place]
    if after[1] != before[1] and (after[0] - before[0]).total_seconds() > age_s:
        return None
    return _between(before, after, moment)


def curve(post: Post, points: int) -> list[float]:
    """The views at so many ages, evenly from the post's first moment, without views, to the last
    look. From the first look, where that came so late that the line up to it would be most of the
    curve; empty with a single look, which makes no curve.
    """
    corners = list(_corners(post.runs))
    if len(corners) < 2:
        return []
    if corners[0][0] - post.posted_at <= corners[-1][0] - corners[0][0]:
        corners.insert(0, (post.posted_at, 0.0))
    return _evenly(corners, points)


def course(runs: Sequence[Run], points: int) -> list[float]:
    """The count at so many moments, evenly from the first look to the last."""
    return _evenly(list(_corners(runs)), points) if runs else []


def growth(runs: Sequence[Run], since: datetime) -> Growth | None:
    """How a count grew by its first look at or after `since` and its last; None without a look."""
    seen = [run for run in runs if run.until >= since]
    if not seen:
        return None
    first, last = seen[0], seen[-1]
    return Growth(first.value, last.value, max(first.at, since), last.until)


def median_views(
    posts: Iterable[Post],
    age_s: float,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Median | None:
    """The median of views at an age, of the posts from `since` on and before `until`.

    Posts whose views at that age are not known do not count; None where that is all.
    """
    found = [
        views
        for post in posts
        if (since is None or post.posted_at >= since)
        and (until is None or post.posted_at < until)
        and (views := views_at(post, age_s)) is not None
    ]
    return Median(median(found), len(found)) if found else None


def engagement_rate(views: Median | None, members: int | None) -> float | None:
    """Views of a post for each member, 0.4 for four views to ten members; None if either is not
    known.
    """
    return views.views / members if views and members else None


def best_post(posts: Iterable[Post]) -> Post | None:
    """The post with the most views so far; of equals, the newest."""
    seen = [post for post in posts if post.views is not None]
    return max(seen, key=lambda post: (post.views, post.posted_at), default=None)


Corner = tuple[datetime, float]


def _corners(runs: Iterable[Run]) -> Iterator[Corner]:
    """Where the line through the runs bends; each moment once."""
    for run in runs:
        yield run.at, run.value
        if run.until > run.at:
            yield run.until, run.value


def _between(before: Corner, after: Corner, moment: datetime) -> float:
    span_s = (after[0] - before[0]).total_seconds()
    if not span_s:
        return float(after[1])
    share = (moment - before[0]).total_seconds() / span_s
    return before[1] + (after[1] - before[1]) * share


def _evenly(corners: Sequence[Corner], points: int) -> list[float]:
    first, last = corners[0][0], corners[-1][0]
    steps = max(points - 1, 1)
    return [_on_line(corners, first + (last - first) * n / steps) for n in range(points)]


def _on_line(corners: Sequence[Corner], moment: datetime) -> float:
    place = bisect_left(corners, moment, key=lambda corner: corner[0])
    place = min(place, len(corners) - 1)
    return _between(corners[max(place - 1, 0)], corners[place], moment)
