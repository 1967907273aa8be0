"""One rule for every wait: base x backoff^n, give or take a fifth, never sooner than asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.retry import RetryPolicy, policy_of_options

SEND = RetryPolicy(10, 2.0, 5)
DEFAULT = RetryPolicy(30, 2.0, 5)
LEAST, MIDDLE, MOST = 0.0, 0.5, 1 - 1e-12

seconds = st.floats(0, 10_000)
draws = st.floats(0, 1, exclude_max=True)
failures = st.integers(1, 60)
policies = st.builds(
    RetryPolicy, seconds, st.floats(1, 10), st.integers(0, 60), max_delay_s=st.floats(1, 10_000)
)


@pytest.mark.parametrize(
    ("policy", "waits_s"), [(SEND, [10, 20, 40, 80, 160]), (DEFAULT, [30, 60, 120, 240, 480])]
)
def test_each_wait_is_twice_the_one_before_give_or_take_a_fifth(
    policy: RetryPolicy, waits_s: list[float]
) -> None:
    for draw, share in ((LEAST, 0.8), (MIDDLE, 1.0), (MOST, 1.2)):
        drawn = [policy.delay_s(failed, iter([draw]).__next__) for failed in range(1, 6)]
        assert drawn == pytest.approx([wait_s * share for wait_s in waits_s])


def test_without_jitter_a_wait_is_exact() -> None:
    exact = RetryPolicy(10, 2.0, 5, jitter=False)
    assert [exact.delay_s(failed, lambda: LEAST) for failed in (1, 2, 3)] == [10, 20, 40]


@given(policies, failures, draws)
def test_a_wait_stays_within_a_fifth_of_its_middle(
    policy: RetryPolicy, failed: int, draw: float
) -> None:
    middle_s = min(policy.base_delay_s * policy.backoff ** (failed - 1), policy.max_delay_s)
    wait_s = policy.delay_s(failed, lambda: draw)
    assert 0.8 * middle_s * (1 - 1e-9) <= wait_s <= 1.2 * middle_s * (1 + 1e-9)


@given(policies, failures, draws, seconds)
def test_a_wait_is_never_shorter_than_telegram_asks(
    policy: RetryPolicy, failed: int, draw: float, retry_after_s: float
) -> None:
    own_s = policy.delay_s(failed, lambda: draw)
    assert policy.delay_s(failed, lambda: draw, retry_after_s) == max(own_s, retry_after_s)


@given(policies, failures)
def test_waits_never_shrink_from_one_failure_to_the_next(policy: RetryPolicy, failed: int) -> None:
    assert policy.delay_s(failed, lambda: MIDDLE) <= policy.delay_s(failed + 1, lambda: MIDDLE)


def test_a_wait_grows_no_longer_than_an_hour() -> None:
    assert SEND.delay_s(20, lambda: MIDDLE) == 3600
    assert SEND.delay_s(20, lambda: MIDDLE, retry_after_s=9000) == 9000


def test_a_task_with_thousands_of_retries_waits_an_hour_for_each() -> None:
    assert SEND.delay_s(2000, lambda: MIDDLE) == 3600


def test_the_first_try_is_no_retry() -> None:
    assert SEND.max_attempts == 6


@pytest.mark.parametrize(
    ("retry_backoff", "factor"), [(2, 2.0), (3, 3.0), (True, 2.0), (False, 1.0), (0, 1.0)]
)
def test_a_tasks_options_name_its_policy(retry_backoff: float | bool, factor: float) -> None:
    policy = policy_of_options(
        default_delay_s=7, max_retries=3, retry_backoff=retry_backoff, retry_jitter=False
    )
    assert policy == RetryPolicy(7, factor, 3, jitter=False)
