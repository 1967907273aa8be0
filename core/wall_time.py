"""Wall times: at which moments the clocks of a zone show them, when clocks change too."""

from datetime import UTC, datetime, timedelta, tzinfo

SECOND = timedelta(seconds=1)


def moments_at(wall: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """The moments, UTC and in order, at which clocks there show this naive time.

    One as a rule; none where clocks go forward over it; two where they go back over it.
    Raises OverflowError at the ends of the calendar.
    """
    first, second = _read_by(wall, zone, 0), _read_by(wall, zone, 1)
    if first == second:
        return (first,)
    return (first, second) if first < second else ()


def after_gap(wall: datetime, zone: tzinfo) -> datetime:
    """The moment, UTC and to the second, at which clocks there go forward over this naive time."""
    # The earlier of the two readings is the one by the offset after the gap.
    before, after = _read_by(wall, zone, 1), _read_by(wall, zone, 0)
    new = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == new:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def offset_of(moment: datetime, zone: tzinfo) -> str:
    """The offset of the zone at this moment, as "UTC+05:30"."""
    shown = f"{moment.astimezone(zone):%z}"
    return f"UTC{shown[:3]}:{shown[3:5]}"


def _read_by(wall: datetime, zone: tzinfo, fold: int) -> datetime:
    return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
