"""A recurrence rule as RFC 5545 writes it (3.3.10), read and checked: "FREQ=WEEKLY;BYDAY=MO,WE"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.errors import InvalidInput

RULE_CHARACTERS: Final = 500
COUNT_MAX: Final = 1_000
TIMES_A_DAY: Final = 48
"""More are looked for one by one; a rule by the minute or hour has no such limit."""
SILENCE_DAYS: Final = 3_660
"""A rule that is silent for ten years is taken for one that has ended."""
YEARS: Final = range(1970, 2201)
"""In which a rule may start, and end with UNTIL: far from where reckoning with dates breaks off."""

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
UNIT_MINUTES: Final = {  # of the shortest month and year
    "MINUTELY": 1,
    "HOURLY": 60,
    "DAILY": 1_440,
    "WEEKLY": 10_080,
    "MONTHLY": 40_320,
    "YEARLY": 525_600,
}
ELAPSED: Final = ("MINUTELY", "HOURLY")
RANGES: Final = {  # each part of numbers, and the largest; below zero they count from the end
    "BYMONTH": (1, 12),
    "BYWEEKNO": (-53, 53),
    "BYYEARDAY": (-366, 366),
    "BYMONTHDAY": (-31, 31),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 0),
    "BYSETPOS": (-366, 366),
}
NOT_ALLOWED: Final = {  # RFC 5545 3.3.10, and BYSETPOS where it would choose among minutes
    "BYWEEKNO": ("MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY"),
    "BYYEARDAY": ("DAILY", "WEEKLY", "MONTHLY"),
    "BYMONTHDAY": ("WEEKLY",),
    "BYSETPOS": ELAPSED,
}
FOREIGN: Final = ("DTSTART", "DTEND", "RDATE", "EXDATE", "EXRULE", "TZID")

NUMBER = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?", re.ASCII)
ORDINAL_IN_MONTH, ORDINAL_IN_YEAR = 5, 53
UNTIL_FORMS = {8: "%Y%m%d", 15: "%Y%m%dT%H%M%S", 16: "%Y%m%dT%H%M%SZ"}
FORMS = "write it as FREQ=WEEKLY;BYDAY=MO,WE"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule taken apart. `by` holds the parts of numbers, `days` (ordinal or 0, weekday from 0).

    `until` is as it was written: a date, a local time, or a time in UTC with a Z.
    """

    freq: str
    interval: int
    count: int | None
    until: str
    by: Mapping[str, tuple[int, ...]]
    days: tuple[tuple[int, int], ...]
    week_start: int

    def __str__(self) -> str:
        """Equal for rules that are written differently and mean the same."""
        parts = [("FREQ", self.freq)]
        parts += [("INTERVAL", str(self.interval))] if self.interval > 1 else []
        parts += [("COUNT", str(self.count))] if self.count else []
        parts += [("UNTIL", self.until)] if self.until else []
        numbers = {name: ",".join(map(str, values)) for name, values in self.by.items()}
        numbers |= {"BYDAY": ",".join(f"{n or ''}{WEEKDAYS[day]}" for n, day in self.days)}
        order = [*list(RANGES)[:4], "BYDAY", *list(RANGES)[4:]]
        parts += [(name, numbers[name]) for name in order if numbers.get(name)]
        parts += [("WKST", WEEKDAYS[self.week_start])] if self.week_start else []
        return ";".join(f"{name}={value}" for name, value in parts)

    @property
    def is_elapsed(self) -> bool:
        """It counts minutes or hours, not days of a calendar."""
        return self.freq in ELAPSED


def parse_rule(text: str, field: str = "repeat") -> str:
    """The same rule in its one spelling; raises InvalidInput."""
    return str(read_rule(text, field))


def read_rule(text: str, field: str = "repeat") -> Rule:
    """The rule taken apart; raises InvalidInput. Whether it ever comes is not looked at."""
    parts = _parts(text, field)
    freq = parts.get("FREQ", "")
    if freq not in UNIT_MINUTES:
        problem = f"FREQ is {freq!r}" if freq else "has no FREQ"
        raise InvalidInput(field, problem, f"use {', '.join(UNIT_MINUTES)}")
    by = {name: _numbers(name, parts[name], field) for name in RANGES if name in parts}
    by.pop("BYSECOND", None)
    week_start = parts.get("WKST", "MO")
    if week_start not in WEEKDAYS:
        raise InvalidInput(field, f"WKST is {week_start!r}", f"use {', '.join(WEEKDAYS)}")
    rule = Rule(
        freq,
        _positive(parts.get("INTERVAL"), "INTERVAL", field) or 1,
        _positive(parts.get("COUNT"), "COUNT", field),
        _until(parts.get("UNTIL", ""), field),
        by,
        _days(parts.get("BYDAY", ""), field),
        WEEKDAYS.index(week_start),
    )
    _check_size(rule, field)
    _check_together(rule, field)
    return rule


def _parts(text: str, field: str) -> dict[str, str]:
    if len(text) > RULE_CHARACTERS:
        problem = f"has {len(text):,} characters"
        raise InvalidInput(field, problem, f"{RULE_CHARACTERS} are the most")
    rule = text.strip().upper().removeprefix("RRULE:")
    for name in FOREIGN:
        if name in rule:
            remedy = "give the rule alone: its start and zone are given apart from it"
            raise InvalidInput(field, f"{name} is no part of a rule", remedy)
    parts: dict[str, str] = {}
    for part in rule.removesuffix(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise InvalidInput(field, f"{part[:40]!r} is not NAME=value, once", FORMS)
        if name not in {*RANGES, "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}:
            raise InvalidInput(field, f"{name[:40]!r} is no part of a rule", FORMS)
        parts[name] = value
    return parts


def _positive(text: str | None, name: str, field: str) -> int | None:
    if text is None:
        return None
    if not NUMBER.fullmatch(text) or int(text) < 1:
        raise InvalidInput(field, f"{name} is {text[:20]!r}", "give a whole number from 1 on")
    return int(text)


def _until(text: str, field: str) -> str:
    if not text:
        return ""
    try:
        if not UNTIL.fullmatch(text):
            raise ValueError(text)
        until = datetime.strptime(text, UNTIL_FORMS[len(text)])  # noqa: DTZ007 (only looked at)
    except ValueError:
        remedy = "write 20261231, or 20261231T235959Z for a time in UTC"
        raise InvalidInput(field, f"UNTIL is {text[:20]!r}", remedy) from None
    if until.year not in YEARS:
        remedy = "check the year, or leave UNTIL out where there is no end"
        raise InvalidInput(field, f"UNTIL is in the year {until.year}", remedy)
    return text


def _days(text: str, field: str) -> tuple[tuple[int, int], ...]:
    days = set()
    for each in filter(None, text.split(",")):
        match = DAY.fullmatch(each)
        ordinal = int(match[1] or 0) if match else 0
        if match is None or abs(ordinal) > ORDINAL_IN_YEAR or (match[1] and not ordinal):
            raise InvalidInput(field, f"BYDAY has {each[:20]!r}", "write MO, or 1MO or -1FR")
        days.add((ordinal, WEEKDAYS.index(match[2])))
    return tuple(sorted(days))


def _numbers(name: str, text: str, field: str) -> tuple[int, ...]:
    low, high = RANGES[name]
    numbers = set()
    for each in text.split(","):
        good = NUMBER.fullmatch(each) and low <= int(each) <= high
        if not good or (int(each) == 0 and low < 0):
            remedy = "rules are not finer than a minute" if name == "BYSECOND" else ""
            limits = f"from 1 to {high}, or below zero from the end" if low < 0 else ""
            remedy = remedy or f"give whole numbers {limits or f'from {low} to {high}'}"
            raise InvalidInput(field, f"{name} has {each[:20]!r}", remedy)
        numbers.add(int(each))
    return tuple(sorted(numbers))


def _check_size(rule: Rule, field: str) -> None:
    """Bounds, so that no rule is long in the reading."""
    every = timedelta(minutes=1) * rule.interval * UNIT_MINUTES[rule.freq]
    if every > timedelta(days=SILENCE_DAYS):
        problem = f"INTERVAL is {rule.interval}, which is more than ten years"
        raise InvalidInput(field, problem, "give a smaller one")
    if rule.count and rule.count > COUNT_MAX:
        problem = f"COUNT is {rule.count:,}; {COUNT_MAX:,} is the most"
        raise InvalidInput(field, problem, "give an end with UNTIL")
    times = len(rule.by.get("BYHOUR", "?")) * len(rule.by.get("BYMINUTE", "?"))
    if times > TIMES_A_DAY and not rule.is_elapsed:
        problem = f"names {times} times a day; {TIMES_A_DAY} are the most"
        raise InvalidInput(field, problem, "use FREQ=HOURLY or FREQ=MINUTELY")


def _check_together(rule: Rule, field: str) -> None:
    """What RFC 5545 forbids in one rule, and what calendars do not agree about."""
    if rule.count and rule.until:
        raise InvalidInput(field, "has both COUNT and UNTIL", "give one of them")
    for name, freqs in NOT_ALLOWED.items():
        if name in rule.by and rule.freq in freqs:
            raise InvalidInput(field, f"{name} does not go with FREQ={rule.freq}", FORMS)
    ordinals = any(ordinal for ordinal, _ in rule.days)
    if ordinals and not all(ordinal for ordinal, _ in rule.days):
        # dateutil would ask a day to be both.
        problem = "BYDAY has weekdays with a number and without"
        raise InvalidInput(field, problem, "give one kind: MO is every Monday, 1MO the first")
    if ordinals and (rule.freq not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in rule.by):
        remedy = "a number before a weekday goes with FREQ=MONTHLY or FREQ=YEARLY"
        raise InvalidInput(field, "BYDAY has a number", remedy)
    in_month = rule.freq == "MONTHLY" or "BYMONTH" in rule.by
    if in_month and any(abs(ordinal) > ORDINAL_IN_MONTH for ordinal, _ in rule.days):
        # dateutil would look for it beyond the end of its year, and fail in some months only.
        problem = "BYDAY has a number that no month has"
        raise InvalidInput(field, problem, f"give 1 to {ORDINAL_IN_MONTH}, or -1 for the last")
    if "BYSETPOS" in rule.by and not rule.days and len(rule.by) == 1:
        raise InvalidInput(field, "BYSETPOS stands alone", "say with BYDAY, say, of which days")
    if rule.freq == "YEARLY" and "BYMONTHDAY" in rule.by and "BYMONTH" not in rule.by:
        problem = "BYMONTHDAY in a year is read as in one month by some, in every month by others"
        raise InvalidInput(field, problem, "add BYMONTH, or use FREQ=MONTHLY")
