"""Roles, and times of the day as they are kept."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.person import Role, minute_of, time_of
from core.subscriber import Profile


def test_each_role_may_what_the_next_one_may() -> None:
    may = {(one, other) for one in Role for other in Role if one.may(other)}
    owner, editor, viewer = Role
    assert may == {
        *((owner, owner), (owner, editor), (owner, viewer)),
        *((editor, editor), (editor, viewer), (viewer, viewer)),
    }


def test_of_two_roles_the_greater_one_counts() -> None:
    assert Role.VIEWER.or_more(Role.OWNER) is Role.OWNER
    assert Role.OWNER.or_more(Role.VIEWER) is Role.OWNER
    assert Role.EDITOR.or_more(None) is Role.EDITOR


@given(st.integers(0, 24 * 60 - 1))
def test_minutes_since_midnight_are_a_time_and_back(minute: int) -> None:
    assert minute_of(time_of(minute)) == minute


def test_midnight_is_midnight() -> None:
    assert time_of(24 * 60) == time(0)


@pytest.mark.parametrize(
    ("names", "shown"),
    [(("Ada", "Byron", "ada"), "Ada Byron"), (("", "", "ada"), "ada"), (("", "", ""), "7")],
)
def test_somebody_has_a_name_whatever_telegram_tells(
    names: tuple[str, str, str], shown: str
) -> None:
    assert Profile(7, *names, "en").name == shown
