"""A message that recurs: what it carries, where it stands, and which of its times are due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.message import Content, OnUncertain

MISSED_AFTER_S = 300.0
"""Later than this an occurrence was missed: what would still be welcome of a morning's post."""


class Missed(StrEnum):
    """What becomes of an occurrence whose time passed while nothing ran."""

    SEND = "send"  # late, each of them
    SKIP = "skip"  # not at all, if it would be more than MISSED_AFTER_S late


class SeriesState(StrEnum):
    """Where a recurrence stands. Each comment says who moves it on."""

    ACTIVE = "active"  # its rule, when it has no more occurrences; or a person
    PAUSED = "paused"  # a person resumes or cancels it
    ENDED = "ended"  # final: its rule has no more occurrences; a person may cancel the last ones
    CANCELLED = "cancelled"  # final


@dataclass(frozen=True, slots=True)
class RecurringMessage:
    """A series as the ledger knows it. `starts` is a wall time in `zone`, the other times are UTC.

    `next_at` is the first occurrence that has no message yet; None where there is none.
    `skipped` counts the occurrences that were missed and left out: they never had a message.
    """

    id: int
    bot_id: int
    key: str
    chat_id: str
    content: Content
    rule: str
    zone: str
    starts: datetime
    missed: Missed
    state: SeriesState
    next_at: datetime | None
    skipped: int
    on_uncertain: OnUncertain
    max_attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """Occurrences to be written, how many were left out, and the first that was not looked at."""

    wanted: tuple[datetime, ...]
    skipped: int
    next_at: datetime | None


def take_due(
    next_after: Callable[[datetime], datetime | None],
    next_at: datetime,
    missed: Missed,
    now: datetime,
    until: datetime,
    most: int,
) -> Due:
    """Go through the occurrences from `next_at` on: up to `until`, and `most` of them."""
    at: datetime | None = next_at
    too_late = now - timedelta(seconds=MISSED_AFTER_S)
    wanted: list[datetime] = []
    looked = 0
    while at is not None and at <= until and looked < most:
        if missed is Missed.SEND or at >= too_late:
            wanted.append(at)
        looked += 1
        at = next_after(at)
    return Due(tuple(wanted), looked - len(wanted), at)
