"""The times that are chosen most, for buttons: as far as they are ahead and not in quiet hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from core.reading import Choice, Moment, Reading
from core.time_words import at_wall, read_time

AN_HOUR: Final = "in 1 hour"
DAY: Final = timedelta(days=1)
MORNING, EVENING = time(9), time(20)
MONDAY: Final = 0

Quiet = tuple[time, time]
"""Wall times, from the first to the second; over midnight where that is the earlier one."""


class Common(StrEnum):
    """What a time is called."""

    IN_AN_HOUR = "in_an_hour"
    THIS_MORNING = "this_morning"
    THIS_EVENING = "this_evening"
    TOMORROW_MORNING = "tomorrow_morning"
    TOMORROW_EVENING = "tomorrow_evening"
    NEXT_MONDAY = "next_monday"


@dataclass(frozen=True, slots=True)
class CommonTime:
    name: Common
    moment: Moment


def common_times(now: datetime, zone: ZoneInfo, quiet: Quiet | None = None) -> list[CommonTime]:
    """In order, each moment once. `now` is aware."""
    found: dict[datetime, CommonTime] = {}
    for name, reading in _readings(now, zone):
        moment = reading.moments[0] if isinstance(reading, Choice) else reading
        if isinstance(moment, Moment) and not is_quiet(moment.local.time(), quiet):
            found.setdefault(moment.at, CommonTime(name, moment))
    return [found[at] for at in sorted(found)]


def is_quiet(local: time, quiet: Quiet | None) -> bool:
    """Whether this wall time is in the quiet hours; their end is not."""
    if quiet is None:
        return False
    begin, end = quiet
    if begin <= end:
        return begin <= local < end
    return local >= begin or local < end


def _readings(now: datetime, zone: ZoneInfo) -> Iterator[tuple[Common, Reading]]:
    yield Common.IN_AN_HOUR, read_time(AN_HOUR, now, zone, "en")
    for name, wall in _walls(now.astimezone(zone).date()):
        yield name, at_wall(wall, now, zone)


def _walls(today: date) -> Iterator[tuple[Common, datetime]]:
    monday = today + ((MONDAY - today.weekday() - 1) % 7 + 1) * DAY
    yield Common.THIS_MORNING, datetime.combine(today, MORNING)
    yield Common.THIS_EVENING, datetime.combine(today, EVENING)
    yield Common.TOMORROW_MORNING, datetime.combine(today + DAY, MORNING)
    yield Common.TOMORROW_EVENING, datetime.combine(today + DAY, EVENING)
    yield Common.NEXT_MONDAY, datetime.combine(monday, MORNING)
