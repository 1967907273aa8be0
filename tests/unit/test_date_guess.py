"""dateparser behind our own grammar: asked in wall times, and never believed without a question."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.preflight import HORIZON
from core.reading import Choice, Doubt, Moment, Trouble, Unread
from core.time_words import Guess, read_time
from infra.date_guess import guess_time

AUCKLAND, LOS_ANGELES = ZoneInfo("Pacific/Auckland"), ZoneInfo("America/Los_Angeles")
EVENING = datetime(2026, 11, 18, 23, 30)  # noqa: DTZ001 (a wall time, a Wednesday)


@pytest.mark.parametrize(
    ("language", "text", "guess"),
    [
        ("en", "in a fortnight", Guess(date(2026, 12, 2), None)),
        ("en", "3 weeks from tomorrow", Guess(date(2026, 12, 10), None)),
        ("en", "dec 5 2026, 9h", Guess(date(2026, 12, 5), time(9))),
        ("ru", "через пару часов", Guess(date(2026, 11, 19), time(1, 30))),
        ("uz", "keyingi hafta", Guess(date(2026, 11, 25), None)),
        ("en", "через пару часов", Guess(date(2026, 11, 19), time(1, 30))),
        ("en", "may 3 about 9:00", Guess(date(2027, 5, 3), time(9))),
        ("en", "December", None),  # would be the 18th
        ("en", "dec 9:00", None),
        ("en", "2027", None),
        ("en", "Friday 15:53", None),  # that is for our own grammar
        ("en", "may 3 about 9:00 EST", None),  # another zone
        ("en", "1670000000", None),
        ("en", "first monday of december at 9", None),
        ("en", "", None),
        ("en", "in a fortnight" + "!" * 60, None),
    ],
)
def test_a_guess_names_a_day_by_the_clock_on_the_wall(
    language: str, text: str, guess: Guess | None
) -> None:
    assert guess_time(text, EVENING, language) == guess


@pytest.mark.parametrize("zone", [AUCKLAND, LOS_ANGELES])
def test_a_guess_is_always_a_question_and_counts_from_the_day_in_the_zone(zone: ZoneInfo) -> None:
    now = EVENING.replace(tzinfo=zone)
    asked = read_time("через пару часов", now, zone, "ru", guess_time)
    assert isinstance(asked, Choice)
    assert [f"{each.local:%d %H:%M}" for each in asked.moments] == ["19 01:30"]
    assert asked.doubts == (Doubt.GUESSED,)
    day = read_time("in a fortnight", now, zone, "en", guess_time)
    assert isinstance(day, Choice)
    assert day.doubts == (Doubt.GUESSED, Doubt.TIME_OF_DAY)
    assert {each.local.day for each in day.moments} == {2}


def test_what_our_own_grammar_reads_or_refuses_is_not_guessed_at() -> None:
    def refuse(text: str, now: datetime, language: str) -> Guess | None:
        raise AssertionError(text)

    now = EVENING.replace(tzinfo=AUCKLAND)
    assert isinstance(read_time("tomorrow 9:00", now, AUCKLAND, "en", refuse), Moment)
    assert isinstance(read_time("yesterday 9:00", now, AUCKLAND, "en", refuse), Unread)


def test_a_guess_at_the_past_is_none() -> None:
    now = EVENING.replace(tzinfo=AUCKLAND)
    reading = read_time("2 hours ago", now, AUCKLAND, "en", guess_time)
    assert reading == Unread(Trouble.UNKNOWN, "ago")


ALPHABET = "0123456789:./- +,abcdemonthfriнзавтрачасюʻ²٣½\n"


@settings(max_examples=60, deadline=None)
@given(text=st.text(ALPHABET, max_size=60) | st.text(max_size=30), zone=st.just(AUCKLAND))
def test_whatever_is_guessed_at_is_ahead_or_nothing(text: str, zone: ZoneInfo) -> None:
    now = datetime(2026, 9, 26, 13, tzinfo=UTC)  # an hour before clocks go forward
    reading = read_time(text, now, zone, "en", guess_time)
    moments = reading.moments if isinstance(reading, Choice) else ()
    assert all(now < each.at <= now + HORIZON for each in moments)
