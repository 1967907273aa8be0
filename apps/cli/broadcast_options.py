"""The hours of a broadcast, as they are written."""

import re

from apps.cli.times import zone_named
from core.errors import InvalidInput
from core.sending_hours import SendingHours

FORM = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))? *[-–] *([0-9]{1,2})(?::([0-9]{2}))?")


def parse_hours(text: str | None, tz: str | None, *, their: bool = False) -> SendingHours | None:
    """ "9:00-21:00", by the clocks of this zone, or by each recipient's; raises InvalidInput."""
    if text is None:
        if their:
            raise InvalidInput("--their-time", "goes with --hours", "give both, or none")
        if tz is not None:
            raise InvalidInput("--tz", "goes with --hours", "give both, or none")
        return None
    found = FORM.fullmatch(text.strip())
    if found is None:
        raise InvalidInput("--hours", f"{text[:40]!r} is not understood", "write 9:00-21:00")
    numbers = [int(number or 0) for number in found.groups()]
    begins, ends = _minute(*numbers[:2]), _minute(*numbers[2:])
    return SendingHours(begins, ends, zone_named(tz)[0].key, own_zones=their)


def _minute(hour: int, minute: int) -> int:
    if (hour, minute) == (24, 0):
        return 0
    if hour > 23 or minute > 59:
        raise InvalidInput("--hours", f"{hour}:{minute:02} is no time of day", "write 9:00-21:00")
    return hour * 60 + minute
