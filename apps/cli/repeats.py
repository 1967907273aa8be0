"""--repeat as a person writes it, with --at and --tz: a recurrence, and what to say of it."""

from dataclasses import dataclass
from datetime import datetime

from apps.cli.time_words import AT, FORMS
from apps.cli.times import When, parse_at
from core.errors import InvalidInput
from core.recurrence import Recurrence
from core.recurrence_notes import on_first, on_months, whole_minute
from core.recurrence_rule import read_rule
from core.recurrence_words import rule_of

REPEAT = "--repeat"
NOW = "+0s"


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
    wall = whole_minute(when.moment.astimezone(when.zone).replace(tzinfo=None))
    recurrence = Recurrence(str(rule), str(when.zone), wall)
    notes = [_on_zone(when, zone_name), on_first(recurrence) if at else "", on_months(rule, wall)]
    return Repeat(recurrence, tuple(filter(None, notes)))


def _on_zone(when: When, zone_name: str | None) -> str:
    if when.note or zone_name is not None:
        return when.note
    return f"it follows the clocks of {when.zone}; --tz names another zone"
