"""Times as a person reads them: by the clocks of their zone, which is always named."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from core.common_times import is_quiet
from core.person import Person
from core.reading import Moment
from core.time_words import shown, vocabulary_of

DEFAULT_ZONE = "UTC"


def zone_of(person: Person) -> ZoneInfo:
    """What they have chosen; UTC where they have not, or where it is not known here."""
    try:
        return ZoneInfo(person.zone or DEFAULT_ZONE)
    except (LookupError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def is_quiet_for(person: Person, now: datetime) -> bool:
    return is_quiet(now.astimezone(zone_of(person)).time(), person.quiet)


def told(at: datetime, zone: ZoneInfo, language: str) -> str:
    """With weekday, zone and offset."""
    return shown(Moment(at.astimezone(UTC), zone), language)


def day_told(day: date, language: str) -> str:
    """As the calendar has it: "Thu, 26 Nov"."""
    vocabulary = vocabulary_of(language)
    return f"{vocabulary.weekdays[day.weekday()]}, {day.day} {vocabulary.months[day.month - 1]}"


def clock_told(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"
