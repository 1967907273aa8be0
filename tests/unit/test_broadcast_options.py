"""The hours of a broadcast, as they are written in a command."""

import pytest

from apps.cli.broadcast_options import parse_hours
from core.errors import InvalidInput
from core.sending_hours import SendingHours


@pytest.mark.parametrize(
    ("text", "their", "hours"),
    [
        ("9:00-21:00", False, SendingHours(540, 1260, "Europe/Berlin")),
        ("22 - 6:30", False, SendingHours(1320, 390, "Europe/Berlin")),
        ("9-24:00", True, SendingHours(540, 0, "Europe/Berlin", own_zones=True)),
    ],
)
def test_hours_are_those_of_one_zone_or_of_each_ones_own(
    text: str, their: bool, hours: SendingHours
) -> None:
    assert parse_hours(text, "Europe/Berlin", their=their) == hours


def test_there_may_be_none() -> None:
    assert parse_hours(None, None) is None
    with pytest.raises(InvalidInput, match="--tz: goes with --hours"):
        parse_hours(None, "Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "their", "field"),
    [(None, True, "--their-time"), ("9 to 5", False, "--hours"), ("9-25", True, "--hours")],
)
def test_what_is_no_hours_is_refused(text: str | None, their: bool, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_hours(text, "UTC", their=their)
    assert caught.value.field == field
