"""/settings: the language, the zone, quiet hours, alerts."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from apps.bot.handlers.settings import hours_of
from apps.bot.zones import ELSEWHERE, common_zones, is_zone, zone_clocked
from core.person import Person, Role
from tests.bot.conversation import Conversation, buttons_of

OWNER, VIEWER = 501, 502
MOSCOW = ZoneInfo("Europe/Moscow")


async def owner(talk: Conversation) -> Person:
    found = await talk.people.find(OWNER)
    assert found is not None
    return found


async def test_the_language_is_chosen_and_spoken_at_once(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.say(OWNER, "/settings")
    await talk.sees(OWNER, "Language: as in Telegram", "Time zone: UTC", "Quiet hours: none")
    await talk.press(OWNER, "Language")
    await talk.press(OWNER, "Русский")
    await talk.sees(OWNER, "Язык: Русский", "Часовой пояс", "Уведомления: неотправленные")
    await talk.press(OWNER, "Язык")
    await talk.press(OWNER, "O‘zbekcha")
    await talk.sees(OWNER, "Til: O‘zbekcha", "Sokin soatlar: yo‘q")
    assert (await owner(talk)).language == "uz"


@pytest.mark.parametrize(
    ("language", "page", "city", "zone", "told"),
    [
        ("en", "Time zone", "new york", "America/New_York", "New York (UTC-0"),
        ("ru", "Часовой пояс", "Самарканд", "Asia/Samarkand", "Самарканд (UTC+05:00)"),
        ("uz", "Vaqt mintaqasi", "Toshkent", "Asia/Tashkent", "Toshkent (UTC+05:00)"),
    ],
)
async def test_the_zone_is_found_by_a_city_in_each_language(
    talk: Conversation, language: str, page: str, city: str, zone: str, told: str
) -> None:
    await talk.member(Role.OWNER, OWNER, language=language)
    await talk.say(OWNER, "/settings")
    await talk.press(OWNER, page)
    await talk.say(OWNER, city)
    await talk.sees(OWNER, told)
    assert (await owner(talk)).zone == zone


async def test_a_zone_is_recognised_by_its_clock_and_pressed(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER, language="ru")
    await talk.say(OWNER, "/settings")
    before = datetime.now(MOSCOW)
    await talk.press(OWNER, "Часовой пояс")
    names = [name for name, _ in buttons_of(await talk.sees(OWNER, " · UTC"))]
    clocks = {f"{moment:%H:%M}" for moment in (before, datetime.now(MOSCOW))}
    assert names[0] in {f"{clock} · Москва" for clock in clocks}
    await talk.press(OWNER, names[0])
    assert (await owner(talk)).zone == MOSCOW.key


@pytest.mark.parametrize(
    ("language", "first"),
    [("en", "19:30 · London"), ("ru", "22:30 · Москва"), ("uz", "00:30 · Toshkent")],
)
def test_zones_are_offered_by_what_is_likely_for_the_language(language: str, first: str) -> None:
    now = datetime(2026, 12, 1, 19, 30, tzinfo=UTC)
    zones = common_zones(language)
    names = [zone_clocked(zone, language, now) for zone in zones]
    assert names[0] == first
    assert len(set(names)) == len(names) > len(ELSEWHERE)
    assert all(map(is_zone, zones))


async def test_a_city_that_is_misspelt_is_asked_for_and_pressed(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.say(OWNER, "/settings")
    await talk.press(OWNER, "Time zone")
    await talk.say(OWNER, "Tashkant")
    assert (await owner(talk)).zone == ""
    (pressed, _), *_ = buttons_of(await talk.sees(OWNER, "Which of these do you mean?"))
    assert pressed.endswith(" · Tashkent")
    await talk.press(OWNER, pressed, times=2)
    await talk.sees(OWNER, "Time zone: Tashkent (UTC+05:00)")
    await talk.press(OWNER, "Time zone")
    await talk.say(OWNER, "qqqqqq")
    await talk.sees(OWNER, "I don't know this city")
    assert (await owner(talk)).zone == "Asia/Tashkent"


async def test_quiet_hours_are_pressed_or_written(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.say(OWNER, "/settings")
    await talk.press(OWNER, "Quiet hours")
    await talk.press(OWNER, "22:00–08:00")
    await talk.sees(OWNER, "Quiet hours: 22:00–08:00")
    await talk.press(OWNER, "Quiet hours")
    await talk.say(OWNER, "late")
    await talk.sees(OWNER, "I don't understand these hours")
    await talk.say(OWNER, "22:30 - 7")
    await talk.sees(OWNER, "Quiet hours: 22:30–07:00")
    assert (await owner(talk)).quiet == (time(22, 30), time(7))
    await talk.press(OWNER, "Quiet hours")
    await talk.press(OWNER, "No quiet hours")
    assert (await owner(talk)).quiet is None


async def test_alerts_are_turned_on_and_off_by_kind(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.say(OWNER, "/settings")
    await talk.press(OWNER, "Alerts")
    await talk.press(OWNER, "✓ failed posts", times=2)
    await talk.sees(OWNER, "✗ failed posts", "✓ rights in channels")
    assert (await owner(talk)).muted == {"failed"}
    await talk.press(OWNER, "✗ failed posts")
    assert (await owner(talk)).muted == frozenset()
    await talk.press(OWNER, "✓ Alerts")
    assert not (await owner(talk)).alerts


async def test_viewers_choose_a_language_and_a_zone_alone(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.member(Role.VIEWER, VIEWER)
    await talk.say(VIEWER, "/settings")
    shown = await talk.sees(VIEWER, "Language", "Time zone")
    assert "Quiet" not in str(shown)
    assert "Alerts" not in str(shown)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22-8", (time(22), time(8))),
        (" 22:30 – 7.15 ", (time(22, 30), time(7, 15))),
        ("23 до 24", (time(23), time(0))),
        ("25-8", None),
        ("22:60-8", None),
        ("22-25", None),
        ("22-24:30", None),
        ("22", None),
        ("", None),
    ],
)
def test_hours_are_read(text: str, hours: tuple[time, time] | None) -> None:
    assert hours_of(text) == hours
