"""When a post's views are to be read next: often while it is new, in the end never."""

from datetime import datetime, timedelta

from core.epoch import EPOCH

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

CADENCE = (
    (HOUR, 5 * MINUTE),
    (DAY, 30 * MINUTE),
    (7 * DAY, 6 * HOUR),
    (30 * DAY, DAY),
)
"""Up to which age of a post its views are read how often: at most 105 times in all."""

WATCHED_FOR = CADENCE[-1][0]

AT_LATEST = HOUR
"""How long a channel is left alone when none of its posts is due: somebody may have posted by
hand, and nothing tells us."""

LEASE = 5 * MINUTE
"""Who took a channel on has so long to look at it before another may."""

# A step of the golden ratio lays channels with neighbouring numbers far apart.
GOLDEN = 0.618033988749895


def next_sample(posted_at: datetime, now: datetime, phase: float = 0.0) -> datetime | None:
    """When to read a post's views again after `now`; None where they are read no more.

    Times lie on a grid, the same for all posts of a channel: so one look serves them all, and
    one that came late does not make the next one late. `phase`, from 0 to 1, is where in each
    interval the channel's grid lies.
    """
    for until_age, moment in next_by_age(now, phase):
        if now - posted_at < until_age:
            return moment
    return None


def next_by_age(now: datetime, phase: float = 0.0) -> list[tuple[timedelta, datetime]]:
    """Up to which age of a post its views are read when, as `next_sample` tells of one post."""
    return [(until_age, _next_on_grid(now, every, phase)) for until_age, every in CADENCE]


def phase_of(channel_id: int) -> float:
    """The channel's own place in each interval, so that not all are due at once."""
    return channel_id * GOLDEN % 1


def _next_on_grid(now: datetime, every: timedelta, phase: float) -> datetime:
    start = EPOCH + phase * every
    return start + ((now - start) // every + 1) * every
