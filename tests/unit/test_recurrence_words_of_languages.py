"""Russian and Uzbek words for recurrences, and what in them is refused."""

import pytest

from core.errors import InvalidInput
from core.recurrence_words import rule_of

WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
AT_9 = "BYHOUR=9;BYMINUTE=0"
AT_18_30 = "BYHOUR=18;BYMINUTE=30"

RUSSIAN = [
    ("каждый день", "FREQ=DAILY"),
    ("каждый день в 9", f"FREQ=DAILY;{AT_9}"),
    ("Каждый день в 9:00", f"FREQ=DAILY;{AT_9}"),
    ("ежедневно в 9 утра", f"FREQ=DAILY;{AT_9}"),
    ("в 9 часов каждый день", f"FREQ=DAILY;{AT_9}"),
    ("каждый день в 6 вечера", "FREQ=DAILY;BYHOUR=18;BYMINUTE=0"),
    ("каждый день в 18.30", f"FREQ=DAILY;{AT_18_30}"),
    ("каждый второй день", "FREQ=DAILY;INTERVAL=2"),
    ("раз в 3 дня", "FREQ=DAILY;INTERVAL=3"),
    ("по будням в 18:30", f"{WEEKDAYS};{AT_18_30}"),
    ("каждый будний день", WEEKDAYS),
    ("пн–пт каждую неделю", WEEKDAYS),
    ("каждую неделю с понедельника по пятницу", WEEKDAYS),
    ("по выходным", "FREQ=WEEKLY;BYDAY=SA,SU"),
    ("каждый понедельник и среду", "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("каждый понедельник, среду и пятницу", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    ("по понедельникам и средам в 9", f"FREQ=WEEKLY;BYDAY=MO,WE;{AT_9}"),
    ("еженедельно", "FREQ=WEEKLY"),
    ("раз в неделю по пятницам", "FREQ=WEEKLY;BYDAY=FR"),
    ("каждые 2 недели по вторникам", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
    ("каждые две недели во вторник", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
    ("каждую вторую неделю по средам", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE"),
    ("15 числа каждого месяца", "FREQ=MONTHLY;BYMONTHDAY=15"),
    ("каждое 15-е", "FREQ=MONTHLY;BYMONTHDAY=15"),
    ("1-го и 15-го числа каждого месяца в 9:00", f"FREQ=MONTHLY;BYMONTHDAY=1,15;{AT_9}"),
    ("каждый месяц 1, 15 числа", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
    ("первого числа каждого месяца", "FREQ=MONTHLY;BYMONTHDAY=1"),
    ("каждые 2 месяца 10 числа", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=10"),
    ("в последний день месяца", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("каждый последний день месяца", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("каждый первый понедельник месяца", "FREQ=MONTHLY;BYDAY=1MO"),
    ("каждую 2-ю среду месяца", "FREQ=MONTHLY;BYDAY=2WE"),
    ("в последнюю пятницу каждого месяца в 18:30", f"FREQ=MONTHLY;BYDAY=-1FR;{AT_18_30}"),
    ("в последний рабочий день месяца", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("каждые 30 минут", "FREQ=MINUTELY;INTERVAL=30"),
    ("каждый час", "FREQ=HOURLY"),
    ("каждые 2 часа 5 раз", "FREQ=HOURLY;INTERVAL=2;COUNT=5"),
    ("каждый год 24 декабря", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"),
    ("8 марта каждого года", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=8"),
    ("каждый день до 2026-12-31", "FREQ=DAILY;UNTIL=20261231"),
    ("каждый день в 9 до 31.12.2026", f"FREQ=DAILY;UNTIL=20261231;{AT_9}"),
    ("каждый день до 31 декабря 2026 года", "FREQ=DAILY;UNTIL=20261231"),
    ("каждый день 5 раз", "FREQ=DAILY;COUNT=5"),
    ("каждый день, всего 1 раз", "FREQ=DAILY;COUNT=1"),
]

UZBEK = [
    ("har kuni", "FREQ=DAILY"),
    ("har kuni 9:00", f"FREQ=DAILY;{AT_9}"),
    ("Har kuni soat 9 da", f"FREQ=DAILY;{AT_9}"),
    ("har kuni 9 da", f"FREQ=DAILY;{AT_9}"),
    ("har kuni ertalab soat 9 da", f"FREQ=DAILY;{AT_9}"),
    ("har kuni bir marta", "FREQ=DAILY"),
    ("kun ora", "FREQ=DAILY;INTERVAL=2"),
    ("har uch kunda", "FREQ=DAILY;INTERVAL=3"),
    ("har to'rt kunda", "FREQ=DAILY;INTERVAL=4"),
    ("har to‘rt kunda", "FREQ=DAILY;INTERVAL=4"),
    ("har to’rt kunda", "FREQ=DAILY;INTERVAL=4"),
    ("har toʻrt kunda", "FREQ=DAILY;INTERVAL=4"),
    ("ish kunlari 18:30 da", f"{WEEKDAYS};{AT_18_30}"),
    ("har hafta dushanbadan jumagacha", WEEKDAYS),
    ("dam olish kunlari", "FREQ=WEEKLY;BYDAY=SA,SU"),
    ("har dushanba va chorshanba", "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("dushanba va chorshanba kunlari", "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("har juma kuni soat 18:30 da", f"FREQ=WEEKLY;BYDAY=FR;{AT_18_30}"),
    ("har hafta: du, juma", "FREQ=WEEKLY;BYDAY=MO,FR"),
    ("har 2 haftada seshanba", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
    ("har ikki haftada seshanba kuni", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
    ("haftada bir marta juma kuni", "FREQ=WEEKLY;BYDAY=FR"),
    ("har oyning 15-kuni", "FREQ=MONTHLY;BYMONTHDAY=15"),
    ("har oyning 1 va 15-kuni soat 9 da", f"FREQ=MONTHLY;BYMONTHDAY=1,15;{AT_9}"),
    ("har oy 15-sanada", "FREQ=MONTHLY;BYMONTHDAY=15"),
    ("har oyning oxirgi kuni", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("oyning so‘nggi kunida", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("har oyning birinchi dushanbasi", "FREQ=MONTHLY;BYDAY=1MO"),
    ("har oyning to'rtinchi jumasida 18:30", f"FREQ=MONTHLY;BYDAY=4FR;{AT_18_30}"),
    ("har 30 daqiqada", "FREQ=MINUTELY;INTERVAL=30"),
    ("har soatda", "FREQ=HOURLY"),
    ("har yili 24-dekabr", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"),
    ("har kuni 5 marta", "FREQ=DAILY;COUNT=5"),
    ("har kuni 2026-12-31 gacha", "FREQ=DAILY;UNTIL=20261231"),
    ("har kuni 9:00 2026-yil 31-dekabrgacha", f"FREQ=DAILY;UNTIL=20261231;{AT_9}"),
]

AMBIGUOUS = [
    "каждый день в 6",  # in the morning or in the evening
    "har kuni soat 6 da",
    "каждый второй вторник",  # of the month, or every other one
    "har ikkinchi seshanba",
    "every second tuesday",
    "каждый день 1 раз",  # once a day, or once in all
    "2 раза в день",
    "haftada 2 marta",
    "har 15 kuni",  # every 15 days, or the 15th
    "каждый понедельник 15 числа",
    "каждый день 9.10",  # a time or a date
    "every day until 1/2/2027",
    "har dushanba va seshanbagacha",
]

UNKNOWN = [
    "в понедельник",
    "завтра",
    "каждый",
    "каждые 30 секунд",
    "каждые полтора часа",
    "каждую ночь",
    "каждую последнюю неделю",
    "каждый день, кроме воскресенья",
    "каждый понедельник с 9 до 18",
    "каждый понедельник monday",
    "каждую неделю 15 числа",
    "каждый день каждый день",
    "каждый день в 9 и в 18",
    "каждый день + 9:00",
    "har",
    "dushanba",
    "ertaga",
    "har kuni 9 va 18 da",
]


@pytest.mark.parametrize(("text", "rule"), RUSSIAN + UZBEK)
def test_words_are_read_as_they_are_meant(text: str, rule: str) -> None:
    assert rule_of(text) == rule


@pytest.mark.parametrize("text", AMBIGUOUS + UNKNOWN)
def test_what_could_mean_another_rule_or_none_is_not_guessed(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not understood") as refused:
        rule_of(text)
    for example in ("every day", "каждый день в 9:00", "har kuni 9:00"):
        assert f'"{example}"' in refused.value.remedy
