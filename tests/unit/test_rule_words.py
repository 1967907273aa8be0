"""A rule as the bot tells it in each language: the same rule to who reads it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.bot.rule_words import rule_told
from apps.bot.texts import LANGUAGES, Texts
from core.recurrence_rule import WEEKDAYS, parse_rule
from core.recurrence_words import rule_of

DAYS = ["", "BYMONTHDAY=-1", "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"]

intervals = st.sampled_from([1, 2, 3, 5, 11, 21, 52, 101]).map("INTERVAL={}".format)
some_weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1).map(",".join)
some_dates = st.lists(st.integers(1, 31), min_size=1, max_size=4)
days_of_months = (
    st.sampled_from(DAYS)
    | some_dates.map(lambda dates: "BYMONTHDAY=" + ",".join(map(str, dates)))
    | st.builds(
        "BYDAY={}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1]), st.sampled_from(WEEKDAYS)
    )
)
dates_of_years = st.builds(
    "BYMONTH={};BYMONTHDAY={}".format, st.integers(1, 12), st.integers(1, 28)
)
clocks = st.just("") | st.builds(
    "BYHOUR={};BYMINUTE={}".format, st.integers(0, 23), st.integers(0, 59)
)
ends = st.just("") | st.just("UNTIL=20301231") | st.integers(1, 1000).map("COUNT={}".format)


def joined(*parts: str) -> str:
    return parse_rule(";".join(filter(None, parts)))


elapsed = st.builds(
    joined,
    st.sampled_from(["FREQ=MINUTELY", "FREQ=HOURLY"]),
    st.sampled_from([1, 2, 30, 1_500]).map("INTERVAL={}".format),
    ends,
)
dated = st.one_of(
    st.builds(joined, st.just("FREQ=DAILY"), intervals, clocks, ends),
    st.builds(
        joined,
        st.just("FREQ=WEEKLY"),
        intervals,
        st.just("") | some_weekdays.map("BYDAY={}".format),
        clocks,
        ends,
    ),
    st.builds(joined, st.just("FREQ=MONTHLY"), intervals, days_of_months, clocks, ends),
    st.builds(joined, st.just("FREQ=YEARLY"), st.just("") | dates_of_years, clocks, ends),
)


@settings(max_examples=150)
@given(elapsed | dated, st.sampled_from(LANGUAGES))
def test_what_is_told_of_a_rule_is_read_as_that_rule(rule: str, language: str) -> None:
    told = rule_told(rule, Texts().of(language))
    assert "=" not in told
    assert rule_of(told) == rule
    assert language != "ru" or not told.isascii()


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (
            "FREQ=MONTHLY;BYDAY=2TU;BYHOUR=9;BYMINUTE=0",
            (
                "every month on the second Tuesday at 09:00",
                "каждый месяц во второй вторник, в 09:00",
                "har oy, ikkinchi seshanba kuni, soat 09:00",
            ),
        ),
        (
            "FREQ=YEARLY;COUNT=5;BYMONTH=12;BYMONTHDAY=24",
            (
                "every year on 24 Dec, 5 times in all",
                "каждый год 24 декабря, всего 5 раз",
                "har yili 24-dekabr, jami 5 marta",
            ),
        ),
        (
            "FREQ=MONTHLY;INTERVAL=2;UNTIL=20301231;BYMONTHDAY=1,15",
            (
                "every 2 months on day 1, 15 until 2030-12-31",
                "каждые 2 месяца, 1, 15 числа, до 2030-12-31",
                "har 2 oyda, 1, 15-kuni, 2030-12-31 gacha",
            ),
        ),
    ],
)
def test_rules_are_told_as_people_say_them(rule: str, told: tuple[str, ...]) -> None:
    assert tuple(rule_told(rule, Texts().of(language)) for language in LANGUAGES) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_example_that_the_bot_gives_for_a_rule_is_understood(language: str) -> None:
    _, examples, _ = Texts().of(language).format("rule-write-ask").split("\n\n")
    for example in examples.splitlines():
        assert "FREQ=" in rule_of(example)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0", "FREQ=HOURLY;BYDAY=MO"])
def test_what_no_words_tell_is_told_as_it_is(rule: str) -> None:
    assert rule_told(rule, Texts().of("ru")) == rule
