"""When recurring messages come in a span of days, as far as they have no message yet."""

import logging
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from core.errors import InvalidInput
from core.local_days import Day
from core.recurrence import Recurrence
from core.recurring_message import RecurringMessage
from infra.db.series_row import as_series, recurrence_of

log = logging.getLogger(__name__)

A_DAY = 6
"""So many occurrences of one series are shown of a day: it may come every minute."""

KEPT = 2_000
"""Spans of series whose occurrences are kept: they are long in the reckoning."""

Known = tuple[str, str, datetime, str]
"""All that a recurrence is made of."""
Time = tuple[datetime, bool]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`and_more`: it comes again that day, more often than is shown."""

    at: datetime
    series: RecurringMessage
    and_more: bool = False


def occurrences(rows: Sequence[Any], days: Sequence[Day]) -> list[Occurrence]:
    """By time. `rows` are active series; one whose rule is not known here comes never."""
    found = [each for row in rows for each in _of(row, days)]
    return sorted(found, key=lambda each: (each.at, each.series.id))


def _of(row: Any, days: Sequence[Day]) -> Iterator[Occurrence]:
    try:
        repeat = recurrence_of(row)
    except InvalidInput as error:  # written by other code, or its zone is not known here
        log.warning("series %d: %s", row.id, error, extra={"series_id": row.id})
        return
    own = as_series(row)
    known = (repeat.rule, repeat.zone.key, repeat.starts, repeat.last)
    for at, and_more in _times(known, row.next_at, tuple(days)):
        yield Occurrence(at, own, and_more)


@lru_cache(maxsize=KEPT)
def _times(known: Known, first: datetime, days: tuple[Day, ...]) -> tuple[Time, ...]:
    """From the first that has no message yet on."""
    found: list[Time] = []
    rule, zone, starts, last = known
    repeat = Recurrence(rule, zone, starts, last)
    ends = [until for _, until in days]
    at = max(first, days[0][0]) - timedelta.resolution
    while (following := repeat.next_after(at)) is not None and following < ends[-1]:
        end = ends[bisect_right(ends, following)]
        times = list(islice(_until(repeat, following, end), A_DAY + 1))
        and_more = len(times) > A_DAY
        found += [(each, and_more and each == times[A_DAY - 1]) for each in times[:A_DAY]]
        at = end - timedelta.resolution if and_more else times[-1]
    return tuple(found)


def _until(repeat: Recurrence, first: datetime, end: datetime) -> Iterator[datetime]:
    at: datetime | None = first
    while at is not None and at < end:
        yield at
        at = repeat.next_after(at)
