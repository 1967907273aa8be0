"""Recurrences told in English words, as recurrence_words.py reads them."""

from collections.abc import Iterable
from typing import Final

from core.errors import InvalidInput
from core.recurrence_rule import WEEKDAYS, Rule, read_rule
from core.recurrence_words import rule_of

UNITS: Final = {
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
DAY_NAMES: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_NAMES: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
GROUPS: Final = {"weekday": "MO,TU,WE,TH,FR", "weekend": "SA,SU"}
ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}


def in_words(rule: str) -> str:
    """The rule as `rule_of` would understand it; the rule itself where words fail."""
    read = read_rule(rule)
    words = " ".join(filter(None, (_every(read), _at(read), _end(read))))
    try:
        return words if rule_of(words) == str(read) else str(read)
    except InvalidInput:
        return str(read)


def _every(rule: Rule) -> str:
    unit = UNITS[rule.freq]
    every = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    days = ",".join(WEEKDAYS[day] for _, day in rule.days)
    if rule.freq == "WEEKLY" and days:
        return _on_weekdays(rule, every, days)
    if rule.freq == "MONTHLY" and (on := _days_of_month(rule, days)):
        return f"{every} on the {on}"
    if rule.freq == "YEARLY" and len(rule.by.get("BYMONTH", ())) == 1 and "BYMONTHDAY" in rule.by:
        month = MONTH_NAMES[rule.by["BYMONTH"][0] - 1].capitalize()
        return f"{every} on {rule.by['BYMONTHDAY'][0]} {month}"
    return every


def _on_weekdays(rule: Rule, every: str, days: str) -> str:
    group = next((name for name, members in GROUPS.items() if members == days), "")
    names = group or _listed(DAY_NAMES[day].capitalize() for _, day in rule.days)
    return f"every {names}" if rule.interval == 1 else f"{every} on {names}"


def _days_of_month(rule: Rule, days: str) -> str:
    if "BYSETPOS" in rule.by:
        which = {"-1": "last", "1": "first"}.get(",".join(map(str, rule.by["BYSETPOS"])), "")
        return f"{which} weekday" if which and days == GROUPS["weekday"] else ""
    if rule.days:
        ordinal, day = rule.days[0]
        name = next((word for word, n in ORDINALS.items() if n == ordinal), "")
        return f"{name} {DAY_NAMES[day].capitalize()}" if name else ""
    dates = rule.by.get("BYMONTHDAY", ())
    return "last day" if dates == (-1,) else _listed(f"{n}{_suffix(n)}" for n in dates)


def _suffix(number: int) -> str:
    if number in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _listed(words: Iterable[str]) -> str:
    *others, last = list(words) or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _at(rule: Rule) -> str:
    hours, minutes = rule.by.get("BYHOUR", ()), rule.by.get("BYMINUTE", ())
    return f"at {hours[0]:02}:{minutes[0]:02}" if hours and minutes else ""


def _end(rule: Rule) -> str:
    if rule.count:
        return f"{rule.count} time{'s' * (rule.count > 1)}"
    until = rule.until
    return f"until {until[:4]}-{until[4:6]}-{until[6:]}" if len(until) == 8 else ""
