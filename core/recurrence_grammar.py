"""The grammar of recurrences: which items say what. It works as that of times does: the first
rule that matches is followed, and a text of which an item is left over is not understood.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from core.reading import NotRead, Trouble
from core.recurrence_said import GROUPS, Parts, Said
from core.recurrence_vocabulary import (
    DAY_WORD,
    DAYS_WORD,
    EVERY,
    GROUP,
    HABIT,
    IN_ALL,
    NTH,
    OTHER,
    RANGE,
    UNTIL_AFTER,
)
from core.time_grammar import slots_of
from core.time_hours import hours_of
from core.time_slots import date_orders
from core.time_vocabulary import (
    CLOCK,
    DATE,
    IN,
    ISO_DATE,
    MONTH,
    NUMBER,
    WEEKDAY,
    YEAR_NUMBER,
    Item,
    Unit,
    Vocabulary,
)

Items: TypeAlias = list[Item]
Take: TypeAlias = Callable[[Said, Items, Vocabulary], None]

SAID_WITH_CLOCK: Final = frozenset("cU@%")
"""Beside a clock these change nothing."""


def parts_of(items: Items, vocabulary: Vocabulary) -> Parts:
    """The parts of the rule that the items mean; raises NotRead."""
    said, codes, at = Said(), "".join(item.code for item in items), 0
    while at < len(items):
        take, end = _rule(codes, at) or _refuse(items[at])
        take(said, items[at:end], vocabulary)
        at = end
    return said.parts()


def _rule(codes: str, at: int) -> tuple[Take, int] | None:
    for pattern, take in RULES:
        if match := pattern.match(codes, at):
            return take, match.end()
    return None


def _refuse(item: Item) -> tuple[Take, int]:
    raise NotRead(Trouble.UNKNOWN, item.text)


def _take_until(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    values = {item.code: item.values for item in items}
    if ISO_DATE in values:
        year, month, day = values[ISO_DATE]
    elif DATE in values:
        first, second, year = map(int, values[DATE])
        found = date_orders(first, second, year, day_first=vocabulary.day_first)
        if len(found) != 1:
            _refuse(items[0])
        year, month, day = found[0]
    else:
        (year,), (month,), (day,) = values[YEAR_NUMBER], values[MONTH], values[NUMBER]
    said.set("until", until=f"{int(year):04}{int(month):02}{int(day):02}")


def _take_count(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    """ "1 time" by itself would be how often a day."""
    [count] = _numbers(items)
    if count == 1 and not any(item.code == IN_ALL for item in items):
        _refuse(items[0])
    said.set("times", count=count)


def _take_every(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    said.every = True
    if len(items) > 1:
        unit = Unit.DAY if items[-1].code == DAY_WORD else Unit(int(items[-1].values[0]))
        said.set("unit", unit=unit)
    if any(item.code == OTHER for item in items):
        said.set("other", interval=2)
    for number in [*_numbers(items), *_nths(items)]:
        said.set("interval", interval=number)


def _nths(items: Items) -> list[int]:
    """The second week is every other one; the first and the last are none."""
    found = [int(item.values[0]) for item in items if item.code == NTH]
    if any(nth < 2 for nth in found):
        _refuse(items[0])
    return found


def _take_other(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    said.every = True
    said.set("other", interval=2)


def _take_time(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    """One that is of the morning or of the evening, as far as it tells, is none."""
    clock = next((item for item in items if item.code == CLOCK), None)
    if clock is not None and {item.code for item in items} <= SAID_WITH_CLOCK:
        hour, minute, second = map(int, clock.values)
        if second:
            _refuse(clock)
        return said.set("time", clock=(hour, minute))
    hours = hours_of(slots_of(items, day_first=vocabulary.day_first), vocabulary)
    if hours.doubt is not None or len(hours.hours) > 1 or hours.hours[0].days_after:
        _refuse(items[0])
    meant = hours.hours[0].time
    return said.set("time", clock=(meant.hour, meant.minute))


def _take_nth(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    nth, what = _nth(items), items[-2] if items[-1].code == DAY_WORD else items[-1]
    if what.code == GROUP:
        said.set("nth", nth=nth, nth_group=int(what.values[0]))
    else:
        said.set("nth", nth=nth, nth_day=int(what.values[0]))


def _take_nth_unit(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    unit = Unit.DAY if items[-1].code == DAY_WORD else Unit(int(items[-1].values[0]))
    said.set("nth", nth=_nth(items), nth_unit=unit)


def _nth(items: Items) -> int:
    return next(int(item.values[0]) for item in items if item.code in (NTH, NUMBER))


def _take_date(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    month = next(int(item.values[0]) for item in items if item.code == MONTH)
    said.set("date", date=(month, *_numbers(items)))


def _take_dates(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    named = [int(item.values[0]) for item in items if item.code == NTH]
    said.set("dates", dates=(*named, *_numbers(items)))
    said.named_day = items[-1].code == DAY_WORD


def _take_weekdays(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    said.every = said.every or any(item.code in (HABIT, DAYS_WORD) for item in items)
    days: list[int] = []
    last = None
    for item in items:
        if item.code in (WEEKDAY, HABIT):
            day = int(item.values[0])
            days += _from_to(days[-1], day) if last in (RANGE, IN) else [day]
        if item.code == UNTIL_AFTER and RANGE not in (each.code for each in items):
            _refuse(item)
        last = item.code
    said.set("weekdays", weekdays=tuple(sorted(set(days))))


def _from_to(first: int, last: int) -> list[int]:
    """Both among them; over the end of the week where that lies between."""
    return [(first + n) % 7 for n in range((last - first) % 7 + 1)]


def _take_group(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    said.every = True
    group = next(item for item in items if item.code == GROUP)
    said.set("weekdays", weekdays=GROUPS[int(group.values[0])])


def _take_month(said: Said, items: Items, vocabulary: Vocabulary) -> None:
    """A unit that nobody counts: of the month."""
    if items[0].values[0] != Unit.MONTH or said.of_month:
        _refuse(items[0])
    said.of_month = True


def _numbers(items: Items) -> list[int]:
    found = [item.values[0] for item in items if item.code == NUMBER]
    if any(number != int(number) for number in found):
        _refuse(items[0])
    return [int(number) for number in found]


COUNTED: Final = "[uUKyJ]"
PART_OF_DAY: Final = "(?:P|J(?![uK]))"
NO_HOUR: Final = "(?![hmwgDuKyT])"
RULES: Final[tuple[tuple[re.Pattern[str], Take], ...]] = tuple(
    (re.compile(pattern), take)
    for pattern, take in (
        ("<(?:d|e|nh*mYy?|mnh*Yy?)|(?:d|e|Yy?nh*m)>", _take_until),
        ("S*nTS*", _take_count),
        (rf"E(?:[On]?{COUNTED}|rK|D)", _take_every),
        ("EO(?=[wg])", _take_other),
        (EVERY, _take_every),
        ("@?(?:r|nh+)[wg]D?", _take_nth),
        (rf"@?r(?:{COUNTED}|D)", _take_nth_unit),
        ("@?(?:nh*m|mnh*)", _take_date),
        ("@?(?:rh|(?:nh*)*nh+|n+D|hn+(?![hmuUKyJT%P]))", _take_dates),
        (
            rf"P?(?:[@U]*[cp]%?|@n(?:U(?:nu)?)?%?{NO_HOUR}|Un%?{NO_HOUR}|n%|n(?={PART_OF_DAY}))"
            rf"{PART_OF_DAY}?",
            _take_time,
        ),
        ("@?[wW](?:[-i@]?[wW]>?)*[DL]?", _take_weekdays),
        ("@?g", _take_group),
        ("u", _take_month),
    )
)
