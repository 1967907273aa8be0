"""How fast a broadcast was of late, and how what is left of it is told."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from apps.bot.broadcast_words import card_told
from apps.bot.texts import LANGUAGES, Texts
from core.sending_hours import SendingHours
from infra.db.broadcast_pace import GAP_S, speed
from tests.unit.broadcast_by_hand import BROADCAST, NOON


def test_what_ended_lately_is_the_speed() -> None:
    assert speed(dict.fromkeys(range(10), 25)) == pytest.approx(25.0)
    assert speed({0: 30}) == pytest.approx(30.0)
    assert speed({}) == 0.0


def test_a_pause_is_no_slowness() -> None:
    resumed = {0: 20, 1: 20, GAP_S + 10: 20, GAP_S + 11: 20}
    assert speed(resumed) == pytest.approx(20.0)
    slow = {0: 1, GAP_S - 1: 1}
    assert speed(slow) == pytest.approx(2 / GAP_S)


def test_one_that_stands_has_no_speed() -> None:
    assert speed({GAP_S: 11}) == pytest.approx(1.0)
    assert speed({GAP_S + 1: 12}) == 0.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_hours_only_what_sending_takes_is_told(language: str) -> None:
    words, zone = Texts().of(language), ZoneInfo("UTC")
    hours = SendingHours(9 * 60, 21 * 60, "UTC")
    running = replace(BROADCAST, tally=replace(BROADCAST.tally, total=1_000, sent=1))
    always, at_times = (
        card_told(replace(running, hours=each), words, zone, NOON, 90.0) for each in (None, hours)
    )
    [[left, in_hours]] = [
        (of_one, of_other)
        for of_one, of_other in zip(always.splitlines(), at_times.splitlines(), strict=True)
        if of_one != of_other
    ]
    assert "1" in left
    assert len(in_hours) > len(left)
