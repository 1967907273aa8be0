"""The buttons below alerts."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from apps.bot.alert_callbacks import AlertButton, AlertStep
from apps.bot.broadcast_callbacks import BroadcastButton, BroadcastStep
from apps.bot.broadcast_words import called
from apps.bot.keyboards.rows import Button, keyboard
from apps.bot.texts import Words
from core.alert import OF_MESSAGES, Alert, AlertKind

MOST_BROADCASTS = 10
"""Of more there is a list."""

OF_BROADCASTS = {
    AlertKind.BROADCAST: (BroadcastStep.RESUME, BroadcastStep.CANCEL, BroadcastStep.REPORT),
    AlertKind.COMPLETED: (BroadcastStep.REPORT,),
}


def below(alerts: Sequence[Alert], told_in: int, words: Words) -> InlineKeyboardMarkup | None:
    """For all that one message tells of, or None where nothing can be pressed about it."""
    first = alerts[0]
    if first.kind in OF_BROADCASTS:
        return _about_broadcasts(alerts, words)
    if first.kind not in OF_MESSAGES:
        return None
    one = first.id if len(alerts) == 1 else 0
    show = AlertButton(step=AlertStep.SHOW, told_in=told_in, id=first.id)
    name = words.format("alert-show" if one else "alert-show-each")
    return keyboard([*_acts(first.kind, told_in, 0, len(alerts), words), [(name, show)]])


def about_one(
    alert: Alert, alerts: Sequence[Alert], told_in: int, words: Words, *, open_: bool, moves: bool
) -> InlineKeyboardMarkup:
    """With the ones before and after it. `open_`: something can still be done about it; `moves`:
    it is on its way, and soon there is more to see.
    """
    place = [each.id for each in alerts].index(alert.id)
    turns: list[Button] = [
        (sign, AlertButton(step=AlertStep.SHOW, told_in=told_in, id=alerts[other].id))
        for sign, other in (("‹", place - 1), ("›", place + 1))
        if 0 <= other < len(alerts)
    ]
    back = AlertButton(step=AlertStep.ALL, told_in=told_in)
    acts = _acts(alert.kind, told_in, alert.id, 1, words) if open_ else []
    if moves:
        again = AlertButton(step=AlertStep.SHOW, told_in=told_in, id=alert.id)
        acts = [[(words.format("alert-look-again"), again)]]
    return keyboard([*acts, *([turns] if turns else []), [(words.format("back"), back)]])


def _about_broadcasts(alerts: Sequence[Alert], words: Words) -> InlineKeyboardMarkup:
    """What can be done at once with a single one; of several it is seen one by one."""
    first = alerts[0]
    ids = [int(each.facts["broadcast"]) for each in alerts]
    if len(alerts) == 1:
        return keyboard(
            [
                [(words.format("broadcast-step", step=step.name.lower()), _of(ids[0], step))]
                for step in OF_BROADCASTS[first.kind]
            ]
        )
    shown = zip(alerts[:MOST_BROADCASTS], ids, strict=False)
    return keyboard(
        [
            [(f"{id_}. {called(each.facts, words)}", _of(id_, BroadcastStep.SHOW))]
            for each, id_ in shown
        ]
    )


def _of(broadcast_id: int, step: BroadcastStep) -> BroadcastButton:
    return BroadcastButton(step=step, id=broadcast_id)


def _acts(kind: AlertKind, told_in: int, id_: int, n: int, words: Words) -> list[list[Button]]:
    def button(key: str, step: AlertStep) -> Button:
        return words.format(key, n=n), AlertButton(step=step, told_in=told_in, id=id_)

    if kind is AlertKind.FAILED:
        return [[button("alert-retry", AlertStep.RETRY)]]
    return [
        [button("alert-resend", AlertStep.RESEND)],
        [button("alert-sent", AlertStep.SENT)],
    ]
