"""When to send, as a person writes it: a local time, one with an offset, "+10m", or in words."""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from apps.cli.time_words import AT, FORMS, read_words
from core.errors import InvalidInput
from core.preflight import check_time
from core.wall_time import after_gap, moments_at, offset_of
from core.zone_names import zones_like

TZ = "--tz"

MOMENT = re.compile(
    r"(?P<local>\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)\s*"
    r"(?P<offset>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
DURATION = re.compile(r"\+(?:\d{1,9}[smhd])+", re.ASCII | re.IGNORECASE)
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

LOCALTIME = Path("/etc/localtime")
ZONE_FOLDER = "zoneinfo/"


@dataclass(frozen=True, slots=True)
class When:
    """A moment, the zone to show it in, and what is to be said about how it was read."""

    moment: datetime
    zone: tzinfo
    note: str = ""

    def __str__(self) -> str:
        local = self.moment.astimezone(self.zone)
        utc = self.moment.astimezone(UTC)
        return f"{local:%a %Y-%m-%d %H:%M:%S} {self.zone} ({utc:%a %Y-%m-%d %H:%M:%S} UTC)"


def parse_at(text: str, zone_name: str | None, now: datetime, fold: int | None = None) -> When:
    """The moment that is meant; raises InvalidInput. `now` is aware.

    `fold` tells which of two is meant where clocks go back: 0 the first, 1 the second.
    """
    zone, note = zone_named(zone_name)
    text = text.strip()
    try:
        if DURATION.fullmatch(text):
            when = When(now + _duration(text), zone)
        elif match := MOMENT.fullmatch(text):
            when = _moment(match, zone, note, fold)
        else:
            when = _words(text, zone, note, fold, now)
        check_time(when.moment, now, AT)
    except OverflowError:
        raise InvalidInput(AT, f"{text[:40]!r} is out of range", "check the year") from None
    return when


def _duration(text: str) -> timedelta:
    parts = re.findall(r"(\d+)([smhd])", text.lower())
    return sum((timedelta(**{UNITS[unit]: int(n)}) for n, unit in parts), timedelta())


def _moment(match: re.Match[str], zone: ZoneInfo, note: str, fold: int | None) -> When:
    try:
        read = datetime.fromisoformat(match["local"] + (match["offset"] or "").upper())
    except ValueError as error:
        raise InvalidInput(AT, f"{match[0]!r} is not a time ({error})", FORMS) from None
    if match["offset"]:
        return When(read.astimezone(UTC), zone)
    return _local(read, zone, note, fold)


def _local(wall: datetime, zone: ZoneInfo, note: str, fold: int | None) -> When:
    """The moment at which clocks in the zone show this."""
    found = moments_at(wall, zone)
    if not found:
        there = after_gap(wall, zone).astimezone(zone)
        raise InvalidInput(
            AT,
            f"{wall:%Y-%m-%d %H:%M:%S} does not exist in {zone}, where clocks go forward then",
            f'the next that does is "{there:%Y-%m-%d %H:%M:%S}"',
        )
    if len(found) == 1:
        return When(found[0], zone, note)
    if fold is None:
        taken, other = (offset_of(moment, zone) for moment in found)
        note = f"it comes twice, as clocks go back: the first is taken ({taken})"
        return When(found[0], zone, f"{note}; --fold 1 takes the second ({other})")
    return When(found[fold], zone, note)


def _words(text: str, zone: ZoneInfo, note: str, fold: int | None, now: datetime) -> When:
    moment, told = read_words(text, now, zone, fold)
    return When(moment, zone, "; ".join(filter(None, (note, *told))))


def zone_named(name: str | None) -> tuple[ZoneInfo, str]:
    """The zone, and what is to be said where it was not named."""
    if name is not None:
        return _known(name, TZ), ""
    local = local_zone_name()
    if local is None:
        return ZoneInfo("UTC"), "no local zone is known here: taken as UTC; name one with --tz"
    return _known(local, "TZ"), f"taken as {local}, the zone of this machine; --tz names another"


def _known(name: str, field: str) -> ZoneInfo:
    try:
        if name in _zones():
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass  # a file that is no zone
    raise InvalidInput(field, f"{name[:40]!r} is not a time zone", _similar(name))


@cache
def _zones() -> frozenset[str]:
    """All that are known here; looking them up takes a tenth of a second."""
    return frozenset(available_timezones())


def _similar(name: str) -> str:
    """Zones that may be meant: by the whole name, or by its city."""
    found, _ = zones_like(name, _zones())
    if not found:
        return "write one such as Europe/Berlin, America/New_York or UTC"
    return f"did you mean {' or '.join(found)}?"


def local_zone_name() -> str | None:
    """The zone of this machine, by its name; None where it has none."""
    variable = os.environ.get("TZ", "").removeprefix(":")
    if variable:
        return variable
    target = str(LOCALTIME.resolve()) if LOCALTIME.is_symlink() else ""
    _, found, name = target.partition(ZONE_FOLDER)
    return name if found else None
