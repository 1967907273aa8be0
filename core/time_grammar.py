"""The grammar: which items say what.

Each rule is a pattern of the letters of items (see time_vocabulary.py), and what takes the items
that it matches. The first rule that matches is followed; a text of which an item is left over is
not understood.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from core.reading import NotRead, Trouble
from core.time_slots import Slots, date_orders, settle_pairs
from core.time_vocabulary import (
    CLOCK,
    DATE,
    DAY_OR_PART,
    HALF,
    ISO_DATE,
    MONTH,
    NUMBER,
    PAIR,
    YEAR_NUMBER,
    Item,
    Part,
    Unit,
)

Items: TypeAlias = list[Item]


def slots_of(items: Items, *, day_first: bool) -> Slots:
    """What the items say; raises NotRead."""
    slots = Slots(day_first)
    codes = "".join(item.code for item in items)
    at = 0
    while at < len(items):
        take, end = _rule(codes, at) or _refuse(items[at])
        take(slots, items[at:end])
        at = end
    settle_pairs(slots)
    _check(slots)
    return slots


def _rule(codes: str, at: int) -> tuple["Take", int] | None:
    for pattern, take in RULES:
        if match := pattern.match(codes, at):
            return take, match.end()
    return None


def _refuse(item: Item) -> tuple["Take", int]:
    raise NotRead(Trouble.UNKNOWN, item.text)


def _check(slots: Slots) -> None:
    """Refuse what does not go together."""
    if slots.loose and not (slots.has_day or slots.part is not None or slots.amounts):
        raise NotRead(Trouble.UNKNOWN, slots.loose)
    if slots.part in (Part.AM, Part.PM) and slots.clock is None:
        raise NotRead(Trouble.UNKNOWN, "am" if slots.part is Part.AM else "pm")
    if slots.week is not None and slots.weekday is None:
        raise NotRead(Trouble.UNKNOWN, slots.week.text)


def _take_duration(slots: Slots, items: Items) -> None:
    slots.set(_text(items), amounts=_amounts(items))


def _take_date(slots: Slots, items: Items) -> None:
    slots.set(_text(items), dates=_dates(slots, items))
    slots.date_text = _text(items)
    slots.is_iso = items[0].code == ISO_DATE


def _take_clock(slots: Slots, items: Items) -> None:
    hour, minute, second = _whole(_only(CLOCK, items))
    slots.set(_text(items), clock=(hour, minute, second))


def _take_oclock(slots: Slots, items: Items) -> None:
    """ "at 9 hours", with or without "30 minutes"."""
    if items[-1].values[0] not in (Unit.HOUR, Unit.MINUTE):
        _refuse(items[-1])
    _set_clock(slots, items)


def _take_hour(slots: Slots, items: Items) -> None:
    minutes = [item for item in items if item.code == NUMBER][1:]
    # 9 30 is a time; 9 3 and "ten five" are none.
    if minutes and not (len(minutes[0].text) == 2 and minutes[0].text.isdigit()):
        _refuse(minutes[0])
    _set_clock(slots, items)


def _set_clock(slots: Slots, items: Items) -> None:
    hour, *minutes = (item.values[0] for item in items if item.code == NUMBER)
    if hour != int(hour):
        raise NotRead(Trouble.NO_SUCH_TIME, _text(items))
    slots.set(_text(items), clock=(int(hour), int(minutes[0]) if minutes else 0, 0))
    slots.is_bare = not minutes


def _take_loose_hour(slots: Slots, items: Items) -> None:
    """Only digits: "ten five days" is no hour and five days."""
    if not items[0].text.isdigit():
        _refuse(items[0])
    _take_hour(slots, items)
    slots.loose = _text(items)


def _take_pair(slots: Slots, items: Items) -> None:
    slots.pairs.append((_only(PAIR, items), len(items) > 1))


def _take_weekday(slots: Slots, items: Items) -> None:
    slots.set(_text(items), weekday=int(items[-1].values[0]))
    slots.which = items[0].code if len(items) > 1 else None


def _take_week(slots: Slots, items: Items) -> None:
    slots.set(_text(items), week=Item(items[0].code, (), _text(items)))


def _take_days_ahead(slots: Slots, items: Items) -> None:
    """ "tomorrow"; or "this", as in "this evening"."""
    slots.set(_text(items), days_ahead=int(items[0].values[0]) if items[0].values else 0)


def _take_part(slots: Slots, items: Items) -> None:
    is_day = items[0].code == DAY_OR_PART
    slots.set(_text(items), part=Part.DAY if is_day else Part(int(items[0].values[0])))


def _take_midnight(slots: Slots, items: Items) -> None:
    slots.set(_text(items), is_midnight=True)


def _take_offset(slots: Slots, items: Items) -> None:
    seconds, is_marked = items[0].values
    if not is_marked and not slots.is_iso:
        _refuse(items[0])
    slots.set(_text(items), offset_s=int(seconds))


def _leave(slots: Slots, items: Items) -> None:
    """A preposition by itself says nothing."""


def _dates(slots: Slots, items: Items) -> tuple[tuple[int, int, int], ...]:
    first = items[0]
    if first.code == ISO_DATE:
        year, month, day = _whole(first)
        if not year:
            raise NotRead(Trouble.NO_SUCH_DATE, first.text)
        return ((year, month, day),)
    if first.code == DATE:
        one, other, year = _whole(first)
        found = date_orders(one, other, year, day_first=slots.day_first)
        if not found:
            raise NotRead(Trouble.NO_SUCH_DATE, first.text)
        return found
    values = {item.code: int(item.values[0]) for item in items if item.values}
    return ((values.get(YEAR_NUMBER, 0), values.get(MONTH, 0), values[NUMBER]),)


def _amounts(items: Items) -> list[tuple[float, Unit]]:
    """How much of which units: "2", "half", "hour" and "half" alone add up."""
    found: list[tuple[float, Unit]] = []
    number: float | None = None
    half = 0.0
    for item, following in zip(items, [*items[1:], None], strict=True):
        if item.code in (NUMBER, PAIR):
            number = _decimal(item)
        elif item.code == HALF and found and number is None and not _is_unit(following):
            found.append((0.5, found[-1][1]))
        elif item.code == HALF:
            half = 0.5
        elif _is_unit(item):
            whole = number if number is not None else float(not half)
            found.append((whole + half, Unit(int(item.values[0]))))
            number, half = None, 0.0
    return found


def _is_unit(item: Item | None) -> bool:
    return item is not None and item.code in "uUKyJ"


def _decimal(item: Item) -> float:
    if item.code == NUMBER:
        return item.values[0]
    try:
        return float(item.text.replace(",", "."))
    except ValueError:
        raise NotRead(Trouble.UNKNOWN, item.text) from None


def _only(code: str, items: Items) -> Item:
    return next(item for item in items if item.code == code)


def _whole(item: Item) -> tuple[int, int, int]:
    first, second, third = item.values
    return int(first), int(second), int(third)


def _text(items: Items) -> str:
    return " ".join(item.text for item in items)


Take: TypeAlias = Callable[[Slots, Items], None]

AMOUNT: Final = "(?:[np]?H?[uUKyJ](?:H(?![uUKyJ]))?)"
RULES: Final[tuple[tuple[re.Pattern[str], Take], ...]] = tuple(
    (re.compile(pattern), take)
    for pattern, take in (
        (rf"i{AMOUNT}+|{AMOUNT}+a", _take_duration),
        ("nh*mY?y?|mnh*Y?y?|Yy?nh*m|[de]y?|nh+", _take_date),
        ("[@U]?c%?", _take_clock),
        ("@nU(?:nu)?|nU(?:nu)?(?=[PJ])", _take_oclock),
        ("[@U]n(?:n(?![muUKyJh]))?%?(?![mh])|n%|n(?=[PJ])", _take_hour),
        ("nn?(?![muUKyh])", _take_loose_hour),
        ("[@U]?p%?", _take_pair),
        ("[xt]?w", _take_weekday),
        ("[xt]K", _take_week),
        ("o|t(?=P)", _take_days_ahead),
        ("[PJ]", _take_part),
        ("M", _take_midnight),
        ("z", _take_offset),
        ("[@%]", _leave),
    )
)
