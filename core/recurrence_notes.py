"""What may surprise somebody in how their recurrence was read."""

from datetime import datetime, timedelta

from core.recurrence import Recurrence
from core.recurrence_rule import Rule

SHORTEST_MONTH = 28


def whole_minute(wall: datetime) -> datetime:
    """The first whole minute from then on."""
    minute = wall.replace(second=0, microsecond=0)
    return minute if minute == wall else minute + timedelta(minutes=1)


def on_first(recurrence: Recurrence) -> str:
    """Where the time that it starts at is none of its own; else ""."""
    first = recurrence.first().astimezone(recurrence.zone)
    if first.replace(tzinfo=None) == recurrence.starts:
        return ""
    return (
        f"{recurrence.starts:%a %Y-%m-%d %H:%M} is not one of its times: "
        f"the first after it is {first:%a %Y-%m-%d %H:%M}"
    )


def on_months(rule: Rule, wall: datetime) -> str:
    """Where there are months that do not have the day; else ""."""
    if rule.freq != "MONTHLY" or rule.days:
        return ""
    day = max(rule.by.get("BYMONTHDAY", (wall.day,)))
    if day <= SHORTEST_MONTH:
        return ""
    remedy = '"on the last day of every month" leaves out none'
    return f"months without a day {day} are left out; {remedy}"
