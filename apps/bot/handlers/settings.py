"""/settings: the language, the zone, quiet hours, and which alerts somebody wants."""

import re
from datetime import time

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from apps.bot.clocks import zone_of
from apps.bot.commands import publish_for
from apps.bot.drafts import look_away
from apps.bot.filters import May
from apps.bot.keyboards.settings import (
    NAMES,
    alert_kinds,
    languages,
    pages,
    quiet_hours,
    zones,
)
from apps.bot.office import Office
from apps.bot.screen import show
from apps.bot.settings_callbacks import (
    ChooseAlerts,
    ChooseLanguage,
    ChooseQuiet,
    ChooseZone,
    Page,
    SettingsPage,
)
from apps.bot.texts import LANGUAGES, Words
from apps.bot.zones import common_zones, is_zone, zone_told, zones_named
from core.alert import AlertKind
from core.person import Person, Role, time_of

HOURS = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to|до|dan)\s*(\d{1,2})(?:[:.](\d{2}))?(?:\s*gacha)?",
    re.IGNORECASE,
)

Shown = tuple[str, InlineKeyboardMarkup]


class Writing(StatesGroup):
    """Waits for what may be written instead of pressed."""

    zone = State()
    quiet = State()


def router() -> Router:
    made = Router(name="settings")
    made.message.filter(May(Role.VIEWER))
    made.callback_query.filter(May(Role.VIEWER))
    written = F.text & ~F.text.startswith("/")
    made.message.register(settings, Command("settings"))
    made.callback_query.register(page, SettingsPage.filter())
    made.callback_query.register(choose_language, ChooseLanguage.filter())
    made.callback_query.register(choose_zone, ChooseZone.filter())
    made.callback_query.register(choose_quiet, ChooseQuiet.filter(), May(Role.OWNER))
    made.callback_query.register(choose_alerts, ChooseAlerts.filter(), May(Role.OWNER))
    made.message.register(write_zone, Writing.zone, written)
    made.message.register(write_quiet, Writing.quiet, written, May(Role.OWNER))
    return made


async def settings(
    message: Message, office: Office, words: Words, person: Person, state: FSMContext
) -> None:
    await look_away(state)
    text, buttons = overview(person, office, words)
    await message.answer(text, reply_markup=buttons)


async def page(
    query: CallbackQuery,
    callback_data: SettingsPage,
    office: Office,
    words: Words,
    person: Person,
    state: FSMContext,
) -> None:
    waits = {Page.ZONE: Writing.zone, Page.QUIET: Writing.quiet}
    await state.set_state(waits.get(callback_data.page))
    await show(query, *_page(callback_data.page, person, office, words))


async def choose_language(
    query: CallbackQuery, callback_data: ChooseLanguage, bot: Bot, office: Office, person: Person
) -> None:
    """All that follows, and the menu of commands, is in that language."""
    if callback_data.language not in ("", *LANGUAGES):
        return
    await office.people.choose_language(person.user_id, callback_data.language)
    changed = await _again(person, office)
    words = office.words(changed)
    await show(query, *overview(changed, office, words))
    office.leave(publish_for(bot, office, changed))


async def choose_zone(
    query: CallbackQuery,
    callback_data: ChooseZone,
    office: Office,
    words: Words,
    person: Person,
    state: FSMContext,
) -> None:
    if is_zone(callback_data.zone):
        await state.set_state(None)
        await office.people.choose_zone(person.user_id, callback_data.zone)
    await show(query, *overview(await _again(person, office), office, words))


async def write_zone(
    message: Message, office: Office, words: Words, person: Person, state: FSMContext
) -> None:
    """One that is meant without doubt is taken; of several one has to be pressed."""
    found, exact = zones_named(message.text or "")
    if exact:
        await state.set_state(None)
        await office.people.choose_zone(person.user_id, found[0])
        told, buttons = overview(await _again(person, office), office, words)
    else:
        key = "settings-zone-which" if found else "settings-zone-unknown"
        told, buttons = (
            words.format(key),
            zones(found or common_zones(words.language), words, office.now()),
        )
    await message.answer(told, reply_markup=buttons)


async def choose_quiet(
    query: CallbackQuery,
    callback_data: ChooseQuiet,
    office: Office,
    words: Words,
    person: Person,
    state: FSMContext,
) -> None:
    await state.set_state(None)
    await _set_quiet(time_of(callback_data.start), time_of(callback_data.end), office, person)
    await show(query, *overview(await _again(person, office), office, words))


async def write_quiet(
    message: Message, office: Office, words: Words, person: Person, state: FSMContext
) -> None:
    hours = hours_of(message.text or "")
    if hours is None:
        await message.answer(words.format("settings-quiet-unread"))
        return
    await state.set_state(None)
    await _set_quiet(*hours, office, person)
    told, buttons = overview(await _again(person, office), office, words)
    await message.answer(told, reply_markup=buttons)


async def choose_alerts(
    query: CallbackQuery, callback_data: ChooseAlerts, office: Office, words: Words, person: Person
) -> None:
    """The button says what is wanted, so that a second tap changes nothing."""
    if not callback_data.kind:
        await office.people.choose_alerts(person.user_id, callback_data.wanted)
    elif callback_data.kind in tuple(AlertKind):
        kind = {callback_data.kind}
        muted = person.muted - kind if callback_data.wanted else person.muted | kind
        await office.people.choose_muted(person.user_id, muted)
    await show(query, *_page(Page.ALERTS, await _again(person, office), office, words))


def overview(person: Person, office: Office, words: Words) -> Shown:
    zone = zone_of(person).key
    owner = person.role.may(Role.OWNER)
    lines = [
        words.format("settings-language", name=_language(person, words)),
        words.format("settings-zone", zone=zone_told(zone, words.language, office.now())),
        owner and _quiet(person, words),
        owner and _alerts(person, words),
    ]
    text = words.format("settings", lines="\n".join(line for line in lines if line))
    return text, pages(person, words)


def hours_of(text: str) -> tuple[time, time] | None:
    """ "22:30-7" as wall times; None where it cannot be read."""
    found = HOURS.fullmatch(text.strip())
    if found is None:
        return None
    try:
        start = time(int(found[1]), int(found[2] or 0))
        midnight = int(found[3]) == 24 and not int(found[4] or 0)
        end = time(0) if midnight else time(int(found[3]), int(found[4] or 0))
    except ValueError:
        return None
    return start, end


def _page(asked: Page, person: Person, office: Office, words: Words) -> Shown:
    if asked is Page.LANGUAGE:
        return words.format("settings-which-language"), languages(words)
    if asked is Page.ZONE:
        return words.format("settings-which-zone"), zones(
            common_zones(words.language), words, office.now()
        )
    if asked is Page.QUIET:
        zone = zone_told(zone_of(person).key, words.language, office.now())
        return words.format("settings-which-quiet", zone=zone), quiet_hours(words)
    if asked is Page.ALERTS and person.role.may(Role.OWNER):
        return words.format("settings-which-alerts"), alert_kinds(person, words)
    return overview(person, office, words)


def _quiet(person: Person, words: Words) -> str:
    if person.quiet is None:
        return words.format("settings-no-quiet")
    start, end = person.quiet
    return words.format("settings-quiet", start=f"{start:%H:%M}", end=f"{end:%H:%M}")


def _alerts(person: Person, words: Words) -> str:
    wanted = [kind for kind in AlertKind if person.alerts and kind not in person.muted]
    if not wanted:
        return words.format("settings-no-alerts")
    names = (words.format("settings-alert-kind", kind=kind.value) for kind in wanted)
    return words.format("settings-alerts", kinds=", ".join(names))


def _language(person: Person, words: Words) -> str:
    return NAMES[words.language] if person.language else words.format("settings-as-telegram")


async def _set_quiet(start: time, end: time, office: Office, person: Person) -> None:
    await office.people.choose_quiet(person.user_id, (start, end) if start != end else None)


async def _again(person: Person, office: Office) -> Person:
    """As they are now; somebody may have removed them meanwhile."""
    return await office.people.find(person.user_id) or person
