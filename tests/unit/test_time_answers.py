"""What is understood of somebody who was asked for a time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.reading import Choice, Doubt, Moment, Unread
from core.time_answers import read_answer

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday


def read(text: str, language: str = "en") -> tuple[list[str], list[Doubt]]:
    reading = read_answer(text, NOW, ZoneInfo("UTC"), language)
    assert not isinstance(reading, Unread), reading
    moments = (reading,) if isinstance(reading, Moment) else reading.moments
    doubts = list(reading.doubts) if isinstance(reading, Choice) else []
    return [f"{moment.local:%d %b %H:%M}" for moment in moments], doubts


@pytest.mark.parametrize("language", ["en", "ru", "uz"])
def test_a_number_alone_is_an_hour_of_today_or_tomorrow(language: str) -> None:
    assert read("9", language) == (["18 Nov 21:00", "19 Nov 09:00"], [Doubt.HALF_OF_DAY])
    assert read(" 14", language) == (["18 Nov 14:00"], [])
    assert read("tomorrow 9:00", language) == (["19 Nov 09:00"], [])
    assert isinstance(read_answer("25", NOW, ZoneInfo("UTC"), language), Unread)


def test_a_date_or_a_time_is_asked_with_both() -> None:
    times, doubts = read("05.06", "ru")
    assert doubts == [Doubt.DATE_OR_TIME]
    assert times[0] == "19 Nov 05:06"
    assert {time[:6] for time in times[1:]} == {"05 Jun"}
    assert {time[:6] for time in read("05.06")[0]} == {"19 Nov", "05 Jun", "06 May"}


def test_what_is_neither_stays_unread() -> None:
    assert isinstance(read_answer("99", NOW, ZoneInfo("UTC"), "en"), Unread)
    assert isinstance(read_answer("blorb", NOW, ZoneInfo("UTC"), "en"), Unread)
