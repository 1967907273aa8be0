"""Figures by buckets of time, and how old ones merge into fewer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from core.epoch import EPOCH

FIVE_MINUTES_S = 300
HOUR_S = 3_600
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Bucket:
    """`n` values seen in the `span_s` seconds from `at` on: their sum, bounds, and the latest."""

    at: datetime
    span_s: int
    n: int
    total: float
    least: float
    most: float
    last: float


@dataclass(frozen=True, slots=True)
class Step:
    """Buckets of `from_s` seconds, once they are older than `after`, become one of `to_s`."""

    from_s: int
    to_s: int
    after: timedelta

    def end(self, now: datetime) -> datetime:
        """What began before this moment is due: whole buckets of `to_s`, and none younger."""
        return beginning(now - self.after, self.to_s)


STEPS = (
    Step(FIVE_MINUTES_S, HOUR_S, timedelta(days=2)),
    Step(HOUR_S, DAY_S, timedelta(days=30)),
)
KEPT = timedelta(days=730)
"""Days older than this are removed."""


def beginning(moment: datetime, span_s: int) -> datetime:
    """When the bucket of `span_s` seconds began that this moment falls into; in UTC."""
    span = timedelta(seconds=span_s)
    return EPOCH + (moment - EPOCH) // span * span


def single(at: datetime, value: float) -> Bucket:
    """The finest bucket, with this value alone."""
    return Bucket(beginning(at, FIVE_MINUTES_S), FIVE_MINUTES_S, 1, value, value, value, value)


def merged(buckets: Iterable[Bucket], span_s: int) -> list[Bucket]:
    """The same values in buckets of `span_s` seconds, oldest first."""
    ordered = sorted(buckets, key=lambda bucket: bucket.at)
    groups = groupby(ordered, key=lambda bucket: beginning(bucket.at, span_s))
    return [_merge(at, span_s, list(group)) for at, group in groups]


def _merge(at: datetime, span_s: int, buckets: Sequence[Bucket]) -> Bucket:
    return Bucket(
        at,
        span_s,
        n=sum(bucket.n for bucket in buckets),
        total=sum(bucket.total for bucket in buckets),
        least=min(bucket.least for bucket in buckets),
        most=max(bucket.most for bucket in buckets),
        last=buckets[-1].last,
    )
