"""How a post repeats, told in the reader's language as core.recurrence_words reads it again."""

from collections.abc import Set as AbstractSet

from fluent.runtime.types import fluent_number

from apps.bot.texts import Words
from core.recurrence_rule import WEEKDAYS, Rule, read_rule
from core.recurrence_telling import in_words
from core.time_words import vocabulary_of

WORKDAYS = WEEKDAYS[:5]
TIME_PARTS = frozenset(("BYHOUR", "BYMINUTE"))
WORKDAY_KINDS: dict[tuple[int, ...], str] = {(1,): "first_workday", (-1,): "last_workday"}
DATE_DIGITS = 8


def rule_told(rule: str, words: Words) -> str:
    """In the language as far as it has words for it, else as core.recurrence_telling has it."""
    read = read_rule(rule)
    told, clock = _days_told(read, words), _clock(read)
    if not told or clock is None or read.week_start or len(read.until) not in (0, DATE_DIGITS):
        return in_words(rule)
    if clock:
        told = words.format("rule-at", rule=told, time=clock)
    if read.count:
        return words.format("rule-count", rule=told, n=_plain(read.count))
    year, month, day = read.until[:4], read.until[4:6], read.until[6:]
    date = f"{year}-{month}-{day}"
    return words.format("rule-until", rule=told, date=date) if read.until else told


def _plain(number: int) -> int:
    """Without what parts its thousands: that would be two numbers to who reads it again."""
    shown = fluent_number(number, useGrouping=False)
    assert isinstance(shown, int)
    return shown


def _clock(read: Rule) -> str | None:
    """ "" where the rule tells none, None where it tells more than can be said."""
    hours, minutes = read.by.get("BYHOUR", ()), read.by.get("BYMINUTE", ())
    if len(hours) == len(minutes) == 1:
        return f"{hours[0]:02}:{minutes[0]:02}"
    return None if hours or minutes else ""


def _days_told(read: Rule, words: Words) -> str:
    """How often, and on which days; "" where there are no words."""
    every = words.format("rule-every", unit=read.freq.lower(), n=_plain(read.interval))
    parts = read.by.keys() - TIME_PARTS
    if not read.days and not parts:
        return every
    kind = _kind(read, parts)
    if not kind:
        return ""
    return words.format("rule-told", kind=kind, every=every, days=_days(kind, read, words))


def _kind(read: Rule, parts: AbstractSet[str]) -> str:
    """Which of the sentences of rule-told; "" where there is none."""
    if read.freq == "WEEKLY" and not parts:
        return "weekdays" if _on_workdays(read) and read.interval == 1 else "weekly_on"
    if read.freq == "MONTHLY":
        return _monthly(read, parts)
    is_date = parts == {"BYMONTH", "BYMONTHDAY"} and not read.days
    if read.freq == "YEARLY" and is_date and len(read.by["BYMONTH"]) == 1:
        return "yearly_on" if len(read.by["BYMONTHDAY"]) == 1 and _from_the_first(read) else ""
    return ""


def _monthly(read: Rule, parts: AbstractSet[str]) -> str:
    if parts == {"BYMONTHDAY"} and not read.days:
        is_last = read.by["BYMONTHDAY"] == (-1,)
        return "monthly_on" if _from_the_first(read) else "monthly_last" if is_last else ""
    if not parts and len(read.days) == 1:
        ordinal, _ = read.days[0]
        return "monthly_nth" if ordinal > 0 or ordinal == -1 else ""
    if parts == {"BYSETPOS"} and _on_workdays(read):
        return WORKDAY_KINDS.get(read.by["BYSETPOS"], "")
    return ""


def _on_workdays(read: Rule) -> bool:
    return read.days == tuple((0, day) for day in range(len(WORKDAYS)))


def _from_the_first(read: Rule) -> bool:
    """No date is counted from the end."""
    return min(read.by["BYMONTHDAY"]) > 0


def _days(kind: str, read: Rule, words: Words) -> str:
    vocabulary = vocabulary_of(words.language)
    dates = read.by.get("BYMONTHDAY", ())
    if kind == "monthly_nth":
        [(ordinal, day)] = read.days
        return words.format("rule-nth", n=ordinal, day=day)
    if kind == "yearly_on":
        month = vocabulary.months[read.by["BYMONTH"][0] - 1]
        return words.format("rule-date", day=str(dates[0]), month=month)
    return ", ".join([vocabulary.weekdays[day] for _, day in read.days] or map(str, dates))
