"""Posts in words: where they go, what is in them, how they repeat."""

from collections.abc import Sequence

from apps.bot.cutting import one_line
from apps.bot.texts import Words
from core.channel import Channel
from core.message import Content
from core.recurrence_rule import Rule, read_rule
from core.recurrence_words import GROUPS, in_words
from core.time_words import vocabulary_of

NAMED = 5
"""Of more channels than these only the number is told."""

TITLE_UNITS, HEAD_UNITS = 24, 40
WEEKDAYS = tuple(GROUPS["weekday"].split(","))
TIME_PARTS = ("BYHOUR", "BYMINUTE")


def channels_told(channels: Sequence[Channel], words: Words) -> str:
    names = ", ".join(one_line(each.facts.title, 2 * TITLE_UNITS) for each in channels[:NAMED])
    more = len(channels) - NAMED
    return words.format("post-names-more", names=names, more=more) if more > 0 else names


def head_told(content: Content, words: Words, units: int = HEAD_UNITS) -> str:
    """The beginning of its text, or what it is."""
    params = content.params
    first = next(iter(params.get("media", ())), params)
    text = params.get("text") or first.get("caption") or ""
    kind = words.format("post-kind", kind=content.method)
    return one_line(text, units) if text else kind


def rule_told(rule: str, words: Words) -> str:
    """In the language as far as it has words for it, else as core.recurrence_words has it."""
    read = read_rule(rule)
    kind, (hours, minutes) = _kind(read), (read.by.get(part, ()) for part in TIME_PARTS)
    if not kind or len(hours) != len(minutes) or len(hours) > 1:
        return in_words(rule)
    told = words.format("rule-told", kind=kind, n=read.interval, days=_days(read, words))
    if not hours:
        return told
    return words.format("rule-at", rule=told, time=f"{hours[0]:02}:{minutes[0]:02}")


def _kind(read: Rule) -> str:
    """Which of the sentences of rule-told; "" where there is none."""
    parts = set(read.by) - set(TIME_PARTS)
    days, dates = [day for _, day in read.days], read.by.get("BYMONTHDAY", ())
    if read.count or read.until or parts - {"BYMONTHDAY"} or min(dates, default=1) < 1:
        return ""
    if read.freq == "WEEKLY":
        every_weekday = read.interval == 1 and days == list(range(len(WEEKDAYS)))
        return "weekdays" if every_weekday else "weekly_on" if days else "weekly"
    if days or (dates and read.freq != "MONTHLY"):
        return ""
    return "monthly_on" if dates else read.freq.lower()


def _days(read: Rule, words: Words) -> str:
    names = vocabulary_of(words.language).weekdays
    days = [names[day] for _, day in read.days]
    return ", ".join(days or map(str, read.by.get("BYMONTHDAY", ())))
