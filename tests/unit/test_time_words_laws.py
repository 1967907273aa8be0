"""What holds of every time in words: in each language, in each zone, on each day, for any text."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.preflight import HORIZON
from core.reading import Choice, Doubt, Moment, Note, Reading, Unread
from core.time_words import VOCABULARIES, read_time, shown

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LORD_HOWE, TASHKENT = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Tashkent")
ZONES = st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, TASHKENT, ZoneInfo("UTC")])
LANGUAGES = st.sampled_from(["en", "ru", "uz"])
CLOCK_CHANGES = [  # in 2026, near them is where things go wrong
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 12, 31, 23, tzinfo=UTC),
    datetime(2028, 2, 29, 12, tzinfo=UTC),
]
NOWS = st.builds(
    lambda moment, seconds: moment + timedelta(seconds=seconds),
    st.sampled_from(CLOCK_CHANGES),
    st.integers(-200_000, 200_000),
)

WORDS = {each.language: sorted(each.words) for each in VOCABULARIES}
NUMBERS = st.integers(0, 61).map(str) | st.sampled_from(
    ["9:00", "1:30", "2:30", "2:10", "24:00", "01.12", "3/4", "18-30", "1,5", "2027", "2026-12-01"]
)
CLOCKS = st.builds("{}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
DAYS = {
    "en": ["", "today", "tomorrow", "sunday", "next sunday", "25 oct", "29 feb", "the 1st", "4/5"],
    "ru": ["", "сегодня", "завтра", "в воскресенье", "25 октября", "29 февраля", "1-го", "04.05"],
    "uz": ["", "bugun", "ertaga", "yakshanba", "keyingi juma", "25-oktabr", "эртага", "04.05"],
}
HOURS = {
    "en": ["", "at 9", "2 am", "noon", "midnight", "evening", "1:30", "2:30"],
    "ru": ["", "в 9", "в 2 часа ночи", "в полдень", "в полночь", "вечером", "1:30", "2:30"],
    "uz": ["", "soat 9 da", "tungi 2 da", "peshinda", "yarim tunda", "kechqurun", "1:30", "2:30"],
}
DURATIONS = {
    "en": ["in 1 day", "in 90 minutes", "in 3 weeks at 2:30", "in 11 months", "in 25 hours"],
    "ru": ["через 1 день", "через 90 минут", "через 3 недели в 2:30", "через полтора часа"],
    "uz": ["1 kundan keyin", "90 daqiqadan keyin", "3 haftadan keyin 2:30", "yarim soatdan keyin"],
}


def sensible(language: str) -> st.SearchStrategy[str]:
    hours = st.sampled_from(HOURS[language]) | CLOCKS
    on_a_day = st.builds("{} {}".format, st.sampled_from(DAYS[language]), hours)
    return on_a_day | st.sampled_from(DURATIONS[language])


def soup(language: str) -> st.SearchStrategy[str]:
    """Words and numbers in any order."""
    parts = st.sampled_from(WORDS[language]) | NUMBERS | st.sampled_from(list(":-+.@Z"))
    return st.lists(parts, max_size=9).map(" ".join)


def moments_of(reading: Reading) -> tuple[Moment, ...]:
    if isinstance(reading, Unread):
        return ()
    return reading.moments if isinstance(reading, Choice) else (reading,)


def check(reading: Reading, now: datetime, zone: ZoneInfo) -> None:
    moments = moments_of(reading)
    for moment in moments:
        assert now < moment.at <= now + HORIZON
        assert (moment.at.tzinfo, moment.zone) == (UTC, zone)
        for language in ("en", "ru", "uz"):
            echo = shown(moment, language)
            assert str(zone) in echo
            again = read_time(echo, now, zone, language)
            assert isinstance(again, Moment), (echo, again)
            assert (again.at, again.notes) == (moment.at, ())
    assert sorted({moment.at for moment in moments}) == [moment.at for moment in moments]
    assert not isinstance(reading, Choice) or (len(moments) > 1 and reading.doubts)


@settings(max_examples=250)
@given(st.data(), LANGUAGES, NOWS, ZONES)
def test_what_is_understood_is_ahead_within_five_years_and_its_echo_means_the_same(
    data: st.DataObject, language: str, now: datetime, zone: ZoneInfo
) -> None:
    text = data.draw(sensible(language))
    reading = read_time(text, now, zone, language)
    check(reading, now, zone)


@settings(max_examples=250)
@given(st.data(), LANGUAGES, NOWS, ZONES)
def test_words_in_any_order_are_read_by_the_same_laws_or_refused(
    data: st.DataObject, language: str, now: datetime, zone: ZoneInfo
) -> None:
    check(read_time(data.draw(soup(language)), now, zone, language), now, zone)


@settings(max_examples=60)
@given(text=st.text(max_size=110), language=LANGUAGES, now=NOWS, zone=ZONES)
def test_no_text_is_worse_than_refused(
    text: str, language: str, now: datetime, zone: ZoneInfo
) -> None:
    check(read_time(text, now, zone, language), now, zone)


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 50,
        "1:" * 50,
        "1.1." * 25,
        "1-" * 50,
        "9" * 100,
        "half " * 20,
        "1h" * 50,
        "a" * 100,
        "in " + "2 h " * 24,
        "2 soat " * 14 + "k",
        "at " * 33,
        "в 9 " * 25,
        "1" + " " * 98 + "x",
        "a.m." * 25,
        "+00:00" * 16,
        "\N{COMBINING ACUTE ACCENT}" * 100,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    now = datetime(2026, 11, 18, tzinfo=UTC)
    began = time.thread_time()
    for _ in range(5):
        read_time(text, now, BERLIN, "uz")
    assert (time.thread_time() - began) / 5 < 0.02


@pytest.mark.parametrize(
    ("zone", "eve", "words", "meant"),
    [
        (BERLIN, "2026-03-28 12:00", "tomorrow 2:30", "2026-03-29 03:00+0200"),
        (NEW_YORK, "2026-03-07 12:00", "sun 2:59", "2026-03-08 03:00-0400"),
        (LORD_HOWE, "2026-10-03 12:00", "tomorrow 2:15", "2026-10-04 02:30+1100"),
        (BERLIN, "2026-03-29 01:30", "2:30", "2026-03-29 03:00+0200"),
        (BERLIN, "2026-03-28 02:30", "in 1 day", "2026-03-29 03:00+0200"),
    ],
)
def test_of_a_time_that_clocks_skip_the_next_that_exists_is_meant_and_that_is_told(
    zone: ZoneInfo, eve: str, words: str, meant: str
) -> None:
    now = datetime.fromisoformat(eve).replace(tzinfo=zone)
    reading = read_time(words, now, zone, "en")
    assert isinstance(reading, Moment), reading
    assert f"{reading.local:%Y-%m-%d %H:%M%z}" == meant
    assert reading.notes == (Note.SHIFTED,)
    assert reading.asked is not None
    assert reading.asked.strftime("%H:%M") != f"{reading.local:%H:%M}"


@pytest.mark.parametrize(
    ("zone", "words", "offsets"),
    [
        (BERLIN, "25 oct 2026 2:30", ["+0200", "+0100"]),
        (NEW_YORK, "1 nov 2026 1:30", ["-0400", "-0500"]),
        (LORD_HOWE, "5 apr 2026 1:45", ["+1100", "+1030"]),
    ],
)
def test_a_time_that_comes_twice_is_asked_about(
    zone: ZoneInfo, words: str, offsets: list[str]
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    reading = read_time(words, now, zone, "en")
    assert isinstance(reading, Choice), reading
    assert [f"{each.local:%z}" for each in reading.moments] == offsets
    assert reading.doubts == (Doubt.CLOCK_BACK,)
    assert {each.notes for each in reading.moments} == {(Note.TWICE,)}


def test_where_the_first_of_two_is_over_the_second_is_meant() -> None:
    now = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45 for the first time
    reading = read_time("2:30", now, BERLIN, "en")
    assert isinstance(reading, Moment)
    assert (f"{reading.local:%d %H:%M%z}", reading.notes) == ("25 02:30+0100", (Note.TWICE,))


def test_hours_are_elapsed_time_and_days_are_days_of_the_calendar_when_clocks_change() -> None:
    now = datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    by_clock = read_time("in 24 hours", now, BERLIN, "en")
    by_calendar = read_time("in 1 day", now, BERLIN, "en")
    assert isinstance(by_clock, Moment)
    assert isinstance(by_calendar, Moment)
    assert (by_clock.local.hour, by_calendar.local.hour) == (11, 12)


def test_where_clocks_do_not_change_every_minute_of_a_day_is_one_moment() -> None:
    now = datetime(2026, 11, 18, tzinfo=TASHKENT)
    for minute in range(24 * 60):
        words = f"ertaga {minute // 60}:{minute % 60:02}"
        reading = read_time(words, now, TASHKENT, "uz")
        assert isinstance(reading, Moment), words
        assert reading.at == datetime(2026, 11, 18, 19, tzinfo=UTC) + timedelta(minutes=minute)
