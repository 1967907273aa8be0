"""Times and recurrences as people type them into a page: as ISO 8601 has them, or in words."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.errors import InvalidInput
from core.preflight import TOLERANCE, check_time
from core.reading import Choice, Moment, Note, Reading, Trouble, Unread
from core.recurrence import Recurrence
from core.recurrence_notes import on_first, on_months, whole_minute
from core.recurrence_rule import read_rule
from core.recurrence_telling import in_words
from core.recurrence_words import rule_of
from core.time_telling import NOTES, unclear, unread_told
from core.time_words import read_time
from core.wall_time import after_gap, moments_at
from core.zone_names import zones_like
from infra.date_guess import guess_time
from infra.importing import zone_names

AT, REPEAT, ZONE = "at", "repeat", "zone"
LANGUAGE = "en"
"""Tried first; words of the others are understood too."""
FORMS = 'write "2026-12-01T09:00+01:00", "tomorrow 9:00", "fri 18:30" or "in 2 hours"'
NEXT = 5


class Unclear(InvalidInput):
    """A time that may mean several; each of `moments` is one of them."""

    def __init__(self, field: str, problem: str, moments: Sequence[Moment]) -> None:
        super().__init__(field, problem, "choose one of them" if moments[1:] else "is it that one?")
        self.moments = moments


@dataclass(frozen=True, slots=True)
class Repeat:
    """`next` are the first times to come, UTC; `notes` say how it was read, where that may
    surprise.
    """

    recurrence: Recurrence
    words: str
    next: tuple[datetime, ...]
    notes: tuple[str, ...]


def zone_of(name: str) -> ZoneInfo:
    """By its name, whatever its letters' case; raises InvalidInput."""
    known = zone_names()
    if (found := known.get(name.lower())) is not None:
        return ZoneInfo(found)
    near, _ = zones_like(name, known.values())
    remedy = f"did you mean {' or '.join(near)}?" if near else "write one such as Europe/Berlin"
    raise InvalidInput(ZONE, f"{name[:40]!r} is not a time zone", remedy)


async def read_at(text: str, zone: ZoneInfo, now: datetime, field: str = AT) -> Moment:
    """The moment that is meant by a reader in the zone; raises InvalidInput, or Unclear."""
    try:
        reading = _iso(text.strip(), zone, now, field) or await _in_words(text, zone, now)
    except OverflowError:
        raise InvalidInput(field, f"{text[:40]!r} is out of range", "check the year") from None
    if isinstance(reading, Moment):
        return reading
    if isinstance(reading, Choice):
        raise Unclear(field, unclear(text, reading), reading.moments)
    raise InvalidInput(field, unread_told(text, reading), FORMS)


def read_repeat(text: str, at: datetime | None, zone: ZoneInfo, now: datetime) -> Repeat:
    """`at` is the first possible time, None where the rule tells the time by itself; raises
    InvalidInput.
    """
    rule = read_rule(rule_of(text, REPEAT))
    if at is None and not rule.is_elapsed and "BYHOUR" not in rule.by:
        raise InvalidInput(REPEAT, "does not tell the time of day", 'write "every day at 09:00"')
    wall = whole_minute((at or now).astimezone(zone).replace(tzinfo=None))
    recurrence = Recurrence(str(rule), zone.key, wall)
    note = on_first(recurrence) if at is not None else ""
    notes = tuple(filter(None, (note, on_months(rule, wall))))
    following = tuple(recurrence.upcoming(now, NEXT))
    return Repeat(recurrence, in_words(recurrence.rule), following, notes)


def notes_of(moment: Moment) -> list[str]:
    return [NOTES[note] for note in moment.notes]


def _iso(text: str, zone: ZoneInfo, now: datetime, field: str) -> Moment | None:
    """None where it is not ISO 8601 with a day and a time."""
    if "T" not in text.upper() and " " not in text:
        return None
    try:
        read = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if read.tzinfo is not None:
        return Moment(check_time(read.astimezone(UTC), now, field), zone)
    moment = _on_the_wall(read, zone)
    check_time(moment.at, now, field, TOLERANCE)
    return moment


def _on_the_wall(wall: datetime, zone: ZoneInfo) -> Moment:
    found = moments_at(wall, zone)
    if not found:
        return Moment(after_gap(wall, zone), zone, (Note.SHIFTED,), wall)
    return Moment(found[0], zone, (Note.TWICE,) if len(found) > 1 else ())


async def _in_words(text: str, zone: ZoneInfo, now: datetime) -> Reading:
    reading = read_time(text, now, zone, LANGUAGE)
    if not isinstance(reading, Unread) or reading.trouble is not Trouble.UNKNOWN:
        return reading
    # What our own grammar does not know: slow the first time.
    return await asyncio.to_thread(read_time, text, now, zone, LANGUAGE, guess_time)
