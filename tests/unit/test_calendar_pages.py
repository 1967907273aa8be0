"""The calendar keyboard: what it shows, and what it takes for a press."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.bot.keyboards.calendar_pages import BLANK, NOTHING, CalendarPages, Cell, Pressed, View
from core.errors import InvalidInput
from core.preflight import HORIZON
from core.reading import Unread
from core.time_words import at_wall

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 22, 33, tzinfo=BERLIN)
PAGES = CalendarPages(NOW, BERLIN, "en")
TODAY = date(2026, 11, 18)


def open_cells(rows: list[list[Cell]]) -> list[Cell]:
    return [cell for row in rows for cell in row if cell.data != NOTHING]


@pytest.mark.parametrize(
    ("language", "title", "names", "first_week"),
    [
        ("en", "December 2026", "Sun Mon Tue Wed Thu Fri Sat", "· · 1 2 3 4 5"),
        ("ru", "Декабрь 2026", "пн вт ср чт пт сб вс", "· 1 2 3 4 5 6"),
        ("uz", "Dekabr 2026", "du se chor pay juma shan yak", "· 1 2 3 4 5 6"),
    ],
)
def test_a_month_begins_its_weeks_as_the_language_does(
    language: str, title: str, names: str, first_week: str
) -> None:
    turning, weekdays, week, *_ = CalendarPages(NOW, BERLIN, language).month(date(2026, 12, 7))
    assert [cell.text for cell in turning] == ["‹", title, "›"]
    assert [cell.data for cell in turning] == ["cal:m:202611", NOTHING, "cal:m:202701"]
    assert " ".join(cell.text for cell in weekdays) == names
    assert " ".join(cell.text for cell in week) == first_week


def test_days_that_are_over_cannot_be_pressed_and_there_is_no_way_back_to_them() -> None:
    turning, _, *weeks = PAGES.month(TODAY)
    assert turning[0] == Cell(BLANK)
    days = [cell.text for cell in open_cells(weeks)]
    assert days == [str(day) for day in range(18, 31)]


def test_the_last_month_is_five_years_ahead() -> None:
    last = (NOW + HORIZON).date() - timedelta(days=1)
    turning, _, *weeks = PAGES.month(date(2040, 1, 1))
    assert turning[1].text == f"{last:%B %Y}"
    assert turning[2] == Cell(BLANK)
    assert open_cells(weeks)[-1].data == f"cal:d:{last:%Y%m%d}"
    assert PAGES.month(date(2020, 1, 1)) == PAGES.month(TODAY)


def test_hours_and_minutes_that_are_over_cannot_be_pressed() -> None:
    back, *hours = PAGES.hours(TODAY)
    assert back == [Cell("‹ Wed, 18 Nov 2026", "cal:m:202611")]
    assert [cell.text for cell in open_cells(hours)] == ["22", "23"]
    back, *minutes = PAGES.minutes(TODAY, 22)
    assert back[0].data == "cal:d:20261118"
    assert [cell.text for cell in open_cells(minutes)] == [f"22:{n}" for n in range(35, 60, 5)]


def test_an_hour_that_clocks_leave_out_cannot_be_pressed() -> None:
    _, *hours = PAGES.hours(date(2027, 3, 28))
    assert [cell.text for cell in open_cells(hours)] == [f"{n:02}" for n in range(24) if n != 2]


@pytest.mark.parametrize(("second", "first"), [(0, "18"), (59, "18"), (60, "19")])
def test_a_day_without_a_time_to_press_is_over(second: int, first: str) -> None:
    late = datetime(2026, 11, 18, 23, 54, tzinfo=BERLIN) + timedelta(seconds=second)
    pages = CalendarPages(late, BERLIN, "en")
    assert open_cells(pages.month(TODAY)[2:])[0].text == first
    assert bool(open_cells(pages.hours(TODAY)[1:])) is (first == "18")


@pytest.mark.parametrize(
    ("data", "pressed"),
    [
        ("cal:m:202611", Pressed(View.MONTH, datetime(2026, 11, 1))),  # noqa: DTZ001
        ("cal:d:20261118", Pressed(View.DAY, datetime(2026, 11, 18))),  # noqa: DTZ001
        ("cal:h:2026111822", Pressed(View.HOUR, datetime(2026, 11, 18, 22))),  # noqa: DTZ001
        ("cal:t:202611182235", Pressed(View.TIME, datetime(2026, 11, 18, 22, 35))),  # noqa: DTZ001
        (NOTHING, None),
    ],
)
def test_a_payload_is_read_back(data: str, pressed: Pressed | None) -> None:
    assert PAGES.read_payload(data) == pressed


@pytest.mark.parametrize(
    "data",
    [
        "",
        "cal:",
        "cal:m",
        "cal:m:",
        "cal:m:202610",  # over
        "cal:m:204001",  # too far
        "cal:m:202613",
        "cal:m:２０２６１１",
        "cal:m:202611\n",
        "cal:d:20261117",
        "cal:d:20270229",
        "cal:d:2026-11-18",
        "cal:h:2026111821",
        "cal:h:2026111824",
        "cal:h:2027032802",  # left out
        "cal:t:202611182230",
        "cal:t:202611182237",  # no step
        "cal:t:202703280215",
        "cal:t:000101010000",
        "cal:t:000001010000",
        "cal:t:999912312355",
        "cal:x:202611",
        "people:202611",
        "cal:t:" + "2" * 70,
    ],
)
def test_a_payload_that_no_button_carries_is_refused(data: str) -> None:
    with pytest.raises(InvalidInput):
        PAGES.read_payload(data)


@settings(max_examples=25, deadline=None)
@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 (made UTC below)
    zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Asia/Tashkent"]),
    ahead=st.integers(0, 2_000),
    hour=st.integers(0, 23),
    language=st.sampled_from(["en", "ru", "uz", "xx"]),
)
def test_every_button_fits_can_be_read_back_and_leads_to_a_time_ahead(
    now: datetime, zone: str, ahead: int, hour: int, language: str
) -> None:
    moment, place = now.replace(tzinfo=UTC), ZoneInfo(zone)
    pages = CalendarPages(moment, place, language)
    day = moment.astimezone(place).date() + timedelta(days=ahead)
    minutes = pages.minutes(day, hour)
    for cell in [
        cell for rows in (pages.month(day), pages.hours(day), minutes) for cell in open_cells(rows)
    ]:
        assert len(cell.data.encode()) <= 64
    times = [pages.read_payload(cell.data) for cell in open_cells(minutes[1:])]
    for pressed in times:
        assert pressed is not None
        assert pressed.view is View.TIME
        reading = at_wall(pressed.wall, moment, place)
        assert not isinstance(reading, Unread)


@given(st.text(max_size=70) | st.from_regex(r"cal:[mdht]:[0-9]{6,12}", fullmatch=True))
def test_no_payload_is_worse_than_refused(data: str) -> None:
    try:
        pressed = PAGES.read_payload(data)
    except InvalidInput:
        return
    assert data == NOTHING or (pressed is not None and pressed.wall.date() >= date(2026, 11, 1))
