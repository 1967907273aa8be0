"""How claims become batches for the broker."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.message import POSTS, Claim
from infra.celery.dispatch import (
    AHEAD_S,
    BATCH_MAX,
    BATCH_OF_RATE_S,
    BATCH_SPAN,
    BATCH_UNLIMITED,
    CLAIM_MAX,
    PAID_AHEAD_S,
    batch_size,
    capacity,
    cut,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def claim(id_: int, due_s: float = 0.0, broadcast_id: int = POSTS) -> Claim:
    return Claim(id_, 1, str(id_), broadcast_id, NOON + timedelta(seconds=due_s))


def in_order(claim: Claim) -> tuple[bool, datetime, int]:
    """As the ledger hands them out: posts first, then by time."""
    return claim.broadcast_id != POSTS, claim.due_at, claim.id


claims = st.lists(
    st.builds(
        claim,
        st.integers(1, 99),
        st.floats(-100, AHEAD_S) | st.floats(0, 0.6),
        st.sampled_from([POSTS, 1, 2]),
    ),
    max_size=40,
).map(lambda drawn: sorted(drawn, key=in_order))
sizes = st.integers(1, 12)


@given(claims, sizes)
def test_nothing_is_lost_and_the_order_is_kept(given: list[Claim], size: int) -> None:
    assert [each for batch in cut(given, size, NOON) for each in batch] == given


@given(claims, sizes)
def test_no_batch_is_empty_or_too_large(given: list[Claim], size: int) -> None:
    assert all(1 <= len(batch) <= size for batch in cut(given, size, NOON))


@given(claims, sizes)
def test_posts_and_broadcasts_travel_apart(given: list[Claim], size: int) -> None:
    for batch in cut(given, size, NOON):
        assert len({each.broadcast_id == POSTS for each in batch}) == 1


@given(claims, sizes)
def test_a_batch_is_due_within_a_quarter_of_a_second_counted_from_now_at_the_earliest(
    given: list[Claim], size: int
) -> None:
    for batch in cut(given, size, NOON):
        due = [max(each.due_at, NOON) for each in batch]
        assert max(due) - min(due) <= BATCH_SPAN == timedelta(seconds=0.25)
        # The batch leaves when its first is due: no other of it may have been due before.
        assert min(due) == due[0]


@given(claims, sizes)
def test_no_batch_is_cut_without_a_reason(given: list[Claim], size: int) -> None:
    for batch, following in pairwise(cut(given, size, NOON)):
        first, other = batch[0], following[0]
        assert (
            len(batch) == size
            or (first.broadcast_id == POSTS) != (other.broadcast_id == POSTS)
            or other.due_at - max(first.due_at, NOON) > BATCH_SPAN
        )


def test_a_thousand_that_are_overdue_travel_together_however_late_each_is() -> None:
    overdue = [claim(n, -1000 + n) for n in range(1000)]
    assert [len(batch) for batch in cut(overdue, 250, NOON)] == [250] * 4


def test_broadcasts_share_their_batches() -> None:
    mixed = [claim(n, 0.0, 1 + n % 3) for n in range(9)]
    assert [len(batch) for batch in cut(mixed, 100, NOON)] == [9]


def test_nothing_makes_no_batch() -> None:
    assert list(cut([], 10, NOON)) == []


@pytest.mark.parametrize(
    ("rate", "size"),
    [
        (0, BATCH_UNLIMITED),
        (0.1, 1),
        (1, 1),
        (30, 15),
        (100, 50),
        (1000, BATCH_MAX),
        (1e9, BATCH_MAX),
    ],
)
def test_a_batch_is_half_a_second_of_the_rate(rate: float, size: int) -> None:
    assert batch_size(rate) == size


@pytest.mark.parametrize(
    ("rate", "ahead_s", "count"),
    [
        *((30, AHEAD_S, 90), (0.1, AHEAD_S, 1), (1000, PAID_AHEAD_S, 1000)),
        *((1e9, AHEAD_S, CLAIM_MAX), (0, AHEAD_S, CLAIM_MAX), (0, PAID_AHEAD_S, CLAIM_MAX)),
    ],
)
def test_so_many_are_queued_as_leave_within_the_time_ahead(
    rate: float, ahead_s: float, count: int
) -> None:
    assert capacity(rate, ahead_s) == count


@given(st.floats(0, 1e12))
def test_a_batch_is_never_empty_nor_more_than_its_child_can_hold(rate: float) -> None:
    size = batch_size(rate)
    assert 1 <= size <= max(BATCH_MAX, BATCH_UNLIMITED)
    assert not rate or size <= max(1.0, rate * BATCH_OF_RATE_S + 0.5)
