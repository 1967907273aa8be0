"""Days as the clocks of a zone have them: 23 or 25 hours long where those are changed."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Day = tuple[datetime, datetime]
"""From its beginning to that of the next, UTC."""


def begins(day: date, zone: ZoneInfo) -> datetime:
    """UTC. Where midnight is left out, it is when clocks go forward; of two, the first."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def days_between(since: date, until: date, zone: ZoneInfo) -> list[Day]:
    """Every day from `since` on, without `until`."""
    count = (until - since).days
    edges = [begins(since + timedelta(days=n), zone) for n in range(count + 1)]
    return list(pairwise(edges))
