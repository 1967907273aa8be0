"""Times as people write them: "tomorrow 9:00", "через 2 часа", "ertaga soat 9 da".

What is ambiguous is never guessed: then there is a Choice. Nothing is ever in the past, nor more
than five years ahead.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from core.reading import Choice, Doubt, Moment, NotRead, Reading, Trouble, Unread
from core.time_days import Days, days_of
from core.time_durations import Duration, duration_of
from core.time_grammar import slots_of
from core.time_hours import Hour, Hours, hours_of, offered
from core.time_items import CHARACTERS, Token, items_of, known_words, tokens_of
from core.time_moments import Candidate, Clocks, choice_of, choose
from core.time_slots import Slots
from core.time_vocabulary import Vocabulary, folded
from core.time_words_en import ENGLISH
from core.time_words_ru import RUSSIAN
from core.time_words_uz import UZBEK
from core.wall_time import offset_of

VOCABULARIES: Final = (ENGLISH, RUSSIAN, UZBEK)
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text of unknown words may mean; `at` is None where it tells only the day."""

    day: date
    at: time | None


Guesser: TypeAlias = Callable[[str, datetime, str], Guess | None]
"""Takes the text, the naive local time that it is now, and the language."""


def read_time(
    text: str, now: datetime, zone: ZoneInfo, language: str, guess: Guesser | None = None
) -> Reading:
    """What the text means, to a person in the zone who speaks the language; `now` is aware.

    Another language's words are understood if all of them are of that language. What no
    language knows goes to `guess`, if there is one: its answer is always a Choice.
    """
    plain = folded(text)
    if len(text) > CHARACTERS or len(plain) > CHARACTERS:
        return Unread(Trouble.TOO_LONG)
    clocks = Clocks(now.astimezone(UTC), zone, zone)
    tokens = tokens_of(_without_zone(plain, zone))
    vocabularies = _from(language)
    for each in vocabularies:
        reading = _read(tokens, each, clocks)
        if not (isinstance(reading, Unread) and reading.trouble is Trouble.UNKNOWN):
            return reading
    guessed = _guessed(text, guess, language, clocks) if guess else None
    nearest = max(vocabularies, key=lambda each: known_words(tokens, each))
    return guessed or _read(tokens, nearest, clocks)


def at_wall(wall: datetime, now: datetime, zone: ZoneInfo) -> Reading:
    """The naive time that a person pressed on a calendar, by the same rules."""
    clocks = Clocks(now.astimezone(UTC), zone, zone)
    try:
        return choose(_only(wall.date()), Hours((Hour(wall.time()),)), clocks)
    except NotRead as error:
        return error.unread


def shown(moment: Moment, language: str) -> str:
    """The moment with its weekday, zone and offset, in words that `read_time` reads back."""
    vocabulary = vocabulary_of(language)
    local = moment.local
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    words = vocabulary.shown.format(
        weekday=vocabulary.weekdays[local.weekday()],
        day=local.day,
        month=vocabulary.months[local.month - 1],
        year=local.year,
        clock=clock,
    )
    return f"{words} ({moment.zone}, {offset_of(moment.at, moment.zone)})"


def vocabulary_of(language: str) -> Vocabulary:
    """English where the language is not one of ours."""
    return _from(language)[0]


def _from(language: str) -> list[Vocabulary]:
    """The person's own language first."""
    return sorted(VOCABULARIES, key=lambda each: each.language != language)


def _without_zone(plain: str, zone: ZoneInfo) -> str:
    """An echo names the zone; to name it again is to say nothing new."""
    name = f"({folded(str(zone))}, "
    return plain.replace(name, "(", 1)


def _read(tokens: list[Token], vocabulary: Vocabulary, clocks: Clocks) -> Reading:
    try:
        items = items_of(tokens, vocabulary)
        slots = slots_of(items, day_first=vocabulary.day_first)
        if slots.amounts:
            return _later(slots, duration_of(slots.amounts), vocabulary, clocks)
        return _on_a_day(slots, vocabulary, clocks)
    except NotRead as error:
        return error.unread


def _on_a_day(slots: Slots, vocabulary: Vocabulary, clocks: Clocks) -> Reading:
    if not slots.has_day and not slots.has_time and slots.part is None:
        raise NotRead(Trouble.EMPTY)
    if slots.offset_s is not None:
        meant = timezone(timedelta(seconds=slots.offset_s))
        clocks = replace(clocks, meant=meant)
    today = clocks.now.astimezone(clocks.meant).date()
    return choose(days_of(slots, today, vocabulary), hours_of(slots, vocabulary), clocks)


def _later(slots: Slots, duration: Duration, vocabulary: Vocabulary, clocks: Clocks) -> Reading:
    """After so much time; at another time of day only where days are counted."""
    says_time = slots.has_time or slots.part is not None
    if slots.has_day or slots.offset_s is not None or (says_time and duration.elapsed):
        raise NotRead(Trouble.TOLD_TWICE)
    wall = duration.moved(clocks.now.astimezone(clocks.zone).replace(tzinfo=None))
    if says_time:
        return choose(_only(wall.date()), hours_of(slots, vocabulary), clocks)
    starts = [Moment(clocks.now, clocks.zone)] if duration.is_elapsed else clocks.show(wall)
    ends = (_ended(start, duration) for start in starts)
    return choice_of((Candidate(end) for end in ends), clocks.now)


def _ended(start: Moment, duration: Duration) -> Moment:
    """In whole minutes, and never sooner than was said, unless seconds are counted."""
    end = start.at + duration.elapsed
    unit = timedelta(seconds=1) if duration.to_the_second else MINUTE
    return replace(start, at=end + (datetime.min.replace(tzinfo=UTC) - end) % unit)


def _only(day: date) -> Days:
    return Days(((day,),))


def _guessed(text: str, guess: Guesser, language: str, clocks: Clocks) -> Choice | None:
    """As a question, whatever the guess; nothing where it cannot be meant."""
    local = clocks.now.astimezone(clocks.zone).replace(tzinfo=None)
    found = guess(text, local, language)
    if found is None:
        return None
    hours = offered() if found.at is None else Hours((Hour(found.at),))
    try:
        reading = choose(_only(found.day), hours, clocks)
    except NotRead:
        return None
    if isinstance(reading, Choice):
        return Choice(reading.moments, (Doubt.GUESSED, *reading.doubts))
    return Choice((reading,), (Doubt.GUESSED,)) if isinstance(reading, Moment) else None
