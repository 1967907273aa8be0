"""Occurrences, held against what clocks show minute by minute."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.recurrence import Recurrence, parse_rule
from core.recurrence_rule import WEEKDAYS, Rule
from tests.unit.recurrences_by_hand import DAY, MINUTE, Clocks, is_day, noon, occurrences

BERLIN = "Europe/Berlin"
STRETCHES = [
    Clocks(BERLIN, noon(2026, 3, 29)),
    Clocks(BERLIN, noon(2026, 10, 25)),
    Clocks("America/New_York", noon(2026, 3, 8)),
    Clocks("America/New_York", noon(2026, 11, 1)),
    Clocks("America/St_Johns", noon(2010, 11, 7)),  # at 00:01, back into the day before
    Clocks("Australia/Lord_Howe", noon(2026, 4, 5)),  # by half an hour
    Clocks("Australia/Lord_Howe", noon(2026, 10, 4)),
    Clocks("Pacific/Apia", noon(2011, 12, 30)),  # a day that never was
    Clocks("Asia/Tashkent", noon(2026, 3, 29)),  # clocks do not change
]
COMPARED = 60

hours = st.lists(st.integers(0, 23), min_size=1, max_size=3)
minutes = st.lists(st.sampled_from([0, 1, 15, 30, 45, 59]), min_size=1, max_size=3)
weekdays = st.lists(st.tuples(st.just(0), st.integers(0, 6)), max_size=4)
nth_weekdays = weekdays | st.lists(
    st.tuples(st.integers(-5, 5).filter(bool), st.integers(0, 6)), max_size=3
)
dates = st.lists(st.integers(-31, 31).filter(bool), min_size=1, max_size=4)
months = st.lists(st.integers(1, 12), min_size=1, max_size=4)


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


@st.composite
def rules(draw: st.DrawFn, *freqs: str) -> Rule:
    """Any rule of these that can be worked out by hand, in its one spelling."""
    freq = draw(st.sampled_from(freqs))
    parts = {"BYHOUR": hours, "BYMINUTE": minutes}
    parts |= {"BYMONTH": months} if freq == "YEARLY" else {}
    parts |= {"BYMONTHDAY": dates} if freq in ("DAILY", "MONTHLY", "YEARLY") else {}
    by = {
        name: tuple(sorted(set(draw(some)))) for name, some in parts.items() if draw(st.booleans())
    }
    days = draw(nth_weekdays if freq in ("MONTHLY", "YEARLY") else weekdays)
    if freq == "YEARLY" and (days or "BYMONTHDAY" in by):
        by.setdefault("BYMONTH", (draw(st.integers(1, 12)),))
    interval = draw(st.integers(1, 100 if freq == "MINUTELY" else 5))
    return Rule(freq, interval, None, "", by, tuple(sorted(set(days))), draw(st.integers(0, 6)))


any_rule = rules("MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY")
places = st.integers(1, 4 * 24 * 60)


@settings(max_examples=60)
@given(any_rule, st.sampled_from(STRETCHES), places, st.integers(0, 6 * 24 * 60 - 1))
def test_occurrences_are_those_that_clocks_show(
    rule: Rule, clocks: Clocks, begin: int, later: int
) -> None:
    starts = clocks.walls[begin]
    recurrence = Recurrence(str(rule), clocks.zone, starts)
    by_hand = occurrences(rule, clocks, starts)
    found = within(recurrence, clocks)
    assert found == by_hand[:COMPARED]
    moment = clocks.moments[later]
    following = by_hand[bisect_right(by_hand, moment) :][:1]
    answer = recurrence.next_after(moment)
    assert [answer] == following or (not following and _is_beyond(answer, clocks))


def within(recurrence: Recurrence, clocks: Clocks) -> list[datetime]:
    """Its first occurrences there; where it is silent then, it may be so for years."""
    found: list[datetime] = []
    following = recurrence.next_after(clocks.moments[0])
    while following is not None and following <= clocks.moments[-1] and len(found) < COMPARED:
        found.append(following)
        following = recurrence.next_after(following)
    return found


def _is_beyond(moment: datetime | None, clocks: Clocks) -> bool:
    return moment is None or moment > clocks.moments[-1]


@settings(max_examples=60)
@given(
    rules("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.lists(st.integers(0, 1499), min_size=5, max_size=5),
)
def test_days_are_those_of_the_calendar_wherever_one_begins_to_look(
    rule: Rule, first: date, places: list[int]
) -> None:
    days = [day for n in range(1500) if is_day(rule, day := first + n * DAY, first)]
    recurrence = Recurrence(str(rule), "UTC", datetime.combine(first, time.min))
    for place in places:
        begin = first + place * DAY
        moment = datetime.combine(begin, time.min, UTC) - MINUTE
        found = recurrence.next_after(moment)
        following = days[bisect_left(days, begin) :][:1]
        known = [found.date()] if found and found.date() < first + 1500 * DAY else []
        assert known == following


@settings(max_examples=25)
@given(any_rule, st.sampled_from(STRETCHES), places)
def test_they_rise_are_in_utc_and_each_follows_from_the_one_before(
    rule: Rule, clocks: Clocks, begin: int
) -> None:
    recurrence = Recurrence(str(rule), clocks.zone, clocks.walls[begin])
    found = within(recurrence, clocks)[:12]
    assert all(moment.utcoffset() == timedelta(0) for moment in found)
    assert all(before < after for before, after in pairwise(found))
    assert [recurrence.next_after(moment) for moment in found[:-1]] == found[1:]
    assert [recurrence.next_after(moment - MINUTE / 60) for moment in found] == found


@pytest.mark.parametrize(
    ("rule", "zone", "starts", "shown"),
    [
        ("FREQ=DAILY", BERLIN, wall(2026, 3, 28, 9), ["28 09:00+0100", "29 09:00+0200"]),
        ("FREQ=DAILY", BERLIN, wall(2026, 3, 28, 2, 30), ["28 02:30+0100", "29 03:30+0200"]),
        ("FREQ=DAILY", BERLIN, wall(2026, 10, 25, 2, 30), ["25 02:30+0200", "26 02:30+0100"]),
        ("FREQ=HOURLY", BERLIN, wall(2026, 10, 25, 2, 30), ["25 02:30+0200", "25 02:30+0100"]),
        ("FREQ=HOURLY", BERLIN, wall(2026, 3, 29, 1, 30), ["29 01:30+0100", "29 03:30+0200"]),
        # The day that Samoa left out: Friday's is sent as Saturday comes, the daily one once.
        ("FREQ=DAILY", "Pacific/Apia", wall(2011, 12, 29, 9), ["29 09:00-1000", "31 09:00+1400"]),
        ("FREQ=WEEKLY", "Pacific/Apia", wall(2011, 12, 30, 9), ["31 09:00+1400", "06 09:00+1400"]),
    ],
)
def test_a_day_on_which_clocks_change_is_like_any_other(
    rule: str, zone: str, starts: datetime, shown: list[str]
) -> None:
    recurrence = Recurrence(rule, zone, starts)
    found = recurrence.upcoming(starts.replace(tzinfo=ZoneInfo(zone)) - 3 * DAY, 2)
    assert [f"{each.astimezone(recurrence.zone):%d %H:%M%z}" for each in found] == shown


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("FREQ=HOURLY;BYYEARDAY=-1;BYHOUR=9", "2026-12-31 09:00"),
        ("FREQ=HOURLY;BYYEARDAY=1;BYHOUR=9", "2027-01-01 09:00"),
        ("FREQ=MINUTELY;BYMONTH=3;BYDAY=MO", "2027-03-01 00:00"),
        ("FREQ=YEARLY;BYYEARDAY=100", "2027-04-10 09:00"),
        ("FREQ=YEARLY;BYDAY=20MO", "2027-05-17 09:00"),
        ("FREQ=YEARLY;BYMONTH=3", "2027-03-01 09:00"),
        # From here on RFC 5545's own examples. The week's day is that of the start, a Tuesday.
        ("FREQ=YEARLY;BYWEEKNO=20", "2027-05-18 09:00"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2027-08-13 09:00"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "2026-12-30 09:00"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "2030-11-05 09:00"),
    ],
)
def test_days_are_found_by_their_place_in_the_year_or_month(rule: str, first: str) -> None:
    found = Recurrence(rule, BERLIN, wall(2026, 12, 1, 9)).first()
    assert f"{found.astimezone(ZoneInfo(BERLIN)):%Y-%m-%d %H:%M}" == first


def test_a_time_moved_by_a_gap_is_found_from_within_the_hour_that_it_was_moved_to() -> None:
    recurrence = Recurrence("FREQ=DAILY", BERLIN, wall(2026, 3, 1, 2, 30))
    moved = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert recurrence.next_after(moved - 20 * MINUTE) == moved


def test_two_times_that_a_gap_makes_one_are_sent_once() -> None:
    rule = "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30"
    found = Recurrence(rule, BERLIN, wall(2026, 3, 29, 0)).upcoming(noon(2026, 3, 28), 2)
    assert [f"{each:%d %H:%M}" for each in found] == ["29 01:30", "30 00:30"]


def test_a_time_moved_by_a_gap_does_not_hide_the_earlier_one_that_follows_it() -> None:
    rule = "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=45,15"
    found = Recurrence(rule, BERLIN, wall(2026, 3, 29, 2, 30)).upcoming(noon(2026, 3, 28), 3)
    assert [f"{each:%d %H:%M}" for each in found] == ["29 01:15", "29 01:45", "30 00:15"]


@pytest.mark.parametrize(
    ("rule", "last"),
    [
        ("FREQ=DAILY;COUNT=3", "2026-12-03 08:00"),
        ("FREQ=DAILY;UNTIL=20261203", "2026-12-03 08:00"),
        ("FREQ=DAILY;UNTIL=20261203T090000", "2026-12-03 08:00"),
        ("FREQ=DAILY;UNTIL=20261203T080000Z", "2026-12-03 08:00"),
        ("FREQ=DAILY;UNTIL=20261203T075959Z", "2026-12-02 08:00"),
        ("FREQ=HOURLY;COUNT=2;BYHOUR=9", "2026-12-02 08:00"),
        ("FREQ=YEARLY;COUNT=1000", "2076-12-01 08:00"),
    ],
)
def test_a_rule_ends_with_its_count_or_its_day(rule: str, last: str) -> None:
    recurrence = Recurrence(rule, BERLIN, wall(2026, 12, 1, 9))
    found = recurrence.upcoming(noon(2026, 1, 1), 1001)
    assert f"{found[-1]:%Y-%m-%d %H:%M}" == last
    assert recurrence.next_after(found[-1]) is None


def test_an_occurrence_moved_by_a_gap_counts_once() -> None:
    rule = "FREQ=DAILY;COUNT=3"
    found = Recurrence(rule, "Pacific/Apia", wall(2011, 12, 29, 9)).upcoming(noon(2011, 12, 1), 9)
    assert [each.day for each in found] == [29, 30, 31]
    assert len({each - each.replace(hour=0) for each in found}) == 1


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=7",
        "FREQ=DAILY;BYHOUR=9;BYSETPOS=2",
        "FREQ=DAILY;UNTIL=20200101",
        "FREQ=DAILY;COUNT=1000;BYMONTH=2;BYMONTHDAY=31",
    ],
)
@pytest.mark.timeout(5)
def test_a_rule_that_never_comes_is_refused(rule: str) -> None:
    with pytest.raises(InvalidInput, match=r"does not occur within ten years|ends before"):
        Recurrence(rule, BERLIN, wall(2026, 12, 1, 9)).first()


@pytest.mark.parametrize(
    ("rule", "zone"),
    [
        ("FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1", BERLIN),
        ("FREQ=HOURLY;INTERVAL=2;BYMINUTE=0;BYHOUR=0,2,4,6,8,10,12,14,16,18,20,22", "UTC"),
        ("FREQ=HOURLY;INTERVAL=2;BYMINUTE=0;BYHOUR=0,2,4,6,8,10", "Australia/Lord_Howe"),
    ],
)
def test_minutes_that_are_never_met_are_not_tried_one_by_one(rule: str, zone: str) -> None:
    began_s = process_time()
    with pytest.raises(InvalidInput, match="does not occur within ten years"):
        Recurrence(rule, zone, wall(2026, 12, 1, 9)).first()
    assert process_time() - began_s < 2


@pytest.mark.parametrize("freq", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_a_leap_day_is_waited_for(freq: str) -> None:
    days = "BYMONTH=2;BYMONTHDAY=29" if freq != "WEEKLY" else "BYMONTH=2"
    found = Recurrence(f"FREQ={freq};{days}", BERLIN, wall(2097, 1, 1, 9)).first()
    assert (found.year, found.month) == ((2104, 2) if freq != "WEEKLY" else (2097, 2))


@pytest.mark.parametrize(
    ("rule", "zone", "starts", "problem"),
    [
        ("FREQ=DAILY", "Europe/Atlantis", wall(2026, 1, 1), "is not a time zone"),
        ("FREQ=DAILY", "../../etc/passwd", wall(2026, 1, 1), "is not a time zone"),
        ("FREQ=DAILY", "localtime", wall(2026, 1, 1), "is not a time zone"),
        ("FREQ=DAILY", "posixrules", wall(2026, 1, 1), "is not a time zone"),
        ("FREQ=DAILY", "Factory", wall(2026, 1, 1), "is not a time zone"),
        ("FREQ=DAILY", BERLIN, wall(2026, 1, 1, 9, 0, 30), "whole minutes"),
        ("FREQ=DAILY", BERLIN, noon(2026, 1, 1), "not a local time"),
        ("FREQ=DAILY", BERLIN, wall(9999, 12, 31), "the year 9999"),
    ],
)
def test_a_start_or_zone_that_is_none_is_refused(
    rule: str, zone: str, starts: datetime, problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        Recurrence(rule, zone, starts)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (" rrule:freq=weekly;byday=we,mo,mo; ", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("BYMONTHDAY=15,-1;INTERVAL=1;FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=-1,15"),
        ("FREQ=DAILY;BYSECOND=0;WKST=MO;COUNT=5", "FREQ=DAILY;COUNT=5"),
        ("FREQ=MONTHLY;BYDAY=+1MO;BYSETPOS=1;WKST=SU", "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=1;WKST=SU"),
    ],
)
def test_a_rule_has_one_spelling(text: str, rule: str) -> None:
    assert parse_rule(text) == parse_rule(rule) == rule


@given(rules("MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"))
def test_a_rule_that_was_read_is_written_as_it_was(rule: Rule) -> None:
    assert parse_rule(str(rule)) == str(rule)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not NAME=value"),
        ("BYDAY=MO", "has no FREQ"),
        ("FREQ=SECONDLY", "FREQ is 'SECONDLY'"),
        ("FREQ=DAILY;BYSECOND=30", "not finer than a minute"),
        ("FREQ=DAILY;FREQ=WEEKLY", "NAME=value, once"),
        ("FREQ=DAILY;BYEASTER=0", "'BYEASTER' is no part"),
        ("DTSTART:20260101T090000\nRRULE:FREQ=DAILY", "DTSTART is no part"),
        ("FREQ=DAILY\nEXDATE:20260102T090000", "EXDATE is no part"),
        ("FREQ=DAILY\nRDATE:20260102T090000", "RDATE is no part"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR has '24'"),
        ("FREQ=DAILY;BYHOUR=٣", "BYHOUR has"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY has '0'"),
        ("FREQ=MONTHLY;BYDAY=54MO", "BYDAY has '54MO'"),
        ("FREQ=MONTHLY;BYDAY=4MO,8MO", "a number that no month has"),
        ("FREQ=YEARLY;BYMONTH=12;BYDAY=-6MO", "a number that no month has"),
        ("FREQ=WEEKLY;BYDAY=1MO", "BYDAY has a number"),
        ("FREQ=MONTHLY;BYDAY=MO,1FR", "with a number and without"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO does not go"),
        ("FREQ=MINUTELY;BYHOUR=9;BYSETPOS=2", "BYSETPOS does not go"),
        ("FREQ=MONTHLY;BYSETPOS=2", "BYSETPOS stands alone"),
        ("FREQ=YEARLY;BYMONTHDAY=30", "add BYMONTH"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261231", "both COUNT and UNTIL"),
        ("FREQ=DAILY;COUNT=0", "COUNT is '0'"),
        ("FREQ=DAILY;COUNT=1001", "1,000 is the most"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "COUNT is"),
        ("FREQ=DAILY;INTERVAL=999999999", "more than ten years"),
        ("FREQ=YEARLY;INTERVAL=11", "more than ten years"),
        ("FREQ=DAILY;UNTIL=20261345", "UNTIL is '20261345'"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL is"),
        ("FREQ=DAILY;UNTIL=99991231", "UNTIL is in the year 9999; check the year"),
        ("FREQ=DAILY;UNTIL=00010101T000000", "UNTIL is in the year 1;"),
        ("FREQ=DAILY;WKST=XX", "WKST is"),
        ("FREQ=DAILY;BYHOUR=" + "1," * 300 + "1", "characters; 500 are the most"),
        ("FREQ=DAILY;BYHOUR=0,1,2,3,4;BYMINUTE=0,1,2,3,4,5,6,7,8,9", "50 times a day"),
    ],
)
def test_a_rule_that_is_none_is_refused_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem) as refused:
        parse_rule(text)
    assert refused.value.field == "repeat"


@settings(max_examples=60)
@given(
    st.text(alphabet="FREQ=DAILYWKMNTHU;BYSOP,0123456789+-\n", max_size=60)
    | st.builds(
        "FREQ={};{}".format,
        st.sampled_from(["MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        st.lists(
            st.sampled_from(
                [
                    "INTERVAL=7",
                    "INTERVAL=1439",
                    "COUNT=1000",
                    "BYMONTH=2",
                    "BYMONTHDAY=29,-1",
                    "BYMONTHDAY=30",
                    "BYYEARDAY=-366",
                    "BYWEEKNO=53",
                    "UNTIL=99991231",
                    "UNTIL=00010101T000000",
                    "UNTIL=22001231T235959Z",
                    "BYDAY=5MO",
                    "BYDAY=-53MO,53SU",
                    "BYDAY=4MO,8MO",
                    f"BYDAY={','.join(WEEKDAYS)}",
                    "BYHOUR=3",
                    "BYMINUTE=1",
                    "BYSETPOS=-366",
                ]
            ),
            unique_by=lambda part: part.partition("=")[0],
        ).map(";".join),
    ),
    st.sampled_from([BERLIN, "Pacific/Pago_Pago", "Pacific/Kiritimati", "Africa/Monrovia"]),
    st.datetimes(wall(1970, 1, 1), wall(2200, 12, 31)),
    st.datetimes(wall(1960, 1, 1), wall(2400, 1, 1)),
)
@pytest.mark.timeout(30)
def test_whatever_is_written_it_is_answered_or_refused(
    text: str, zone: str, starts: datetime, asked: datetime
) -> None:
    starts, after = starts.replace(second=0, microsecond=0), asked.replace(tzinfo=UTC)
    try:
        recurrence = Recurrence(text, zone, starts)
        assert recurrence.first() >= starts.replace(tzinfo=ZoneInfo(zone))
    except InvalidInput:
        return
    following = recurrence.next_after(after)
    assert following is None or following > after
    # As it is read from where it was stored: nothing is counted anew.
    again = Recurrence(text, zone, starts, recurrence.last)
    assert (again.next_after(after), again.last) == (following, recurrence.last)


@pytest.mark.parametrize("zone", [BERLIN, "Australia/Lord_Howe", "Pacific/Apia"])
@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,45", "FREQ=MINUTELY"])
def test_the_last_of_a_count_is_the_same_told_and_read_as_counted(rule: str, zone: str) -> None:
    for day in (wall(2026, 3, 28), wall(2026, 10, 24), wall(2026, 10, 3), wall(2011, 12, 29)):
        for count in range(1, 30):
            counted = Recurrence(f"{rule};INTERVAL=1;COUNT={count}", zone, day)
            read = Recurrence(counted.rule, zone, day, counted.last)
            found = read.upcoming(noon(2011, 1, 1), 40)
            assert (len(found), found) == (count, counted.upcoming(noon(2011, 1, 1), 40))


def test_an_end_that_clocks_leave_out_lets_that_time_through() -> None:
    rule = "FREQ=DAILY;UNTIL=20260329T023000"
    found = Recurrence(rule, BERLIN, wall(2026, 3, 28, 2, 30)).upcoming(noon(2026, 3, 1), 9)
    assert [f"{each:%d %H:%M}" for each in found] == ["28 01:30", "29 01:30"]
