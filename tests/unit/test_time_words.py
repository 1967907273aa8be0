"""Times in words, by table: what each language's words come to on a Wednesday in Berlin."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.reading import Choice, Doubt, Moment, Note, Trouble, Unread
from core.time_words import at_wall, read_time, shown

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 12, 7, 20, tzinfo=BERLIN)

# What is written, and what it means: as clocks in Berlin show it.
ENGLISH = [
    ("tomorrow 9:00", "Thu 2026-11-19 09:00"),
    ("Tomorrow, 9:00!", "Thu 2026-11-19 09:00"),
    ("Tomorrow at 9am", "Thu 2026-11-19 09:00"),
    ("tommorow 9:00", "Thu 2026-11-19 09:00"),
    ("9am tomorrow", "Thu 2026-11-19 09:00"),
    ("tomorrow at 9 in the morning", "Thu 2026-11-19 09:00"),
    ("today 18:00", "Wed 2026-11-18 18:00"),
    ("tonight at 9", "Wed 2026-11-18 21:00"),
    ("tonight at 1", "Thu 2026-11-19 01:00"),
    ("this evening at 8", "Wed 2026-11-18 20:00"),
    ("day after tomorrow noon", "Fri 2026-11-20 12:00"),
    ("the day after tomorrow at 18:30", "Fri 2026-11-20 18:30"),
    ("fri 18:30", "Fri 2026-11-20 18:30"),
    ("on Friday, 18:30", "Fri 2026-11-20 18:30"),
    ("this friday 9:00", "Fri 2026-11-20 09:00"),
    ("next week friday 9:00", "Fri 2026-11-27 09:00"),
    ("next wednesday 18:00", "Wed 2026-11-25 18:00"),
    ("in 2 hours", "Wed 2026-11-18 14:08"),
    ("in an hour", "Wed 2026-11-18 13:08"),
    ("in half an hour", "Wed 2026-11-18 12:38"),
    ("in an hour and a half", "Wed 2026-11-18 13:38"),
    ("in twenty-five minutes", "Wed 2026-11-18 12:33"),
    ("in two and a half hours", "Wed 2026-11-18 14:38"),
    ("in 1.5 hours", "Wed 2026-11-18 13:38"),
    ("in 1h30m", "Wed 2026-11-18 13:38"),
    ("in 15 min", "Wed 2026-11-18 12:23"),
    ("2 hours from now", "Wed 2026-11-18 14:08"),
    ("+10m", "Wed 2026-11-18 12:18"),
    ("in a week", "Wed 2026-11-25 12:08"),
    ("in 2 days at 9:00", "Fri 2026-11-20 09:00"),
    ("in 3 months", "Thu 2027-02-18 12:08"),
    ("13:30", "Wed 2026-11-18 13:30"),
    ("at 5:30 p.m.", "Wed 2026-11-18 17:30"),
    ("5 o'clock pm", "Wed 2026-11-18 17:00"),
    ("5 o’clock pm", "Wed 2026-11-18 17:00"),
    ("midnight", "Thu 2026-11-19 00:00"),
    ("1 dec 9:00", "Tue 2026-12-01 09:00"),
    ("December 1 at 09:00", "Tue 2026-12-01 09:00"),
    ("1st of December, 9:00", "Tue 2026-12-01 09:00"),
    ("dec 1st, 2027 at 5:30 p.m.", "Wed 2027-12-01 17:30"),
    ("the 25th at 9:00", "Wed 2026-11-25 09:00"),
    ("2026-12-01 09:00", "Tue 2026-12-01 09:00"),
    ("2026-12-01T09:00:00Z", "Tue 2026-12-01 10:00"),
    ("2026-12-01 09:00 -05:00", "Tue 2026-12-01 15:00"),
    ("01.12.2026 9:00", "Tue 2026-12-01 09:00"),  # the 12th of January is over
    ("12/25 9:00", "Fri 2026-12-25 09:00"),
    ("25/12/26 9:00", "Fri 2026-12-25 09:00"),
    ("fri 04.12 9:00", "Fri 2026-12-04 09:00"),  # the 12th of April is no Friday
    ("29 feb 9:00", "Tue 2028-02-29 09:00"),
    ("fri at 24:00", "Sat 2026-11-21 00:00"),
    ("\u00a0tomorrow\u202f9:00\u00a0", "Thu 2026-11-19 09:00"),
    ("завтра в 9", "Thu 2026-11-19 09:00"),
    ("ertaga 09:00", "Thu 2026-11-19 09:00"),
]
RUSSIAN = [
    ("завтра в 9", "Thu 2026-11-19 09:00"),
    ("Завтра\u00a0в\u00a09:30", "Thu 2026-11-19 09:30"),
    ("завтра 9.30", "Thu 2026-11-19 09:30"),
    ("завтра 9 30", "Thu 2026-11-19 09:30"),
    ("завтра в 9 часов утра", "Thu 2026-11-19 09:00"),
    ("завтра в 3 часа дня", "Thu 2026-11-19 15:00"),
    ("завтра в 3 дня", "Thu 2026-11-19 15:00"),
    ("завтра днём в 3", "Thu 2026-11-19 15:00"),
    ("завтра днем в 3", "Thu 2026-11-19 15:00"),
    ("завтра в час дня", "Thu 2026-11-19 13:00"),
    ("завтра утром в 9", "Thu 2026-11-19 09:00"),
    ("послезавтра 18:30", "Fri 2026-11-20 18:30"),
    ("сегодня в 8 вечера", "Wed 2026-11-18 20:00"),
    ("в 18 часов 30 минут", "Wed 2026-11-18 18:30"),
    ("18-30", "Wed 2026-11-18 18:30"),
    ("в пятницу в 18:30", "Fri 2026-11-20 18:30"),
    ("пт 18:30", "Fri 2026-11-20 18:30"),
    ("в эту пятницу в 10", "Fri 2026-11-20 10:00"),
    ("на следующей неделе в пятницу в 10", "Fri 2026-11-27 10:00"),
    ("через 2 часа", "Wed 2026-11-18 14:08"),
    ("через час", "Wed 2026-11-18 13:08"),
    ("через полчаса", "Wed 2026-11-18 12:38"),
    ("через полтора часа", "Wed 2026-11-18 13:38"),
    ("через 1,5 часа", "Wed 2026-11-18 13:38"),
    ("через 2 с половиной часа", "Wed 2026-11-18 14:38"),
    ("через двадцать пять минут", "Wed 2026-11-18 12:33"),
    ("через 2 часа 15 минут", "Wed 2026-11-18 14:23"),
    ("через 3 дня", "Sat 2026-11-21 12:08"),
    ("через 3 дня в 9:00", "Sat 2026-11-21 09:00"),
    ("через неделю", "Wed 2026-11-25 12:08"),
    ("через месяц", "Fri 2026-12-18 12:08"),
    ("1 декабря 9:00", "Tue 2026-12-01 09:00"),
    ("1-го декабря 2026 г. в 9:00", "Tue 2026-12-01 09:00"),
    ("25-го числа в 9:00", "Wed 2026-11-25 09:00"),
    ("01.12 9:00", "Tue 2026-12-01 09:00"),
    ("01.12 9.30", "Tue 2026-12-01 09:30"),
    ("01.12.2026 9:00", "Tue 2026-12-01 09:00"),
    ("в полночь", "Thu 2026-11-19 00:00"),
    ("завтра в полдень", "Thu 2026-11-19 12:00"),
    ("tomorrow 9:00", "Thu 2026-11-19 09:00"),
]
UZBEK = [
    ("ertaga 09:00", "Thu 2026-11-19 09:00"),
    ("ertaga soat 9 da", "Thu 2026-11-19 09:00"),
    ("ertaga soat 9:30 da", "Thu 2026-11-19 09:30"),
    ("ertaga ertalab soat 9 da", "Thu 2026-11-19 09:00"),
    ("ertaga kechki 8 da", "Thu 2026-11-19 20:00"),
    ("ertaga peshinda", "Thu 2026-11-19 12:00"),
    ("indinga 9:00", "Fri 2026-11-20 09:00"),
    ("bugun 20:00", "Wed 2026-11-18 20:00"),
    ("juma 18:30", "Fri 2026-11-20 18:30"),
    ("juma kuni soat 18:30 da", "Fri 2026-11-20 18:30"),
    ("shu juma 10:00", "Fri 2026-11-20 10:00"),
    ("2 soatdan keyin", "Wed 2026-11-18 14:08"),
    ("2 soatdan so'ng", "Wed 2026-11-18 14:08"),
    ("2 soatdan soʻng", "Wed 2026-11-18 14:08"),
    ("2 soatdan so’ng", "Wed 2026-11-18 14:08"),
    ("2 soatdan so`ng", "Wed 2026-11-18 14:08"),
    ("yarim soatdan keyin", "Wed 2026-11-18 12:38"),
    ("bir yarim soatdan keyin", "Wed 2026-11-18 13:38"),
    ("1 soat 30 daqiqadan keyin", "Wed 2026-11-18 13:38"),
    ("oʻn besh kundan keyin", "Thu 2026-12-03 12:08"),
    ("ўн беш кундан кейин", "Thu 2026-12-03 12:08"),
    ("soat o'n bir da", "Thu 2026-11-19 11:00"),
    ("toʻrt soatdan keyin", "Wed 2026-11-18 16:08"),
    ("bir haftadan keyin", "Wed 2026-11-25 12:08"),
    ("3 kundan keyin soat 10 da", "Sat 2026-11-21 10:00"),
    ("1-dekabr 9:00", "Tue 2026-12-01 09:00"),
    ("1 dekabrda 9:00", "Tue 2026-12-01 09:00"),
    ("2026-yil 1-dekabr, 9:00", "Tue 2026-12-01 09:00"),
    ("01.12 9:00", "Tue 2026-12-01 09:00"),
    ("yarim tunda", "Thu 2026-11-19 00:00"),
    ("эртага 9:00", "Thu 2026-11-19 09:00"),
    ("эртага соат 9 да", "Thu 2026-11-19 09:00"),
    ("жума 18:30", "Fri 2026-11-20 18:30"),
    ("2 соатдан кейин", "Wed 2026-11-18 14:08"),
    ("2 соатдан сўнг", "Wed 2026-11-18 14:08"),
    ("2 соатдан сунг", "Wed 2026-11-18 14:08"),
    ("ярим соатдан кейин", "Wed 2026-11-18 12:38"),
    ("тўрт соатдан кейин", "Wed 2026-11-18 16:08"),
    ("завтра в 9", "Thu 2026-11-19 09:00"),
]
TABLE = [
    (language, text, meant)
    for language, table in (("en", ENGLISH), ("ru", RUSSIAN), ("uz", UZBEK))
    for text, meant in table
]

# What is asked: the moments to choose from, and why.
ASKED = [
    ("en", "at 9", "18T21:00 19T09:00", [Doubt.HALF_OF_DAY]),
    ("en", "tomorrow at 9", "19T09:00 19T21:00", [Doubt.HALF_OF_DAY]),
    ("en", "tomorrow at 12", "19T00:00 19T12:00", [Doubt.HALF_OF_DAY]),
    ("ru", "завтра в 3", "19T03:00 19T15:00", [Doubt.HALF_OF_DAY]),
    ("uz", "ertaga soat 3 da", "19T03:00 19T15:00", [Doubt.HALF_OF_DAY]),
    ("en", "wed 18:00", "18T18:00 25T18:00", [Doubt.WHICH_WEEK]),
    ("ru", "в среду в 18:00", "18T18:00 25T18:00", [Doubt.WHICH_WEEK]),
    ("uz", "chorshanba 18:00", "18T18:00 25T18:00", [Doubt.WHICH_WEEK]),
    ("en", "next friday 10am", "20T10:00 27T10:00", [Doubt.WHICH_WEEK]),
    ("ru", "в следующую пятницу в 10", "20T10:00 27T10:00", [Doubt.WHICH_WEEK]),
    ("uz", "keyingi juma 10:00", "20T10:00 27T10:00", [Doubt.WHICH_WEEK]),
    ("en", "tomorrow midnight", "19T00:00 20T00:00", [Doubt.WHICH_NIGHT]),
    ("ru", "завтра в 2 ночи", "19T02:00 20T02:00", [Doubt.WHICH_NIGHT]),
    ("ru", "сегодня вечером", "18T18:00 18T19:00 18T20:00 18T21:00", [Doubt.TIME_OF_DAY]),
    ("uz", "ertaga ertalab", "19T08:00 19T09:00 19T10:00", [Doubt.TIME_OF_DAY]),
    ("en", "tomorrow morning", "19T08:00 19T09:00 19T10:00", [Doubt.TIME_OF_DAY]),
    ("en", "today", "18T15:00 18T18:00 18T20:00", [Doubt.TIME_OF_DAY]),
]

REFUSED = [
    ("", Trouble.EMPTY, ""),
    ("at", Trouble.EMPTY, ""),
    ("\u00a0,\n", Trouble.EMPTY, ""),
    ("9" * 101, Trouble.TOO_LONG, ""),
    ("ﷺ" * 20, Trouble.TOO_LONG, ""),  # one letter here, eighteen when it is folded
    ("tomorrow blah", Trouble.UNKNOWN, "blah"),
    ("завтра ближе к 9", Trouble.UNKNOWN, "ближе"),
    ("9", Trouble.UNKNOWN, "9"),
    ("tomorrow at 9 five", Trouble.UNKNOWN, "five"),
    ("ten hundred days from now", Trouble.UNKNOWN, "hundred"),
    ("ten five days from now", Trouble.UNKNOWN, "ten"),
    ("2 hours", Trouble.UNKNOWN, "2"),
    ("-10m", Trouble.UNKNOWN, "10"),
    ("pm", Trouble.UNKNOWN, "pm"),
    ("next week", Trouble.UNKNOWN, "next week"),
    ("9:00-10:00", Trouble.UNKNOWN, "-10:00"),
    ("٩:٠٠", Trouble.UNKNOWN, "٩"),
    ("tomorrow 9:00 10:00", Trouble.TOLD_TWICE, "10:00"),
    ("tomorrow friday next monday", Trouble.TOLD_TWICE, "next monday"),
    ("in 2 hours at 9:00", Trouble.TOLD_TWICE, ""),
    ("9.12", Trouble.DATE_OR_TIME, "9.12"),
    ("tomorrow 9-10", Trouble.NO_SUCH_TIME, "9-10"),
    ("30 feb 9:00", Trouble.NO_SUCH_DATE, "30 feb"),
    ("2026-02-29 9:00", Trouble.NO_SUCH_DATE, "2026-02-29"),
    ("0000-01-01 9:00", Trouble.NO_SUCH_DATE, "0000-01-01"),
    ("13/13 9:00", Trouble.NO_SUCH_DATE, "13/13"),
    ("25:00", Trouble.NO_SUCH_TIME, "25:00"),
    ("9:60", Trouble.NO_SUCH_TIME, "9:60"),
    ("tomorrow 13 am", Trouble.NO_SUCH_TIME, "13:00"),
    ("sat 27 nov 18:30", Trouble.WRONG_WEEKDAY, "27 nov"),
    ("yesterday 9:00", Trouble.PAST, ""),
    ("today 9:00", Trouble.PAST, ""),
    ("18 nov 9:00", Trouble.PAST, ""),
    ("2025-12-01 9:00", Trouble.PAST, ""),
    ("0001-01-01 00:00", Trouble.PAST, ""),
    ("9999-12-31 23:59", Trouble.TOO_FAR, ""),
    ("2032-01-01 9:00", Trouble.TOO_FAR, ""),
    ("in 999999 years", Trouble.TOO_FAR, ""),
    ("in 60000 hours", Trouble.TOO_FAR, ""),
]


@pytest.mark.parametrize(("language", "text", "meant"), TABLE)
def test_words_mean_one_moment(language: str, text: str, meant: str) -> None:
    reading = read_time(text, NOW, BERLIN, language)
    assert isinstance(reading, Moment), reading
    assert f"{reading.local:%a %Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize(("language", "text", "moments", "doubts"), ASKED)
def test_what_is_ambiguous_is_asked(
    language: str, text: str, moments: str, doubts: list[Doubt]
) -> None:
    reading = read_time(text, NOW, BERLIN, language)
    assert isinstance(reading, Choice), reading
    assert [f"{each.local:%dT%H:%M}" for each in reading.moments] == moments.split()
    assert list(reading.doubts) == doubts


@pytest.mark.parametrize(("text", "trouble", "part"), REFUSED)
def test_what_is_no_time_to_come_is_refused_with_the_part_at_fault(
    text: str, trouble: Trouble, part: str
) -> None:
    assert read_time(text, NOW, BERLIN, "en") == Unread(trouble, part)


def test_numbers_of_a_date_are_asked_about_in_english_alone() -> None:
    reading = read_time("03.04 9:00", NOW, BERLIN, "en")
    assert isinstance(reading, Choice)
    assert [f"{each.local:%d %b %Y}" for each in reading.moments] == ["04 Mar 2027", "03 Apr 2027"]
    assert reading.doubts == (Doubt.DATE_ORDER,)
    for language in ("ru", "uz"):
        day_first = read_time("03.04 9:00", NOW, BERLIN, language)
        assert isinstance(day_first, Moment)
        assert f"{day_first.local:%d %b}" == "03 Apr"


def test_every_doubt_is_named() -> None:
    reading = read_time("03.04 at 9", NOW, BERLIN, "en")
    assert isinstance(reading, Choice)
    assert len(reading.moments) == 4
    assert reading.doubts == (Doubt.DATE_ORDER, Doubt.HALF_OF_DAY)


@pytest.mark.parametrize(
    ("text", "note", "meant"),
    [
        ("9:30", Note.TOMORROW, "2026-11-19 09:30"),
        ("noon", Note.TOMORROW, "2026-11-19 12:00"),
        ("wed 9:00", Note.NEXT_WEEK, "2026-11-25 09:00"),
        ("the 5th at 9:00", Note.NEXT_MONTH, "2026-12-05 09:00"),
        ("17 nov 9:00", Note.NEXT_YEAR, "2027-11-17 09:00"),
    ],
)
def test_what_has_passed_comes_again_only_where_the_words_leave_it_open_and_that_is_told(
    text: str, note: Note, meant: str
) -> None:
    reading = read_time(text, NOW, BERLIN, "en")
    assert isinstance(reading, Moment)
    assert (f"{reading.local:%Y-%m-%d %H:%M}", reading.notes) == (meant, (note,))


def test_now_is_not_ahead() -> None:
    now = NOW.replace(second=0)
    assert read_time("in 0 minutes", now, BERLIN, "en") == Unread(Trouble.PAST)
    assert read_time("today 12:07", now, BERLIN, "en") == Unread(Trouble.PAST)


def test_seconds_are_kept_where_they_are_counted_and_minutes_are_whole_elsewhere() -> None:
    exact = read_time("in 90 seconds", NOW, BERLIN, "en")
    assert isinstance(exact, Moment)
    assert f"{exact.local:%H:%M:%S}" == "12:08:50"
    assert "12:08:50" in shown(exact, "en")


def test_in_a_month_that_is_too_short_it_is_the_last_day() -> None:
    reading = read_time("in a month", datetime(2027, 1, 31, 9, tzinfo=BERLIN), BERLIN, "en")
    assert isinstance(reading, Moment)
    assert f"{reading.local:%Y-%m-%d %H:%M}" == "2027-02-28 09:00"
    reading = read_time("in 2 months", datetime(2027, 1, 31, 9, tzinfo=BERLIN), BERLIN, "en")
    assert isinstance(reading, Moment)
    assert f"{reading.local:%Y-%m-%d %H:%M}" == "2027-03-31 09:00"


def test_where_a_week_may_begin_on_sunday_next_friday_is_asked_about() -> None:
    sunday = datetime(2026, 11, 22, 12, tzinfo=BERLIN)
    asked = read_time("next week friday 9:00", sunday, BERLIN, "en")
    assert isinstance(asked, Choice)
    assert [each.local.day for each in asked.moments] == [27, 4]
    assert isinstance(read_time("keyingi hafta juma 9:00", sunday, BERLIN, "uz"), Moment)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tue 1 Dec 2026, 09:00 (Europe/Berlin, UTC+01:00)"),
        ("ru", "вт, 1 декабря 2026, 09:00 (Europe/Berlin, UTC+01:00)"),
        ("uz", "2026-yil 1-dekabr, se, 09:00 (Europe/Berlin, UTC+01:00)"),
        ("xx", "Tue 1 Dec 2026, 09:00 (Europe/Berlin, UTC+01:00)"),
    ],
)
def test_a_moment_is_shown_with_weekday_zone_and_offset(language: str, text: str) -> None:
    moment = Moment(datetime(2026, 12, 1, 8, tzinfo=UTC), BERLIN)
    assert shown(moment, language) == text


def test_a_wall_time_that_was_pressed_is_read_by_the_same_rules() -> None:
    past = datetime(2026, 11, 18, 12, 5)  # noqa: DTZ001 (a wall time)
    assert at_wall(past, NOW, BERLIN) == Unread(Trouble.PAST)
    pressed = at_wall(past.replace(minute=10), NOW, BERLIN)
    assert pressed == Moment(datetime(2026, 11, 18, 11, 10, tzinfo=UTC), BERLIN)
