"""--repeat, --at and --tz together: which recurrence is meant, and what is said of it."""

from datetime import UTC, datetime

import pytest

from apps.cli.repeats import parse_repeat
from core.errors import InvalidInput

NOW = datetime(2026, 11, 30, 12, 0, 20, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def first_of(text: str, at: str, zone: str = BERLIN) -> str:
    parsed = parse_repeat(text, at, zone, NOW)
    first = parsed.recurrence.first().astimezone(parsed.recurrence.zone)
    return f"{first:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "at", "first"),
    [
        ("every day", "2026-12-01 09:00", "2026-12-01 09:00"),
        ("FREQ=DAILY", "2026-12-01 09:00", "2026-12-01 09:00"),
        ("every weekday", "2026-12-05 09:00", "2026-12-07 09:00"),
        ("every day at 08:00", "2026-12-01 09:00", "2026-12-02 08:00"),
        ("every day at 18:00", "", "2026-11-30 18:00"),
        ("every 10 minutes", "", "2026-11-30 13:01"),
        ("every 10 minutes", "+30s", "2026-11-30 13:01"),
        ("every 10 minutes", "+40s", "2026-11-30 13:01"),
        ("every hour", "2026-12-01T09:00:00-05:00", "2026-12-01 15:00"),
    ],
)
def test_the_first_time_is_the_first_match_from_then_on(text: str, at: str, first: str) -> None:
    assert first_of(text, at) == first


def test_it_is_said_when_the_start_is_none_of_its_times() -> None:
    [note] = parse_repeat("every weekday", "2026-12-05 09:00", BERLIN, NOW).notes
    assert note.startswith("Sat 2026-12-05 09:00 is not one of its times")
    assert note.endswith("Mon 2026-12-07 09:00")
    assert parse_repeat("every weekday", "2026-12-07 09:00", BERLIN, NOW).notes == ()


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("every month", True),
        ("every month on the 30th", True),
        ("every month on the 28th", False),
        ("on the last day of every month", False),
        ("every first monday", False),
    ],
)
def test_it_is_said_when_a_month_may_not_have_the_day(text: str, left_out: bool) -> None:
    notes = parse_repeat(text, "2026-12-31 09:00", BERLIN, NOW).notes
    assert any("months without a day" in note for note in notes) is left_out


@pytest.mark.parametrize("at", ["2026-12-01 09:00", "+1h", ""])
def test_it_is_said_whose_clocks_it_follows_where_no_zone_is_named(
    at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", BERLIN)
    notes = parse_repeat("every day at 09:00", at, None, NOW).notes
    assert any(BERLIN in note and "--tz names another" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "at", "field", "problem"),
    [
        ("every day", "", "--at", "is missing"),
        ("every blue moon", "+1h", "--repeat", "is not understood"),
        ("FREQ=SECONDLY", "+1h", "--repeat", "FREQ is"),
        ("every day", "2026-11-01 09:00", "--at", "in the past"),
        ("every day", "2027-03-28 02:30", "--at", "does not exist"),
    ],
)
def test_what_cannot_be_is_refused_by_its_option(
    text: str, at: str, field: str, problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem) as refused:
        parse_repeat(text, at, BERLIN, NOW)
    assert refused.value.field == field
