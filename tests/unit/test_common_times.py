"""The times that are offered as buttons."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.common_times import Common, common_times, is_quiet

BERLIN = ZoneInfo("Europe/Berlin")
AHEAD = [each for each in Common if each is not Common.THIS_MORNING]
"""At noon."""

TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))


def offered(now: str, quiet: tuple[time, time] | None = None) -> list[str]:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
    return [
        f"{each.name} {each.moment.local:%a %H:%M}" for each in common_times(moment, BERLIN, quiet)
    ]


def test_on_a_wednesday_at_noon_all_of_them_are_offered() -> None:
    assert offered("2026-11-18 12:00") == [
        "in_an_hour Wed 13:00",
        "this_evening Wed 20:00",
        "tomorrow_morning Thu 09:00",
        "tomorrow_evening Thu 20:00",
        "next_monday Mon 09:00",
    ]


def test_before_nine_this_morning_is_offered() -> None:
    assert offered("2026-11-23 03:04", (time(22), time(8)))[:2] == [  # a Monday
        "this_morning Mon 09:00",
        "this_evening Mon 20:00",
    ]


def test_no_moment_is_offered_twice() -> None:
    assert offered("2026-11-22 19:00") == [  # a Sunday
        "in_an_hour Sun 20:00",
        "tomorrow_morning Mon 09:00",
        "tomorrow_evening Mon 20:00",
    ]


def test_next_monday_on_a_monday_is_in_a_week() -> None:
    monday = datetime(2026, 11, 23, 6, tzinfo=BERLIN)
    last = common_times(monday, BERLIN)[-1]
    assert (last.name, last.moment.local.day) == (Common.NEXT_MONDAY, 30)


@pytest.mark.parametrize(
    ("quiet", "left"),
    [
        ((time(20), time(9)), ["in_an_hour", "tomorrow_morning", "next_monday"]),
        ((time(20, 1), time(9)), AHEAD),
        ((time(9), time(14)), ["this_evening", "tomorrow_evening"]),
        ((time(9), time(9)), AHEAD),
    ],
)
def test_none_is_in_quiet_hours(quiet: tuple[time, time], left: list[str]) -> None:
    assert [each.split()[0] for each in offered("2026-11-18 12:00", quiet)] == left


@pytest.mark.parametrize("hour", [0, 3, 8, 22, 23])
def test_quiet_hours_may_go_over_midnight(hour: int) -> None:
    assert is_quiet(time(hour), (time(22), time(8, 30)))
    assert not is_quiet(time(hour), (time(8, 30), time(22))) or hour in range(9, 22)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)),  # noqa: DTZ001 (made UTC below)
    zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Asia/Tashkent"]),
    quiet=st.none() | st.tuples(TIMES, TIMES),
)
def test_each_is_ahead_in_order_within_eight_days_and_loud(
    now: datetime, zone: str, quiet: tuple[time, time] | None
) -> None:
    moment = now.replace(tzinfo=UTC)
    found = [each.moment for each in common_times(moment, ZoneInfo(zone), quiet)]
    assert [each.at for each in found] == sorted({each.at for each in found})
    assert all(moment < each.at < moment + timedelta(days=8) for each in found)
    assert not any(is_quiet(each.local.time(), quiet) for each in found)
