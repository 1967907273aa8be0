"""How long a broadcast will still take, from how fast it was."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from apps.bot.broadcast_speed import WINDOW_S, Speeds
from apps.bot.broadcast_words import card_told
from apps.bot.texts import LANGUAGES, Texts
from core.broadcast import Broadcast, BroadcastState, Tally
from core.sending_hours import SendingHours
from tests.unit.broadcast_by_hand import BROADCAST, NOON


def sent(count: int) -> Broadcast:
    return replace(BROADCAST, tally=Tally(total=1_000, sent=count))


def test_at_first_the_limit_is_what_it_goes_by() -> None:
    assert Speeds(25.0).left_s(sent(0), 7.0) == pytest.approx(40.0)
    assert Speeds(0.0).left_s(sent(0), 7.0) == 0.0


def test_then_it_is_what_was_seen_and_not_longer_ago_than_matters() -> None:
    speeds = Speeds(25.0)
    speeds.left_s(sent(0), 0.0)
    assert speeds.left_s(sent(100), 10.0) == pytest.approx(90.0)
    assert speeds.left_s(sent(100), 20.0) == pytest.approx(180.0)
    assert speeds.left_s(sent(100), WINDOW_S + 15.0) == pytest.approx(36.0)  # it stands: the limit


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_hours_only_what_sending_takes_is_told(language: str) -> None:
    words, zone = Texts().of(language), ZoneInfo("UTC")
    hours = SendingHours(9 * 60, 21 * 60, "UTC")
    always, at_times = (
        card_told(replace(sent(1), hours=each), words, zone, NOON, 90.0) for each in (None, hours)
    )
    [[left, in_hours]] = [
        (of_one, of_other)
        for of_one, of_other in zip(always.splitlines(), at_times.splitlines(), strict=True)
        if of_one != of_other
    ]
    assert "1" in left
    assert len(in_hours) > len(left)


def test_a_pause_is_no_slowness() -> None:
    speeds = Speeds(25.0)
    speeds.left_s(sent(0), 0.0)
    assert speeds.left_s(replace(sent(100), state=BroadcastState.PAUSED), 10.0) == 0.0
    assert speeds.left_s(sent(100), 50.0) == pytest.approx(36.0)
