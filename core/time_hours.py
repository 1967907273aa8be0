"""Which times of day a text may mean."""

from dataclasses import dataclass
from datetime import time
from typing import Final

from core.reading import Doubt, NotRead, Trouble
from core.time_slots import Slots
from core.time_vocabulary import Part, Vocabulary

DAY_HOURS: Final = (9, 12, 15, 18, 20)
PART_HOURS: Final = {
    Part.MORNING: (8, 9, 10),
    Part.DAY: (13, 15, 17),
    Part.EVENING: (18, 19, 20, 21),
    Part.NIGHT: (20, 21, 22, 23),
}
"""What is offered where a part of the day is all that is known."""


def _as_they_are(*spans: range) -> dict[int, int]:
    return {hour: hour for span in spans for hour in span}


def _after_noon(hours: range) -> dict[int, int]:
    return {hour: hour + 12 for hour in hours}


HOURS: Final = {
    Part.AM: _as_they_are(range(12)) | {12: 0},
    Part.PM: _as_they_are(range(12, 24)) | _after_noon(range(1, 12)),
    Part.MORNING: _as_they_are(range(12)),
    Part.DAY: _as_they_are(range(11, 19)) | _after_noon(range(1, 7)),
    Part.EVENING: _as_they_are(range(16, 24)) | _after_noon(range(4, 12)),
    Part.NIGHT: _as_they_are(range(6), range(18, 24)) | _after_noon(range(6, 12)) | {12: 0},
}
"""The hour that is meant by one beside a part of the day: 9 in the evening is 21."""
SMALL_HOURS: Final = range(6)


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day, on the day that is meant or so many days after it."""

    time: time
    days_after: int = 0


@dataclass(frozen=True, slots=True)
class Hours:
    """One or more, and why there are more."""

    hours: tuple[Hour, ...]
    doubt: Doubt | None = None


def hours_of(slots: Slots, vocabulary: Vocabulary) -> Hours:
    """Raises NotRead."""
    if slots.clock is not None:
        if slots.is_midnight is not None:
            raise NotRead(Trouble.TOLD_TWICE)
        return _clock(slots, vocabulary)
    if slots.is_midnight is not None:
        return _in_the_night(time(0), slots)
    return offered(DAY_HOURS if slots.part is None else PART_HOURS[slots.part])


def offered(hours: tuple[int, ...] = DAY_HOURS) -> Hours:
    """What is proposed where there is a day and no time."""
    return Hours(tuple(Hour(time(hour)) for hour in hours), Doubt.TIME_OF_DAY)


def _clock(slots: Slots, vocabulary: Vocabulary) -> Hours:
    assert slots.clock is not None
    hour, minute, second = slots.clock
    if slots.clock == (24, 0, 0):
        return Hours((Hour(time(0), days_after=1),))
    if hour > 23 or minute > 59 or second > 59:
        raise NotRead(Trouble.NO_SUCH_TIME, f"{hour}:{minute:02}")
    if slots.part is not None:
        return _beside_part(slots, slots.part)
    if slots.is_bare and hour in vocabulary.either_half:
        both = (Hour(time(hour % 12)), Hour(time(hour % 12 + 12)))
        return Hours(both, Doubt.HALF_OF_DAY)
    return Hours((Hour(time(hour, minute, second)),))


def _beside_part(slots: Slots, part: Part) -> Hours:
    assert slots.clock is not None
    hour, minute, second = slots.clock
    if hour not in HOURS[part]:
        raise NotRead(Trouble.NO_SUCH_TIME, f"{hour}:{minute:02}")
    meant = time(HOURS[part][hour], minute, second)
    if part is Part.NIGHT and meant.hour in SMALL_HOURS:
        return _in_the_night(meant, slots)
    return Hours((Hour(meant),))


def _in_the_night(meant: time, slots: Slots) -> Hours:
    """The night of a day may be the one before it, or the one after."""
    if slots.has_day or slots.amounts:
        return Hours((Hour(meant), Hour(meant, days_after=1)), Doubt.WHICH_NIGHT)
    return Hours((Hour(meant),))
