"""Hours in which a broadcast is sent, in the zone that was given, also when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.sending_hours import SendingHours

BERLIN = "Europe/Berlin"
DAY = SendingHours(9 * 60, 21 * 60, BERLIN)
NIGHT = SendingHours(22 * 60, 6 * 60, BERLIN)
ZONES = (BERLIN, "Asia/Tashkent", "America/New_York", "Pacific/Apia", "UTC")


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("hours", "moment", "opens"),
    [
        (DAY, utc(2026, 12, 1, 12), utc(2026, 12, 1, 12)),
        (DAY, utc(2026, 12, 1, 3), utc(2026, 12, 1, 8)),
        (DAY, utc(2026, 12, 1, 20), utc(2026, 12, 2, 8)),
        (NIGHT, utc(2026, 12, 1, 12), utc(2026, 12, 1, 21)),
        (NIGHT, utc(2026, 12, 1, 23), utc(2026, 12, 1, 23)),
        (NIGHT, utc(2026, 12, 2, 4), utc(2026, 12, 2, 4)),
        (NIGHT, utc(2026, 12, 2, 5), utc(2026, 12, 2, 21)),
        # 02:30 is not on the clocks of that night: they open when clocks go forward.
        (SendingHours(150, 600, BERLIN), utc(2026, 3, 28, 23, 30), utc(2026, 3, 29, 1)),
    ],
)
def test_they_open_at_once_or_at_their_next_beginning(
    hours: SendingHours, moment: datetime, opens: datetime
) -> None:
    assert hours.opens(moment) == opens


def test_each_zone_has_its_own_and_one_that_is_none_has_these() -> None:
    hours = SendingHours(9 * 60, 21 * 60, BERLIN, own_zones=True)
    moment = utc(2026, 12, 1, 3)
    assert hours.in_zone("Asia/Tashkent").opens(moment) == utc(2026, 12, 1, 4)
    assert hours.in_zone("Mars/Gale").opens(moment) == utc(2026, 12, 1, 8)
    assert hours.in_zone("Asia/Tashkent").own_zones


def test_they_close_earlier_for_what_is_on_its_way() -> None:
    last = utc(2026, 12, 1, 19, 59, 55)
    assert DAY.opens(last) == last
    assert DAY.opens(last, lead_s=10) == utc(2026, 12, 2, 8)


@settings(max_examples=60)
@given(
    st.integers(0, 1439),
    st.integers(1, 1439),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001
)
def test_an_opening_is_within_the_hours_and_the_first_one(
    begins: int, length: int, zone: str, moment: datetime
) -> None:
    hours = SendingHours(begins, (begins + length) % 1440, zone)
    now = moment.replace(tzinfo=UTC)
    opens = hours.opens(now)
    assert now <= opens <= now + timedelta(days=2)
    assert hours.opens(opens) == opens
    if opens > now:
        shown = opens.astimezone(ZoneInfo(zone))
        late = (shown.hour * 60 + shown.minute - begins) % 1440
        assert late <= 60, "at their beginning, or where clocks go forward over it"
        assert hours.opens(opens - timedelta(seconds=1)) == opens


@pytest.mark.parametrize(
    ("begins", "ends", "zone", "field"),
    [
        (-1, 5, BERLIN, "hours.begins"),
        (5, 1440, BERLIN, "hours.ends"),
        (5, 5, BERLIN, "hours"),
        (5, 6, "Europe/Nowhere", "hours.zone"),
        (5, 6, "../etc", "hours.zone"),
    ],
)
def test_what_is_no_hours_is_refused(begins: int, ends: int, zone: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        SendingHours(begins, ends, zone)
    assert caught.value.field == field
