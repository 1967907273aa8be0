"""Russian words for recurrences."""

from typing import Final

from core.recurrence_vocabulary import (
    EVERY,
    GROUP,
    HABIT,
    IN_ALL,
    NTH,
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
    units,
)
from core.time_words_ru import RUSSIAN

FROM: Final = "понедельника вторника среды четверга пятницы субботы воскресенья"

WORDS: Final = {
    **spelled(FILLER, "и ровно по"),
    **spelled(EVERY, "каждый каждая каждую каждое каждые каждого каждой каждом"),
    **spelled(EVERY, "раз_в один_раз_в"),
    **numbered(
        NTH,
        "первый первая первую первое первого первой",
        "второй вторая вторую второе второго",
        "третий третья третью третье третьего третьей",
        "четвертый четвертая четвертую четвертое четвертого четвертой",
        "пятый пятая пятую пятое пятого пятой",
        first=1,
    ),
    **spelled(NTH, "последний последняя последнюю последнее последнего последней", -1),
    **spelled(ORDINAL, "е го ое й я ю число числа"),
    **units(day="дни", week="неделям", month="месяце"),
    **numbered(WEEKDAY, *FROM.split()),
    **numbered(
        HABIT,
        "понедельникам понедельники",
        "вторникам вторники",
        "средам",
        "четвергам четверги",
        "пятницам",
        "субботам",
        "воскресеньям",
    ),
    **numbered(
        GROUP,
        "будням будни будним_дням будние_дни будний_день рабочим_дням рабочие_дни рабочий_день"
        " рабочего_дня",
        "выходным выходные выходным_дням выходные_дни",
    ),
    **{
        f"с {day}": (*items, Item(RANGE)) for day, items in numbered(WEEKDAY, *FROM.split()).items()
    },
    **spelled(TIMES, "раз раза"),
    **spelled(IN_ALL, "всего"),
    **spelled(UNTIL, "до"),
    **composed("ежечасно", Item(EVERY), unit(HOUR_UNIT, Unit.HOUR)),
    **composed("ежедневно", Item(EVERY), unit(UNIT, Unit.DAY)),
    **composed("еженедельно", Item(EVERY), unit(WEEK_UNIT, Unit.WEEK)),
    **composed("ежемесячно", Item(EVERY), unit(UNIT, Unit.MONTH)),
    **composed("ежегодно", Item(EVERY), unit(YEAR_UNIT, Unit.YEAR)),
}

RUSSIAN_RULES: Final = of_rules(RUSSIAN, WORDS)
