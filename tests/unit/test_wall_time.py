"""What the clocks of a zone show, and when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.wall_time import after_gap, moments_at, offset_of

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tashkent", "Asia/Tehran"]
WALLS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001 (wall times)


@given(WALLS, st.sampled_from(ZONES).map(ZoneInfo))
def test_clocks_show_a_wall_time_at_all_of_its_moments_or_it_is_in_a_gap(
    wall: datetime, zone: ZoneInfo
) -> None:
    found = moments_at(wall, zone)
    assert [each.astimezone(zone).replace(tzinfo=None) for each in found] == [wall] * len(found)
    assert list(found) == sorted(set(found))
    if not found:
        after = after_gap(wall, zone)
        assert after.astimezone(zone).replace(tzinfo=None) > wall
        before = after - timedelta(seconds=1)
        assert before.astimezone(zone).replace(tzinfo=None) < wall


@pytest.mark.parametrize(
    ("zone", "wall", "count"),
    [
        ("Europe/Berlin", "2026-03-29 01:59", 1),
        ("Europe/Berlin", "2026-03-29 02:00", 0),
        ("Europe/Berlin", "2026-03-29 03:00", 1),
        ("Europe/Berlin", "2026-10-25 02:59", 2),
        ("Australia/Lord_Howe", "2026-10-04 02:29", 0),
        ("Australia/Lord_Howe", "2026-04-05 01:30", 2),
        ("Asia/Tashkent", "2026-03-29 02:30", 1),
    ],
)
def test_a_wall_time_comes_once_twice_or_never(zone: str, wall: str, count: int) -> None:
    assert len(moments_at(datetime.fromisoformat(wall), ZoneInfo(zone))) == count


def test_an_offset_is_shown_with_its_sign_and_minutes() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert offset_of(moment, ZoneInfo("Asia/Kathmandu")) == "UTC+05:45"
    assert offset_of(moment, ZoneInfo("America/New_York")) == "UTC-05:00"
