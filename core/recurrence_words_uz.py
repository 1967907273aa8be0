"""Uzbek words for recurrences."""

from typing import Final

from core.recurrence_vocabulary import (
    DAY_WORD,
    DAYS_WORD,
    EVERY,
    GROUP,
    IN_ALL,
    NTH,
    RANGE,
    TIMES,
    UNTIL_AFTER,
    of_rules,
    unit,
)
from core.time_vocabulary import (
    FILLER,
    MONTH,
    NUMBER,
    ORDINAL,
    UNIT,
    WEEK_UNIT,
    WEEKDAY,
    Item,
    Unit,
    composed,
    numbered,
    spelled,
    units,
)
from core.time_words_uz import UZBEK

DAYS: Final = "dushanba seshanba chorshanba payshanba juma shanba yakshanba"
MONTHS: Final = "yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr"


def _each(stem: str, endings: str) -> str:
    return " ".join(stem + ending for ending in endings.split())


WORDS: Final = {
    # "Once", behind what it is once in.
    **spelled(FILLER, "va ва bir_marta"),
    **spelled(EVERY, "har ҳар"),
    **composed("kuniga_bir_marta kunda_bir_marta", Item(EVERY), unit(UNIT, Unit.DAY)),
    **composed("haftada_bir_marta haftasiga_bir_marta", Item(EVERY), unit(WEEK_UNIT, Unit.WEEK)),
    **composed("oyda_bir_marta oyiga_bir_marta", Item(EVERY), unit(UNIT, Unit.MONTH)),
    **composed("kunora kun_ora", Item(EVERY), Item(NUMBER, (2,)), unit(UNIT, Unit.DAY)),
    **numbered(NTH, "birinchi", "ikkinchi", "uchinchi", "to'rtinchi", "beshinchi", first=1),
    **spelled(NTH, "oxirgi so'nggi", -1),
    **spelled(ORDINAL, "sana sanada sanasi sanasida"),
    **spelled(DAY_WORD, "kuni kunida куни"),
    **spelled(DAYS_WORD, "kunlari kunlarida"),
    **units(
        minute="daqiqada minutda",
        hour="soatda",
        day="kunda",
        week="haftada haftaning",
        month="oyda oyning oyi",
        year="yilda yili yilning",
    ),
    **numbered(WEEKDAY, *(_each(day, "si sida ning") for day in DAYS.split())),
    **{f"{day}dan": (Item(WEEKDAY, (n,)), Item(RANGE)) for n, day in enumerate(DAYS.split())},
    **{
        f"{day}gacha": (Item(WEEKDAY, (n,)), Item(UNTIL_AFTER))
        for n, day in enumerate(DAYS.split())
    },
    **{
        f"{name}gacha": (Item(MONTH, (n,)), Item(UNTIL_AFTER))
        for n, name in enumerate(MONTHS.split(), 1)
    },
    **numbered(
        GROUP,
        "ish_kuni ish_kunida ish_kunlari ish_kunlarida",
        "dam_olish_kunlari dam_olish_kuni dam_olish_kunlarida",
    ),
    **spelled(TIMES, "marta"),
    **spelled(IN_ALL, "jami"),
    **spelled(UNTIL_AFTER, "gacha"),
}

UZBEK_RULES: Final = of_rules(UZBEK, WORDS)
