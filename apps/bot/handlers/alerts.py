"""The buttons below alerts: send again, take as sent, look at one after the other."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.types import CallbackQuery

from apps.bot.alert_callbacks import AlertButton, AlertStep
from apps.bot.alert_words import alerts_told, card
from apps.bot.filters import May
from apps.bot.keyboards.alerts import about_one, below
from apps.bot.office import Office
from apps.bot.post_words import titles_of
from apps.bot.screen import show, tell
from apps.bot.settling import settle
from apps.bot.taps import first_tap
from apps.bot.texts import Words
from core.alert import Alert
from core.errors import NotFound, TransitionRefused
from core.message import ACTIVE
from core.person import Person, Role


def router() -> Router:
    made = Router(name="alerts")
    made.callback_query.register(press, AlertButton.filter(), May(Role.OWNER))
    return made


async def press(
    query: CallbackQuery, callback_data: AlertButton, office: Office, words: Words, person: Person
) -> None:
    alerts = await office.alerts.told_in(person.user_id, callback_data.told_in)
    meant = [each for each in alerts if callback_data.id in (0, each.id)]
    if not meant:  # forgotten by now
        await tell(query, words.format("stale"), alert=True)
    elif callback_data.step is AlertStep.ALL:
        text = alerts_told(alerts, titles_of(await office.channels.listed()), words)
        await show(query, text, below(alerts, callback_data.told_in, words))
    elif callback_data.step is AlertStep.SHOW:
        await _show_one(query, meant[0], alerts, callback_data, office, words, person)
    elif await first_tap(office, query):
        await _act(query, meant, alerts, callback_data, office, words, person)


async def _act(
    query: CallbackQuery,
    meant: Sequence[Alert],
    alerts: Sequence[Alert],
    pressed: AlertButton,
    office: Office,
    words: Words,
    person: Person,
) -> None:
    """What has moved on meanwhile stays as it is."""
    moved = [await _moved(alert, pressed.step, office) for alert in meant]
    done, late = sum(moved), len(moved) - sum(moved)
    result = words.format("alert-done", step=pressed.step.value, n=done)
    if late:
        result += "\n" + words.format("alert-late", n=late)
    if pressed.id and len(alerts) > 1:
        await tell(query, result)
        await _show_one(query, meant[0], alerts, pressed, office, words, person)
        return
    text = alerts_told(alerts, titles_of(await office.channels.listed()), words)
    await show(query, f"{text}\n\n{result}")


async def _moved(alert: Alert, step: AlertStep, office: Office) -> bool:
    try:
        await settle(office.ledger.desk, alert.message_id, step)
    except (TransitionRefused, NotFound):
        return False
    return True


async def _show_one(
    query: CallbackQuery,
    alert: Alert,
    alerts: Sequence[Alert],
    pressed: AlertButton,
    office: Office,
    words: Words,
    person: Person,
) -> None:
    message = await office.ledger.reading.get(alert.message_id)
    text = card(alert, message, titles_of(await office.channels.listed()), person, words)
    is_open, moves = message.state.value == alert.kind.value, message.state in ACTIVE
    buttons = about_one(alert, alerts, pressed.told_in, words, open_=is_open, moves=moves)
    await show(query, text, buttons)
