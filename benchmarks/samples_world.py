"""A month of channels as they might be: posts, views that grow, and the looks at them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from core.sampling import AT_LATEST, next_sample, phase_of
from core.view_count import ViewCount, read_view_count
from sandbox.views import short_number

TICK = timedelta(minutes=5)
PAGE = 20
POSTS_A_WEEK = 20
WEEK_S = 7 * 86_400
# Most of a post's views come within a day, the rest over weeks.
FAST_SHARE, FAST_HALF_S, SLOW_HALF_S = 0.85, 6 * 3600, 4 * 86_400


@dataclass
class Growing:
    """A post, and what came of the looks at it: `runs` of (first look, last look, count)."""

    number: int
    posted_at: datetime
    final: int
    sample_at: datetime | None = None
    looks: list[datetime] = field(default_factory=list)
    runs: list[tuple[datetime, datetime, ViewCount]] = field(default_factory=list)

    def count(self, now: datetime) -> ViewCount:
        age_s = (now - self.posted_at).total_seconds()
        left = FAST_SHARE * 2 ** (-age_s / FAST_HALF_S)
        left += (1 - FAST_SHARE) * 2 ** (-age_s / SLOW_HALF_S)
        return _shown(max(1, round(self.final * (1 - left))))

    def look(self, now: datetime, phase: float) -> None:
        seen = self.count(now)
        self.looks.append(now)
        self.sample_at = next_sample(self.posted_at, now, phase)
        if self.runs and self.runs[-1][2] == seen:
            self.runs[-1] = (self.runs[-1][0], now, seen)
        else:
            self.runs.append((now, now, seen))


@lru_cache(maxsize=100_000)
def _shown(views: int) -> ViewCount:
    return read_view_count(short_number(views))


@dataclass
class World:
    """One channel over some days that end now."""

    number: int
    days: int
    posts: list[Growing] = field(default_factory=list)
    members: list[tuple[datetime, datetime, int]] = field(default_factory=list)
    pages: int = 0

    def live(self) -> "World":
        chance = random.Random(self.number)
        end = datetime.now(UTC).replace(microsecond=0)
        begin = end - timedelta(days=self.days)
        coming = iter(_posts(chance, begin, end))
        upcoming, look_at = next(coming, None), begin
        members, now = chance.randint(100, 50_000), begin
        while now < end:
            while upcoming is not None and upcoming.posted_at <= now:
                self.posts.append(upcoming)
                # It was sent by us: the next tick looks at once.
                upcoming, look_at = next(coming, None), now
            if look_at <= now:
                members += chance.random() < 0.1
                look_at = self._look(now, members)
            now += TICK
        return self

    def _look(self, now: datetime, members: int) -> datetime:
        phase = phase_of(self.number)
        due = [p for p in self.posts[:-PAGE] if p.sample_at is not None and p.sample_at <= now]
        for post in [*self.posts[-PAGE:], *due]:
            post.look(now, phase)
        self.pages += 1 + -(-len(due) // PAGE)
        if self.members and self.members[-1][2] == members:
            self.members[-1] = (self.members[-1][0], now, members)
        else:
            self.members.append((now, now, members))
        times = [post.sample_at for post in self.posts if post.sample_at is not None]
        return min([*times, now + AT_LATEST])

    @property
    def looks(self) -> int:
        return sum(len(post.looks) for post in self.posts)


def _posts(chance: random.Random, begin: datetime, end: datetime) -> Iterator[Growing]:
    reach = 10 ** chance.uniform(1.5, 5.5)
    at, number = begin, 0
    while (at := at + timedelta(seconds=chance.expovariate(POSTS_A_WEEK / WEEK_S))) < end:
        number += 1
        yield Growing(number, at, round(reach * chance.lognormvariate(0, 0.4)))


def worlds(count: int, days: int) -> Sequence[World]:
    return [World(number, days).live() for number in range(1, count + 1)]
