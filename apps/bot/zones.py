"""Time zones, by the names that people give them in each of the bot's languages."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from apps.bot.texts import LANGUAGES
from core.wall_time import offset_of
from core.zone_names import zones_like

ELSEWHERE = (
    *("Asia/Dubai", "Asia/Seoul", "Europe/Istanbul", "Europe/Berlin", "Europe/London"),
    *("America/New_York", "America/Los_Angeles", "UTC"),
)
LIKELY = {
    "en": ("Europe/London", "America/New_York", "America/Los_Angeles", "Europe/Berlin"),
    "ru": ("Europe/Moscow", "Asia/Tashkent", "Asia/Almaty", "Asia/Yekaterinburg"),
    "uz": ("Asia/Tashkent", "Europe/Moscow", "Asia/Seoul", "Europe/Istanbul"),
}
NEAR = ("Asia/Tashkent", "Europe/Moscow", "Asia/Almaty")


def common_zones(language: str) -> tuple[str, ...]:
    """For buttons: first where people who speak the language most likely are."""
    return tuple(dict.fromkeys((*LIKELY[language], *NEAR, *ELSEWHERE)))


def zones_named(text: str) -> tuple[list[str], bool]:
    """Those that may be meant, by a zone's name or that of its city; and whether one certainly
    is.
    """
    return zones_like(text, _zones(), _cities())


def zone_told(name: str, language: str, now: datetime) -> str:
    """The city with its offset now: "Ташкент (UTC+05:00)"."""
    return f"{_city(name, language)} ({offset_of(now, ZoneInfo(name))})"


def zone_clocked(name: str, language: str, now: datetime) -> str:
    """The city with the time that its clocks show: who looks at their own finds it by that."""
    return f"{now.astimezone(ZoneInfo(name)):%H:%M} · {_city(name, language)}"


def is_zone(name: str) -> bool:
    return name in _zones()


def _city(name: str, language: str) -> str:
    known = Locale.parse(language).time_zones.get(name, {}).get("city")
    return str(known or name.rpartition("/")[2].replace("_", " "))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _cities() -> dict[str, str]:
    """By the name of the city in each language."""
    return {
        str(told["city"]).casefold(): name
        for language in LANGUAGES
        for name, told in Locale.parse(language).time_zones.items()
        if "city" in told and name in _zones()
    }
