"""Times as programs write them: ISO 8601, with an offset or beside the name of a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.api.spoken_times import zone_of
from core.errors import InvalidInput
from core.preflight import TOLERANCE, check_time
from core.recurrence_rule import YEARS
from core.wall_time import moments_at

FORMS = "write it as 2026-12-01T09:00:00+01:00"


def moment_of(
    text: str,
    zone_name: str | None,
    now: datetime,
    field: str = "at",
    tolerance: timedelta = TOLERANCE,
) -> datetime:
    """UTC; raises InvalidInput, for what is past by more than `tolerance` too. In a zone, of a time
    that comes twice there the first is meant.
    """
    try:
        read = datetime.fromisoformat(text.strip().upper())
        if read.utcoffset() is None:
            read = _on_the_wall(read, zone_name, field)
        return check_time(read, now, field, tolerance)
    except (OverflowError, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput(field, f"{text[:40]!r} is not a time", FORMS) from None


def aware(text: str, field: str) -> datetime:
    """A moment to look for, past or to come: UTC. Raises InvalidInput."""
    try:
        read = datetime.fromisoformat(text.strip().upper())
    except ValueError:
        raise InvalidInput(field, f"{text[:40]!r} is not a time", FORMS) from None
    if read.utcoffset() is None or read.year not in YEARS:
        raise InvalidInput(field, "has no offset, or a year that is far", FORMS)
    return read.astimezone(UTC)


def _on_the_wall(wall: datetime, zone_name: str | None, field: str) -> datetime:
    if zone_name is None:
        raise InvalidInput(field, "has no offset", f"{FORMS}, or give zone as well")
    zone: ZoneInfo = zone_of(zone_name)
    found = moments_at(wall, zone)
    if not found:
        problem = f"{wall:%Y-%m-%d %H:%M} does not exist in {zone}, where clocks go forward then"
        raise InvalidInput(field, problem, "give a later time")
    return found[0]
