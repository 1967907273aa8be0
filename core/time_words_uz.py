"""Uzbek words for times, in Latin and in Cyrillic letters."""

from collections.abc import Iterable
from typing import Final

from core.time_vocabulary import (
    AFTER,
    AFTER_HOUR,
    CLOCK,
    DAYS_AHEAD,
    FILLER,
    HALF,
    MIDNIGHT,
    MONTH,
    NEXT,
    NUMBER,
    ORDINAL,
    THIS,
    WEEKDAY,
    Vocabulary,
    compounds,
    numbered,
    parts,
    spelled,
    units,
)


def _ending(stems: str, endings: Iterable[str]) -> str:
    return " ".join(stem + ending for stem in stems.split() for ending in ("", *endings))


def _counted(stems: str) -> str:
    """A unit, and as it stands before "keyin": 2 soat, 2 soatdan keyin."""
    return _ending(stems, ("dan", "дан"))


def _on(stems: str) -> str:
    """A day or month, and as it stands where something happens on or in it."""
    return _ending(stems, ("da", "ga", "да", "га"))


DIGITS: Final = "bir ikki uch to'rt besh olti yetti sakkiz to'qqiz"
CYRILLIC_DIGITS: Final = "бир икки уч тўрт беш олти етти саккиз тўққиз"

WORDS: Final = {
    **spelled(FILLER, "va ва kuni куни"),
    **spelled(ORDINAL, "sana sanada сана санада"),
    **spelled(AFTER_HOUR, "da ga да га"),
    **spelled(AFTER, "keyin so'ng o'tib o'tgach кейин сўнг ўтиб ўтгач"),
    **spelled(NEXT, "keyingi kelasi kelgusi кейинги келаси келгуси"),
    **spelled(THIS, "shu bu шу бу"),
    **spelled(HALF, "yarim ярим"),
    **numbered(NUMBER, *DIGITS.split(), first=1),
    **numbered(NUMBER, *CYRILLIC_DIGITS.split(), first=1),
    **compounds("o'n yigirma o'ttiz qirq ellik", DIGITS, first=10),
    **compounds("ўн йигирма ўттиз қирқ эллик", CYRILLIC_DIGITS, first=10),
    **numbered(
        DAYS_AHEAD,
        "kecha кеча",
        "bugun bugungi бугун бугунги",
        "ertaga ertangi эртага эртанги",
        "indin indinga индин индинга",
        first=-1,
    ),
    **numbered(
        WEEKDAY,
        _on("dushanba душанба") + " dush du душ ду",
        _on("seshanba сешанба") + " sesh se сеш се",
        _on("chorshanba чоршанба") + " chor чор",
        _on("payshanba пайшанба") + " pay пай",
        _on("juma жума") + " jum жум",
        _on("shanba шанба") + " shan шан",
        _on("yakshanba якшанба") + " yak як",
    ),
    **numbered(
        MONTH,
        _on("yanvar январ январь") + " yan янв",
        _on("fevral феврал февраль") + " fev фев",
        _on("mart март") + " mar мар",
        _on("aprel апрел апрель") + " apr апр",
        _on("may май"),
        _on("iyun июн июнь"),
        _on("iyul июл июль"),
        _on("avgust август") + " avg авг",
        _on("sentabr sentyabr сентябр сентябрь") + " sen сен",
        _on("oktabr oktyabr октябр октябрь") + " okt окт",
        _on("noyabr ноябр ноябрь") + " noy ноя",
        _on("dekabr декабр декабрь") + " dek дек",
        first=1,
    ),
    **units(
        second=_counted("soniya sekund сония секунд"),
        minute=_counted("daqiqa minut daq min дақиқа минут дақ мин"),
        hour=_counted("soat соат"),
        day=_counted("kun кун"),
        week=_counted("hafta ҳафта"),
        month=_counted("oy ой"),
        year=_counted("yil йил"),
    ),
    **parts(
        morning="ertalab ertalabki tongda tonggi эрталаб эрталабки тонгда тонгги",
        day="kunduzi tushdan_keyin кундузи тушдан_кейин",
        evening="kechqurun kechki kechki_payt oqshom кечқурун кечки оқшом",
        night="kechasi tunda tungi кечаси тунда тунги",
    ),
    **spelled(CLOCK, "peshin peshinda tush_payti пешин пешинда туш_пайти", 12, 0, 0),
    **spelled(MIDNIGHT, "yarim_tun yarim_tunda yarim_kechasi ярим_тун ярим_тунда ярим_кечаси"),
}

UZBEK: Final = Vocabulary(
    language="uz",
    words=WORDS,
    day_first=True,
    either_half=range(1, 7),
    week_starts=(0,),
    weekdays=("du", "se", "chor", "pay", "juma", "shan", "yak"),
    months=(
        "yanvar",
        "fevral",
        "mart",
        "aprel",
        "may",
        "iyun",
        "iyul",
        "avgust",
        "sentabr",
        "oktabr",
        "noyabr",
        "dekabr",
    ),
    month_titles=(
        "Yanvar",
        "Fevral",
        "Mart",
        "Aprel",
        "May",
        "Iyun",
        "Iyul",
        "Avgust",
        "Sentabr",
        "Oktabr",
        "Noyabr",
        "Dekabr",
    ),
    shown="{year}-yil {day}-{month}, {weekday}, {clock}",
)
