"""Which occurrences are due: the same, however the work is cut into slices."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.recurrence import Recurrence
from core.recurring_message import MISSED_AFTER_S, Missed, take_due

STARTS = datetime(2026, 3, 28, 9)  # noqa: DTZ001 (a wall time, the day before clocks change)
BEGINS = datetime(2026, 3, 28, 8, tzinfo=UTC)
RULES = [
    "FREQ=HOURLY",
    "FREQ=DAILY;BYHOUR=2,9,17",
    "FREQ=MINUTELY;INTERVAL=50",
    "FREQ=DAILY;COUNT=3",
]


@settings(max_examples=25)
@given(
    st.sampled_from(RULES),
    st.sampled_from(Missed),
    st.integers(0, 4 * 86_400),
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
)
def test_any_slicing_gives_the_same_occurrences(
    rule: str, missed: Missed, passed_s: int, slices: list[int]
) -> None:
    recurrence = Recurrence(rule, "Europe/Berlin", STARTS)
    now = BEGINS + timedelta(seconds=passed_s)
    until = now + timedelta(hours=1)
    whole = take_due(recurrence.next_after, BEGINS, missed, now, until, 10_000)
    at: datetime | None = BEGINS
    wanted: list[datetime] = []
    skipped = turn = 0
    while at is not None and at <= until:
        most = slices[turn % len(slices)]
        part = take_due(recurrence.next_after, at, missed, now, until, most)
        assert len(part.wanted) + part.skipped <= most
        wanted += part.wanted
        skipped, at, turn = skipped + part.skipped, part.next_at, turn + 1
    assert (tuple(wanted), skipped, at) == (whole.wanted, whole.skipped, whole.next_at)
    _is_complete(recurrence, missed, now, until, list(whole.wanted), whole.skipped)


def _is_complete(
    recurrence: Recurrence,
    missed: Missed,
    now: datetime,
    until: datetime,
    wanted: list[datetime],
    skipped: int,
) -> None:
    all_of_them = recurrence.upcoming(BEGINS - timedelta(seconds=1), 1_000)
    due = [at for at in all_of_them if at <= until]
    late = [at for at in due if (now - at).total_seconds() > MISSED_AFTER_S]
    left_out = late if missed is Missed.SKIP else []
    assert wanted == [at for at in due if at not in left_out]
    assert skipped == len(left_out)
