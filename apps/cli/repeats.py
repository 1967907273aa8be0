"""--repeat as a person writes it, with --at and --tz: a recurrence, and what to say of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.cli.time_words import AT, FORMS
from apps.cli.times import When, parse_at
from core.errors import InvalidInput
from core.recurrence import Recurrence
from core.recurrence_rule import Rule, read_rule
from core.recurrence_words import rule_of

REPEAT = "--repeat"
NOW = "+0s"
SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Repeat:
    """`notes` say how it was read, where that may surprise."""

    recurrence: Recurrence
    notes: tuple[str, ...]


def parse_repeat(text: str, at: str, zone_name: str | None, now: datetime) -> Repeat:
    """The recurrence that is meant; raises InvalidInput. `now` is aware.

    `at` is the first possible time; it may be empty where the rule tells the time by itself.
    """
    rule = read_rule(rule_of(text, REPEAT))
    if not at and not rule.is_elapsed and "BYHOUR" not in rule.by:
        raise InvalidInput(AT, "is missing", f'{FORMS}, or --repeat "every day at 09:00"')
    when = parse_at(at or NOW, zone_name, now)
    wall = _whole_minute(when)
    recurrence = Recurrence(str(rule), str(when.zone), wall)
    notes = [_on_zone(when, zone_name), _on_first(recurrence) if at else "", _on_months(rule, wall)]
    return Repeat(recurrence, tuple(filter(None, notes)))


def _whole_minute(when: When) -> datetime:
    """The wall time of the first whole minute from then on."""
    wall = when.moment.astimezone(when.zone).replace(tzinfo=None)
    minute = wall.replace(second=0, microsecond=0)
    return minute if minute == wall else minute + timedelta(minutes=1)


def _on_zone(when: When, zone_name: str | None) -> str:
    if when.note or zone_name is not None:
        return when.note
    return f"it follows the clocks of {when.zone}; --tz names another zone"


def _on_first(recurrence: Recurrence) -> str:
    """Where --at is no occurrence itself."""
    first = recurrence.first().astimezone(recurrence.zone)
    if first.replace(tzinfo=None) == recurrence.starts:
        return ""
    return (
        f"{recurrence.starts:%a %Y-%m-%d %H:%M} is not one of its times: "
        f"the first after it is {first:%a %Y-%m-%d %H:%M}"
    )


def _on_months(rule: Rule, wall: datetime) -> str:
    """Where there are months that do not have the day."""
    if rule.freq != "MONTHLY" or rule.days:
        return ""
    day = max(rule.by.get("BYMONTHDAY", (wall.day,)))
    if day <= SHORTEST_MONTH:
        return ""
    return (
        f"months without a day {day} are left out; "
        '--repeat "on the last day of every month" leaves out none'
    )
