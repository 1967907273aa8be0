"""English words for recurrences, there and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from core.recurrence_rule import parse_rule
from core.recurrence_telling import DAY_NAMES, MONTH_NAMES, in_words
from core.recurrence_words import rule_of

WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
MEANINGS = [
    ("every day", "FREQ=DAILY", "every day"),
    ("daily", "FREQ=DAILY", "every day"),
    ("Every  Weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
    ("every weekend", "FREQ=WEEKLY;BYDAY=SA,SU", "every weekend"),
    ("every monday", "FREQ=WEEKLY;BYDAY=MO", "every Monday"),
    ("every mon, wed and fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday"),
    ("every tuesdays", "FREQ=WEEKLY;BYDAY=TU", "every Tuesday"),
    ("weekly", "FREQ=WEEKLY", "every week"),
    ("weekly on thurs", "FREQ=WEEKLY;BYDAY=TH", "every Thursday"),
    ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2", "every 2 weeks"),
    ("every 2 weeks on tue", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tuesday"),
    ("every other friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "every 2 weeks on Friday"),
    ("every other day", "FREQ=DAILY;INTERVAL=2", "every 2 days"),
    ("every month", "FREQ=MONTHLY", "every month"),
    ("every month on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15", "every month on the 15th"),
    ("every 1st and 23rd", "FREQ=MONTHLY;BYMONTHDAY=1,23", "every month on the 1st and 23rd"),
    (
        "on the last day of every month",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "every month on the last day",
    ),
    (
        "every first monday of the month",
        "FREQ=MONTHLY;BYDAY=1MO",
        "every month on the first Monday",
    ),
    (
        "monthly on the last weekday",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "every month on the last weekday",
    ),
    ("every 3 months", "FREQ=MONTHLY;INTERVAL=3", "every 3 months"),
    ("every hour", "FREQ=HOURLY", "every hour"),
    ("every 30 minutes", "FREQ=MINUTELY;INTERVAL=30", "every 30 minutes"),
    ("yearly", "FREQ=YEARLY", "every year"),
    (
        "every year on the 24th of december",
        "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
        "every year on 24 December",
    ),
    (
        "every weekday at 9:05",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=5",
        "every weekday at 09:05",
    ),
    (
        "every day until 2026-12-31 at 18:00",
        "FREQ=DAILY;UNTIL=20261231;BYHOUR=18;BYMINUTE=0",
        "every day at 18:00 until 2026-12-31",
    ),
    ("every hour for 5 times", "FREQ=HOURLY;COUNT=5", "every hour 5 times"),
    ("freq=daily;count=1", "FREQ=DAILY;COUNT=1", "every day 1 time"),
    ("on mondays", "FREQ=WEEKLY;BYDAY=MO", "every Monday"),
    ("mon-fri every week at 6 pm", f"{WEEKDAYS};BYHOUR=18;BYMINUTE=0", "every weekday at 18:00"),
]

PLAIN = ["every day", "every weekday", "every 3 weeks", "every month", "every 2 years", "weekly"]
weekdays = st.lists(st.sampled_from(DAY_NAMES), min_size=1, max_size=4).map(" and ".join)
ordinals = st.sampled_from(["first", "second", "third", "fourth", "fifth", "last"])
whens = (
    st.sampled_from(PLAIN)
    | st.builds("every {}".format, weekdays)
    | st.builds("every {} weeks on {}".format, st.integers(2, 9), weekdays)
    | st.builds("every {} {} of the month".format, ordinals, st.sampled_from(DAY_NAMES))
    | st.builds("every month on the {}th".format, st.integers(1, 31))
    | st.builds("every year on {} {}".format, st.integers(1, 28), st.sampled_from(MONTH_NAMES))
)
times = st.just("") | st.builds(" at {}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
ends = st.sampled_from(["", " until 2027-01-31", " 7 times"])


@pytest.mark.parametrize(("text", "rule", "words"), MEANINGS)
def test_words_are_read_as_they_are_meant_and_told_again(text: str, rule: str, words: str) -> None:
    assert rule_of(text) == rule
    assert in_words(rule) == words


@settings(max_examples=100)
@given(whens, times, ends)
def test_what_is_told_of_a_rule_means_that_rule(when: str, time: str, end: str) -> None:
    rule = rule_of(when + time + end)
    assert "=" not in in_words(rule)
    assert rule_of(in_words(rule)) == rule == parse_rule(rule)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0",
        "FREQ=DAILY;UNTIL=20261231T080000Z",
        "FREQ=HOURLY;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU",
    ],
)
def test_what_has_no_words_is_told_as_it_is(rule: str) -> None:
    assert in_words(rule) == rule


@pytest.mark.parametrize(
    "text",
    [
        "",
        "every",
        "every may",
        "every m",
        "on monday",
        "tomorrow",
        "every day at 9",
        "every day on tue",
        "every week on the 15th",
        "every month on the 15th day",
        "every day at 09:00 at 10:00",
        "every day 5 times until 2026-12-31 6 times",
        "every day " * 100,
    ],
)
def test_what_is_not_understood_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not understood") as refused:
        rule_of(text)
    assert refused.value.field == "repeat"
    assert '"every 2 weeks on tue"' in refused.value.remedy


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("every 30 minutes at 09:00", "comes more often"),
        ("every day at 25:00", "BYHOUR has '25'"),
        ("every 0 days", "INTERVAL is '0'"),
        ("every day until 2026-13-01", "UNTIL is '20261301'"),
        ("every month on the 32nd", "BYMONTHDAY has '32'"),
        ("every day 5 times until 2026-12-31", "both COUNT and UNTIL"),
    ],
)
def test_what_is_understood_and_cannot_be_is_refused_with_its_reason(
    text: str, problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        rule_of(text)
