"""--at in words: "tomorrow 9:00", "fri 18:30", "in 2 hours". What is ambiguous is refused."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.errors import InvalidInput
from core.reading import Choice, Doubt, Moment
from core.time_telling import NOTES, unclear, unread_told
from core.time_words import read_time
from infra.date_guess import guess_time

AT: Final = "--at"
FORMS: Final = (
    'write "2026-12-01 09:00", "2026-12-01T09:00:00+01:00", "+10m", "tomorrow 9:00", '
    '"fri 18:30" or "in 2 hours"'
)
LANGUAGE: Final = "en"


def read_words(
    text: str, now: datetime, zone: ZoneInfo, fold: int | None
) -> tuple[datetime, list[str]]:
    """The moment, UTC, and what is to be told of it; raises InvalidInput."""
    reading = read_time(text, now, zone, LANGUAGE, guess_time)
    if isinstance(reading, Choice) and fold is not None and reading.doubts == (Doubt.CLOCK_BACK,):
        reading = reading.moments[fold]
    if isinstance(reading, Moment):
        return reading.at, [NOTES[note] for note in reading.notes]
    if isinstance(reading, Choice):
        raise _ambiguous(text, reading)
    raise InvalidInput(AT, unread_told(text, reading), FORMS)


def _ambiguous(text: str, choice: Choice) -> InvalidInput:
    listed = ", ".join(
        f'"{each.local.isoformat(" ", "seconds")}" ({each.local:%a})' for each in choice.moments
    )
    remedy = f"write one of {listed}" if len(choice.moments) > 1 else f"did you mean {listed}?"
    return InvalidInput(AT, unclear(text, choice), remedy)
