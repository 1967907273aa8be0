"""--at in words: "tomorrow 9:00", "fri 18:30", "in 2 hours". What is ambiguous is refused."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.errors import InvalidInput
from core.reading import Choice, Doubt, Moment, Note, Trouble, Unread
from core.time_words import read_time
from infra.date_guess import guess_time

AT: Final = "--at"
FORMS: Final = (
    'write "2026-12-01 09:00", "2026-12-01T09:00:00+01:00", "+10m", "tomorrow 9:00", '
    '"fri 18:30" or "in 2 hours"'
)
LANGUAGE: Final = "en"
NOTES: Final = {
    Note.TOMORROW: "that time has passed today: it is tomorrow",
    Note.NEXT_WEEK: "that time has passed today: it is in a week",
    Note.NEXT_MONTH: "that day has passed this month: it is in one to come",
    Note.NEXT_YEAR: "that day has passed this year: it is in one to come",
    Note.SHIFTED: "clocks go forward over that time: this is the next that exists",
    Note.TWICE: "clocks go back over that time: the offset tells which of the two it is",
}
DOUBTS: Final = {
    Doubt.DATE_ORDER: "the day and the month may stand in either order",
    Doubt.HALF_OF_DAY: "it may be in the morning or in the evening",
    Doubt.WHICH_WEEK: "it may be in this week or in the next",
    Doubt.WHICH_NIGHT: "the night before that day and the one after it may be meant",
    Doubt.TIME_OF_DAY: "it does not tell the time of day",
    Doubt.CLOCK_BACK: "clocks go back and show it twice",
    Doubt.DATE_OR_TIME: "it may be a date or a time of day",
    Doubt.GUESSED: "not all of its words are known here",
}
TROUBLES: Final = {
    Trouble.EMPTY: "is not a time",
    Trouble.TOO_LONG: "is too long for a time",
    Trouble.UNKNOWN: "is not a time that is understood",
    Trouble.TOLD_TWICE: "tells more than one time",
    Trouble.DATE_OR_TIME: "may be a date or a time of day",
    Trouble.NO_SUCH_DATE: "has a date that does not exist",
    Trouble.NO_SUCH_TIME: "has a time of day that does not exist",
    Trouble.WRONG_WEEKDAY: "has a date that is on another weekday",
    Trouble.PAST: "is in the past",
    Trouble.TOO_FAR: "is more than five years ahead",
}


def read_words(
    text: str, now: datetime, zone: ZoneInfo, fold: int | None
) -> tuple[datetime, list[str]]:
    """The moment, UTC, and what is to be told of it; raises InvalidInput."""
    reading = read_time(text, now, zone, LANGUAGE, guess_time)
    if isinstance(reading, Choice) and fold is not None and reading.doubts == (Doubt.CLOCK_BACK,):
        reading = reading.moments[fold]
    if isinstance(reading, Moment):
        return reading.at, [NOTES[note] for note in reading.notes]
    raise _ambiguous(text, reading) if isinstance(reading, Choice) else _unread(text, reading)


def _ambiguous(text: str, choice: Choice) -> InvalidInput:
    why = " and ".join(DOUBTS[doubt] for doubt in choice.doubts)
    listed = ", ".join(
        f'"{each.local.isoformat(" ", "seconds")}" ({each.local:%a})' for each in choice.moments
    )
    remedy = f"write one of {listed}" if len(choice.moments) > 1 else f"did you mean {listed}?"
    return InvalidInput(AT, f"{text[:40]!r} is not clear: {why}", remedy)


def _unread(text: str, unread: Unread) -> InvalidInput:
    part = f" ({unread.part[:40]!r})" if unread.part and unread.part != text else ""
    return InvalidInput(AT, f"{text[:40]!r} {TROUBLES[unread.trouble]}{part}", FORMS)
