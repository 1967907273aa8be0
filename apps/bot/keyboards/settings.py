"""The buttons of /settings."""

from collections.abc import Iterable
from datetime import datetime, time

from aiogram.types import InlineKeyboardMarkup

from apps.bot.keyboards.rows import Button, keyboard
from apps.bot.settings_callbacks import (
    ChooseAlerts,
    ChooseLanguage,
    ChooseQuiet,
    ChooseZone,
    Page,
    SettingsPage,
)
from apps.bot.texts import Words
from apps.bot.zones import zone_clocked
from core.alert import AlertKind
from core.person import Person, Role, minute_of

NAMES = {"en": "English", "ru": "Русский", "uz": "O‘zbekcha"}
"""Of each language in itself: who cannot read this one has to find theirs."""

QUIET = ((time(22), time(8)), (time(23), time(7)), (time(0), time(9)))
ON, OFF = "✓ ", "✗ "


def pages(person: Person, words: Words) -> InlineKeyboardMarkup:
    owner = person.role.may(Role.OWNER)
    shown = [page for page in Page if page is not Page.ALL and (owner or page is not Page.ALERTS)]
    if not owner:  # nothing is held back for them
        shown.remove(Page.QUIET)
    return keyboard([[(_name(page, words), SettingsPage(page=page))] for page in shown])


def languages(words: Words) -> InlineKeyboardMarkup:
    own = [[(name, ChooseLanguage(language=code))] for code, name in NAMES.items()]
    telegrams = (words.format("settings-as-telegram"), ChooseLanguage())
    return keyboard([*own, [telegrams], _back(words)])


def zones(names: Iterable[str], words: Words, now: datetime) -> InlineKeyboardMarkup:
    shown: list[Button] = [
        (zone_clocked(name, words.language, now), ChooseZone(zone=name)) for name in names
    ]
    rows = [shown[place : place + 2] for place in range(0, len(shown), 2)]
    return keyboard([*rows, _back(words)])


def quiet_hours(words: Words) -> InlineKeyboardMarkup:
    common: list[Button] = [
        (f"{start:%H:%M}–{end:%H:%M}", ChooseQuiet(start=minute_of(start), end=minute_of(end)))
        for start, end in QUIET
    ]
    none = (words.format("settings-quiet-none"), ChooseQuiet(start=0, end=0))
    return keyboard([common, [none], _back(words)])


def alert_kinds(person: Person, words: Words) -> InlineKeyboardMarkup:
    every = (
        (ON if person.alerts else OFF) + words.format("settings-alerts-all"),
        ChooseAlerts(wanted=not person.alerts),
    )
    kinds = [
        [
            (
                (OFF if kind in person.muted else ON)
                + words.format("settings-alert-kind", kind=kind.value),
                ChooseAlerts(kind=kind.value, wanted=kind in person.muted),
            )
        ]
        for kind in AlertKind
    ]
    return keyboard([[every], *(kinds if person.alerts else []), _back(words)])


def _name(page: Page, words: Words) -> str:
    return words.format("settings-page", page=page.value)


def _back(words: Words) -> list[Button]:
    return [(words.format("back"), SettingsPage(page=Page.ALL))]
