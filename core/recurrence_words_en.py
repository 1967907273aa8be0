"""English words for recurrences."""

from typing import Final

from core.recurrence_vocabulary import (
    EVERY,
    GROUP,
    HABIT,
    IN_ALL,
    NTH,
    OTHER,
    RANGE,
    TIMES,
    UNTIL,
    of_rules,
    unit,
)
from core.time_vocabulary import (
    FILLER,
    HOUR_UNIT,
    ORDINAL,
    UNIT,
    WEEK_UNIT,
    WEEKDAY,
    YEAR_UNIT,
    Item,
    Unit,
    composed,
    numbered,
    spelled,
)
from core.time_words_en import ENGLISH

DAYS: Final = "monday tuesday wednesday thursday friday saturday sunday"

WORDS: Final = {
    **spelled(FILLER, "on of the in and for a an"),
    **spelled(EVERY, "every each once_a once_every"),
    **spelled(OTHER, "other"),
    **numbered(NTH, "first", "second", "third", "fourth", "fifth", first=1),
    **spelled(NTH, "last", -1),
    **spelled(ORDINAL, "on_day on_days st nd rd th"),
    **numbered(GROUP, "weekday weekdays", "weekend weekends"),
    **numbered(WEEKDAY, *(f"{day[:4]} {day[:5]}" for day in DAYS.split())),
    **numbered(WEEKDAY, *DAYS.split()),
    **numbered(HABIT, *(f"{day}s" for day in DAYS.split())),
    **spelled(RANGE, "to through"),
    # "5 times" can be taken for nothing else.
    **composed("time times", Item(TIMES), Item(IN_ALL)),
    **spelled(IN_ALL, "in_all"),
    **spelled(UNTIL, "until till"),
    **composed("hourly", Item(EVERY), unit(HOUR_UNIT, Unit.HOUR)),
    **composed("daily", Item(EVERY), unit(UNIT, Unit.DAY)),
    **composed("weekly", Item(EVERY), unit(WEEK_UNIT, Unit.WEEK)),
    **composed("monthly", Item(EVERY), unit(UNIT, Unit.MONTH)),
    **composed("yearly annually", Item(EVERY), unit(YEAR_UNIT, Unit.YEAR)),
}

ENGLISH_RULES: Final = of_rules(ENGLISH, WORDS)
