"""When a recurring message comes next, and in what words."""

from datetime import datetime

from core.errors import InvalidInput
from core.recurrence import Recurrence
from core.recurrence_telling import in_words
from core.recurring_message import RecurringMessage, SeriesState

DATES_SHOWN = 5
SILENT = (SeriesState.PAUSED, SeriesState.CANCELLED)


def upcoming(series: RecurringMessage, now: datetime, n: int = DATES_SHOWN) -> list[datetime]:
    """The next times at which it sends, UTC; none for one that cannot be read: it was written by
    other code, or its zone is not known here, and is paused when its time comes.
    """
    if series.state in SILENT:
        return []
    try:
        return Recurrence(series.rule, series.zone, series.starts).upcoming(now, n)
    except InvalidInput:
        return []


def words_of(series: RecurringMessage) -> str:
    """Its rule in English words; the rule itself where it cannot be read."""
    try:
        return in_words(series.rule)
    except InvalidInput:  # written by other code; it is paused, and said to be so
        return series.rule
