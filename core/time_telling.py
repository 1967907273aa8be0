"""How a time that a person wrote was read, told in English words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.reading import Choice, Doubt, Moment, Note, Trouble, Unread
from core.wall_time import offset_of

NOTES: Final[Mapping[Note, str]] = {
    Note.TOMORROW: "that time has passed today: it is tomorrow",
    Note.NEXT_WEEK: "that time has passed today: it is in a week",
    Note.NEXT_MONTH: "that day has passed this month: it is in one to come",
    Note.NEXT_YEAR: "that day has passed this year: it is in one to come",
    Note.SHIFTED: "clocks go forward over that time: this is the next that exists",
    Note.TWICE: "clocks go back over that time: the offset tells which of the two it is",
}
DOUBTS: Final[Mapping[Doubt, str]] = {
    Doubt.DATE_ORDER: "the day and the month may stand in either order",
    Doubt.HALF_OF_DAY: "it may be in the morning or in the evening",
    Doubt.WHICH_WEEK: "it may be in this week or in the next",
    Doubt.WHICH_NIGHT: "the night before that day and the one after it may be meant",
    Doubt.TIME_OF_DAY: "it does not tell the time of day",
    Doubt.CLOCK_BACK: "clocks go back and show it twice",
    Doubt.DATE_OR_TIME: "it may be a date or a time of day",
    Doubt.GUESSED: "not all of its words are known here",
}
TROUBLES: Final[Mapping[Trouble, str]] = {
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
SHOWN: Final = 40


def unclear(text: str, choice: Choice) -> str:
    why = " and ".join(DOUBTS[doubt] for doubt in choice.doubts)
    return f"{text[:SHOWN]!r} is not clear: {why}"


def unread_told(text: str, unread: Unread) -> str:
    part = f" ({unread.part[:SHOWN]!r})" if unread.part and unread.part != text else ""
    return f"{text[:SHOWN]!r} {TROUBLES[unread.trouble]}{part}"


def moment_told(moment: Moment) -> str:
    """ "Tue 24 Nov 2026, 09:00 (Europe/Berlin, UTC+01:00)": without doubt, wherever it is read."""
    local, offset = moment.local, offset_of(moment.at, moment.zone)
    day = f"{local:%a} {local.day} {local:%b %Y}"
    return f"{day}, {clock_told(local)} ({moment.zone}, {offset})"


def clock_told(local: datetime) -> str:
    """With seconds where there are any."""
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
