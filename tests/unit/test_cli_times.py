"""Times as people write them, and what clocks do to them twice a year."""

import contextlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cli import times
from apps.cli.times import When, parse_at
from core.errors import InvalidInput

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN = "Europe/Berlin"
ZONES = [BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
ALL_ZONES = st.sampled_from([ZoneInfo(name) for name in ZONES])
YEARS_TO_COME = st.datetimes(datetime(2026, 1, 3), datetime(2030, 12, 1)).map(  # noqa: DTZ001
    lambda wall: wall.replace(microsecond=0)
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-12-01 09:00", BERLIN, utc(2026, 12, 1, 8)),
        ("2026-12-01T09:00:30", BERLIN, utc(2026, 12, 1, 8, 0, 30)),
        (" 2026-07-01 09:00 ", BERLIN, utc(2026, 7, 1, 7)),
        ("2026-12-01T09:00:00+05:30", BERLIN, utc(2026, 12, 1, 3, 30)),
        ("2026-12-01 09:00Z", BERLIN, utc(2026, 12, 1, 9)),
        ("2026-12-01 09:00 -0500", BERLIN, utc(2026, 12, 1, 14)),
        ("+30s", BERLIN, NOW + timedelta(seconds=30)),
        ("+10m", BERLIN, NOW + timedelta(minutes=10)),
        ("+1d2h", BERLIN, NOW + timedelta(hours=26)),
        ("2026-01-01 00:00", "UTC", NOW),
        ("tomorrow 9:00", BERLIN, utc(2026, 1, 2, 8)),
        ("fri 18:30", "Asia/Tashkent", utc(2026, 1, 2, 13, 30)),
        ("in 2 hours", BERLIN, NOW + timedelta(hours=2)),
        ("2026-12-01 9:00", BERLIN, utc(2026, 12, 1, 8)),
        ("завтра в 9", BERLIN, utc(2026, 1, 2, 8)),
        ("ertaga soat 9 da", BERLIN, utc(2026, 1, 2, 8)),
    ],
)
def test_a_time_is_read_as_it_is_meant(text: str, zone: str, moment: datetime) -> None:
    assert parse_at(text, zone, NOW).moment == moment


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is not a time"),
        ("tomorrow", "does not tell the time of day"),
        ("2026-12-01", "does not tell the time of day"),
        ("tomorrow 9:00 blah", "is not a time that is understood ('blah')"),
        ("fri 9:00 10:00", "more than one time"),
        ("30 feb 9:00", "date that does not exist"),
        ("2026-12-01 9:60", "time of day that does not exist"),
        ("yesterday 9:00", "in the past"),
        ("x" * 5000, "too long"),
        ("2026-13-01 09:00", "month must be in 1..12"),
        ("2026-02-29 09:00", "day is out of range"),
        ("2026-12-01 25:00", "hour must be in 0..23"),
        ("2025-12-31 09:00", "in the past"),
        ("2036-12-31 09:00", "more than five years"),
        ("9999-12-31 23:59", "out of range"),
        ("0001-01-01 00:00", "out of range"),
        ("+999999999d", "out of range"),
        ("-10m", "is not a time"),
        ("+10", "is not a time"),
    ],
)
def test_what_is_no_time_to_come_is_refused_with_its_reason(text: str, problem: str) -> None:
    zone = "Asia/Tokyo" if text.startswith("0001") else "America/New_York"
    with pytest.raises(InvalidInput, match=re.escape(problem)) as refused:
        parse_at(text, zone, NOW)
    assert refused.value.field == "--at"
    assert refused.value.remedy or problem == "in the past"


@pytest.mark.parametrize(
    ("text", "zone", "following"),
    [
        ("2026-03-29 02:30", BERLIN, "2026-03-29 03:00:00"),
        ("2026-03-29 02:00", BERLIN, "2026-03-29 03:00:00"),
        ("2026-03-08 02:59:59", "America/New_York", "2026-03-08 03:00:00"),
        ("2026-10-04 02:15", "Australia/Lord_Howe", "2026-10-04 02:30:00"),
    ],
)
def test_a_time_that_clocks_skip_is_refused_and_the_next_is_named(
    text: str, zone: str, following: str
) -> None:
    with pytest.raises(InvalidInput, match="does not exist") as refused:
        parse_at(text, zone, NOW)
    assert following in refused.value.remedy
    assert parse_at(following, zone, NOW).moment


def test_of_a_time_that_comes_twice_the_first_is_taken_and_that_is_said() -> None:
    when = parse_at("2026-10-25 02:30", BERLIN, NOW)
    assert when.moment == utc(2026, 10, 25, 0, 30)
    assert "first is taken (UTC+02:00)" in when.note
    assert "--fold 1" in when.note


@pytest.mark.parametrize(("fold", "hour"), [(0, 0), (1, 1)])
def test_fold_takes_the_one_that_is_meant_and_nothing_needs_to_be_said(
    fold: int, hour: int
) -> None:
    when = parse_at("2026-10-25 02:30", BERLIN, NOW, fold)
    assert (when.moment, when.note) == (utc(2026, 10, 25, hour, 30), "")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("tomorrow at 9", "in the morning or in the evening"),
        ("03/04/2026 18:30", "either order"),
        ("thu 18:30", "this week or in the next"),
        ("next friday 18:30", "this week or in the next"),
        ("tomorrow midnight", "the night before"),
        ("25 oct 2:30", "show it twice"),
        ("in a fortnight", "not all of its words are known"),
        ("через пару часов", "not all of its words are known"),
    ],
)
def test_ambiguous_words_are_refused_with_what_may_be_meant(words: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why) as refused:
        parse_at(words, BERLIN, NOW)
    listed = re.findall('"(.+?)" [(]([A-Z][a-z]{2})[)]', refused.value.remedy)
    moments = [parse_at(text, BERLIN, NOW).moment for text, _ in listed]
    assert moments == sorted(set(moments))
    assert [f"{each.astimezone(ZoneInfo(BERLIN)):%a}" for each in moments] == [
        weekday for _, weekday in listed
    ]


@pytest.mark.parametrize(("fold", "hour"), [(0, 0), (1, 1)])
def test_fold_goes_with_words_too(fold: int, hour: int) -> None:
    assert parse_at("25 oct 2:30", BERLIN, NOW, fold).moment == utc(2026, 10, 25, hour, 30)


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("0:30", "has passed today"),
        ("thu 0:30", "in a week"),
        ("29 mar 2:30", "the next that exists"),
    ],
)
def test_what_may_surprise_in_words_is_told(words: str, note: str) -> None:
    assert note in parse_at(words, BERLIN, NOW).note


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("qqqqqq", "write one such as"),
        ("", "write one such as"),
        ("../../etc/passwd", "write one such as"),
        ("Europe", "did you mean"),
        ("a" * 5000, "write one such as"),
    ],
)
def test_for_an_unknown_zone_one_with_a_similar_name_is_proposed(name: str, meant: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_at("2026-12-01 09:00", name, NOW)
    assert refused.value.field == "--tz"
    assert meant in refused.value.remedy


def test_without_a_zone_it_is_the_one_of_this_machine_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", ":Asia/Kathmandu")
    when = parse_at("2026-12-01 09:00", None, NOW)
    assert when.moment == utc(2026, 12, 1, 3, 15)
    assert "Asia/Kathmandu, the zone of this machine" in when.note


def test_where_no_zone_is_known_it_is_utc_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(times, "LOCALTIME", tmp_path / "missing")
    when = parse_at("2026-12-01 09:00", None, NOW)
    assert when.moment == utc(2026, 12, 1, 9)
    assert "no local zone is known" in when.note


def test_a_zone_of_this_machine_that_nobody_knows_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Nowhere/Land")
    with pytest.raises(InvalidInput, match="Nowhere/Land"):
        parse_at("2026-12-01 09:00", None, NOW)


def test_a_moment_is_shown_with_weekday_zone_and_utc() -> None:
    shown = str(When(utc(2026, 12, 1, 8), ZoneInfo(BERLIN)))
    assert shown == "Tue 2026-12-01 09:00:00 Europe/Berlin (Tue 2026-12-01 08:00:00 UTC)"


@given(wall=YEARS_TO_COME, zone=ALL_ZONES, fold=st.sampled_from([0, 1]))
def test_a_local_time_is_what_clocks_there_show_or_it_is_refused(
    wall: datetime, zone: ZoneInfo, fold: int
) -> None:
    try:
        when = parse_at(f"{wall:%Y-%m-%d %H:%M:%S}", zone.key, NOW, fold)
    except InvalidInput as error:
        refused = error
    else:
        assert when.moment.astimezone(zone).replace(tzinfo=None) == wall
        return
    assert "does not exist" in refused.problem
    following = parse_at(refused.remedy.split('"')[1], zone.key, NOW)
    shown = following.moment.astimezone(zone).replace(tzinfo=None)
    assert wall < shown <= wall + timedelta(hours=1)


@given(text=st.text(max_size=30))
def test_no_text_is_worse_than_refused(text: str) -> None:
    with contextlib.suppress(InvalidInput):
        parse_at(text, "UTC", NOW)
