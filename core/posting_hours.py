"""The best time to post, by what a channel's own posts have shown."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from statistics import median

from core.channel import Post
from core.engagement import DAY_S, views_at

POSTS_AN_HOUR = 3
"""One post that went well is no pattern: an hour counts from this many on."""
POSTS = 20
HOURS = 2


@dataclass(frozen=True, slots=True)
class HourOfWeek:
    """An hour of the week; weekday 0 is Monday. `views` is the median of its posts."""

    weekday: int
    hour: int
    views: float
    posts: int


@dataclass(frozen=True, slots=True)
class PostingHours:
    """Every hour of the week in which there were posts, most views first.

    `best` has only those that rest on enough posts. It is empty, and `too_little` says why,
    where there are too few to compare.
    """

    hours: tuple[HourOfWeek, ...]
    best: tuple[HourOfWeek, ...]
    posts: int
    too_little: str = ""


def posting_hours(posts: Iterable[Post], zone: tzinfo, age_s: float = DAY_S) -> PostingHours:
    """Compare hours by the views that their posts had at that age, as clocks in the zone show."""
    by_hour: dict[tuple[int, int], list[float]] = defaultdict(list)
    for post in posts:
        if (views := views_at(post, age_s)) is not None:
            local = post.posted_at.astimezone(zone)
            by_hour[local.weekday(), local.hour].append(views)
    found = (HourOfWeek(*when, median(views), len(views)) for when, views in by_hour.items())
    hours = tuple(sorted(found, key=lambda each: (-each.views, each.weekday, each.hour)))
    counted = tuple(each for each in hours if each.posts >= POSTS_AN_HOUR)
    total = sum(each.posts for each in hours)
    if total < POSTS or len(counted) < HOURS:
        return PostingHours(hours, (), total, _too_little(total, len(counted), age_s))
    return PostingHours(hours, counted, total)


def _too_little(posts: int, hours: int, age_s: float) -> str:
    return (
        f"too little data: posts with known views at {age_s / 3600:g} h: {posts} of {POSTS}; "
        f"hours with at least {POSTS_AN_HOUR} of them: {hours} of {HOURS}"
    )
