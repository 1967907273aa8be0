"""Recurrences in English words, there and back: "every 2 weeks on tue" is FREQ=WEEKLY;…"""

import re
from collections.abc import Iterable
from typing import Final

from core.errors import InvalidInput
from core.recurrence_rule import ELAPSED, RULE_CHARACTERS, WEEKDAYS, Rule, parse_rule, read_rule

EXAMPLES: Final = (
    'write "every day", "every weekday at 09:00", "every mon, wed and fri", '
    '"every 2 weeks on tue", "every month on the 15th", "on the last day of every month", '
    '"every first monday of the month", "every 30 minutes", with "until 2026-12-31" or '
    '"5 times" after it; or a rule such as FREQ=WEEKLY;BYDAY=MO'
)
FREQS: Final = {
    "minute": "MINUTELY",
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
UNITS: Final = {freq: unit for unit, freq in FREQS.items()}
ADVERBS: Final = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
}
DAY_NAMES: Final = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTH_NAMES: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
GROUPS: Final = {"weekday": "MO,TU,WE,TH,FR", "weekend": "SA,SU"}
ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}

UNIT = "|".join(FREQS)
ENDING = re.compile(
    r" (?:until (?P<until>[0-9]{4}-[0-9]{2}-[0-9]{2})|(?:for )?(?P<count>[0-9]{1,9}) times?"
    r"|at (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2}))$",
    re.ASCII,
)
EVERY = re.compile(
    rf"every (?:(?P<other>other) |(?P<n>[0-9]{{1,9}}) )?(?P<unit>{UNIT})s?\b", re.ASCII
)
OF_MONTH = re.compile(r"(?: (?:of|in) (?:the|each|every) month)?$")
DATE_IN_YEAR = re.compile(
    rf"(?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{'|'.join(MONTH_NAMES)})",
    re.ASCII,
)


def rule_of(text: str, field: str = "repeat") -> str:
    """The rule that is meant, in its one spelling; raises InvalidInput with examples.

    A rule as RFC 5545 writes it is let through. "at 09:00" becomes its BYHOUR and BYMINUTE.
    """
    if "=" in text:
        return parse_rule(text, field)
    words = " ".join(text[: RULE_CHARACTERS + 1].casefold().replace(",", " ").split())
    parts: dict[str, str] = {}
    while ending := ENDING.search(words):
        words = words[: ending.start()]
        _add(parts, _ending(ending), text, field)
    _add(parts, _meaning(words) or _refuse(text, field), text, field)
    if parts["FREQ"] in ELAPSED and "BYHOUR" in parts:
        remedy = 'write "every day at 09:00", or leave the time to the start'
        raise InvalidInput(field, f"{text[:60]!r} has a time of day, and comes more often", remedy)
    return parse_rule(";".join(f"{name}={value}" for name, value in parts.items()), field)


def in_words(rule: str) -> str:
    """The rule as `rule_of` would understand it; the rule itself where words fail."""
    read = read_rule(rule)
    words = " ".join(filter(None, (_every(read), _at(read), _end(read))))
    try:
        return words if rule_of(words) == str(read) else str(read)
    except InvalidInput:
        return str(read)


def _refuse(text: str, field: str) -> dict[str, str]:
    raise InvalidInput(field, f"{text[:60]!r} is not understood", EXAMPLES)


def _add(parts: dict[str, str], more: dict[str, str], text: str, field: str) -> None:
    if parts.keys() & more.keys():
        _refuse(text, field)
    parts.update(more)


def _ending(match: re.Match[str]) -> dict[str, str]:
    if match["until"]:
        return {"UNTIL": match["until"].replace("-", "")}
    if match["count"]:
        return {"COUNT": match["count"]}
    return {"BYHOUR": match["hour"], "BYMINUTE": match["minute"]}


def _meaning(words: str) -> dict[str, str] | None:
    """The parts of the rule that these words name; None where they are not understood."""
    first, _, rest = words.partition(" ")
    if first in ADVERBS:
        words = f"every {ADVERBS[first]} {rest}".strip()
    if turned := re.fullmatch(rf"on (.+) (?:of|in) (?:the|each|every) ({UNIT})", words):
        words = f"every {turned[2]} on {turned[1]}"
    if match := EVERY.match(words):
        return _by_unit(match, words[match.end() :])
    if words.startswith("every "):
        return _by_day(words.removeprefix("every "))
    return None


def _by_unit(match: re.Match[str], rest: str) -> dict[str, str] | None:
    """Every so many units, and what follows: "on tue", "on the 15th"."""
    interval = "2" if match["other"] else match["n"] or "1"
    parts = {"FREQ": FREQS[match["unit"]], "INTERVAL": interval}
    if not rest:
        return parts
    if not rest.startswith(" on "):
        return None
    on = _on(match["unit"], rest.removeprefix(" on "))
    return parts | on if on else None


def _on(unit: str, words: str) -> dict[str, str] | None:
    if unit == "week":
        days = _weekdays(words)
        return {"BYDAY": days} if days else None
    if unit == "month":
        return _in_month(words.removeprefix("the "))
    if unit == "year" and (match := DATE_IN_YEAR.fullmatch(words)):
        month = MONTH_NAMES.index(match["month"]) + 1
        return {"BYMONTH": str(month), "BYMONTHDAY": match["day"]}
    return None


def _by_day(words: str) -> dict[str, str] | None:
    """What follows "every" and is no unit: weekdays, or days of the month."""
    if days := _weekdays(words.removeprefix("other ")):
        interval = "2" if words.startswith("other ") else "1"
        return {"FREQ": "WEEKLY", "INTERVAL": interval, "BYDAY": days}
    in_month = _in_month(OF_MONTH.sub("", words))
    return {"FREQ": "MONTHLY"} | in_month if in_month else None


def _weekdays(words: str) -> str:
    """ "mon wed and fri" as "MO,WE,FR"; empty where these are no weekdays."""
    if words.removesuffix("s") in GROUPS:
        return GROUPS[words.removesuffix("s")]
    days = [_weekday(word) for word in words.split() if word != "and"]
    return ",".join(days) if days and all(days) else ""


def _weekday(word: str) -> str:
    for name, code in zip(DAY_NAMES, WEEKDAYS, strict=True):
        if len(word) >= 3 and (name.startswith(word) or word == f"{name}s"):
            return code
    return ""


def _in_month(words: str) -> dict[str, str] | None:
    """ "15th", "1st and 15th", "last day", "first monday" or "last weekday"."""
    if words == "last day":
        return {"BYMONTHDAY": "-1"}
    if words in ("last weekday", "first weekday"):
        position = "-1" if words.startswith("last") else "1"
        return {"BYDAY": GROUPS["weekday"], "BYSETPOS": position}
    ordinal, _, day = words.partition(" ")
    if ordinal in ORDINALS and (weekday := _weekday(day)):
        return {"BYDAY": f"{ORDINALS[ordinal]}{weekday}"}
    dates = [_date(word) for word in words.split() if word not in ("and", "the")]
    return {"BYMONTHDAY": ",".join(dates)} if dates and all(dates) else None


def _date(word: str) -> str:
    match = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)", word, re.ASCII)
    return match[1] if match else ""


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
