"""The hours of the day in which a broadcast is sent: nobody is woken by it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.errors import InvalidInput
from core.person import MINUTES_A_DAY
from core.wall_time import after_gap, moments_at

DAY = timedelta(days=1)
DAYS_SEARCHED = range(-1, 3)
"""Yesterday's hours may reach over midnight; clocks that go forward may swallow today's."""


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: such as a folder of the zone files
        return False
    return True


@dataclass(frozen=True, slots=True)
class SendingHours:
    """From `begins` until `ends`, wall times in `zone` (an IANA name), in minutes since midnight;
    over midnight where `ends` is the earlier one. Raises InvalidInput.

    With `own_zones` they are meant by each recipient's clock: `zone` is for who has none.
    """

    begins: int
    ends: int
    zone: str
    own_zones: bool = False

    def __post_init__(self) -> None:
        for name, minute in (("begins", self.begins), ("ends", self.ends)):
            if not 0 <= minute < MINUTES_A_DAY:
                raise InvalidInput(f"hours.{name}", f"{minute} is no minute of a day")
        if self.begins == self.ends:
            raise InvalidInput("hours", "end when they begin", "leave them out to send at any hour")
        if not is_zone(self.zone):
            remedy = "give one such as Europe/Berlin"
            raise InvalidInput("hours.zone", f"{self.zone!r} is unknown", remedy)

    def opens(self, moment: datetime, lead_s: float = 0.0) -> datetime:
        """The first moment from this one on that is within the hours, by the clocks of `zone`:
        itself, where it is.

        They close `lead_s` earlier: for what is still on its way then.
        """
        today = moment.astimezone(ZoneInfo(self.zone)).date()
        for days in DAYS_SEARCHED:
            begin, end = self._on(today + days * DAY)
            if max(moment, begin) < end - timedelta(seconds=lead_s):
                return max(moment, begin)
        return moment  # hours shorter than their lead: better sent than never

    def in_zone(self, zone: str) -> "SendingHours":
        """The same by other clocks; by these, where there is no such zone (any more)."""
        return replace(self, zone=zone) if is_zone(zone) else self

    def _on(self, day: date) -> tuple[datetime, datetime]:
        over_midnight = DAY if self.ends < self.begins else timedelta()
        return self._at(day, self.begins), self._at(day + over_midnight, self.ends)

    def _at(self, day: date, minute: int) -> datetime:
        zone = ZoneInfo(self.zone)
        wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
        found = moments_at(wall, zone)
        return (found[0] if found else after_gap(wall, zone)).astimezone(UTC)
