"""The buttons of /broadcast, and of a broadcast that is being written."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardMarkup

from apps.bot.broadcast_callbacks import (
    BroadcastButton,
    BroadcastsPage,
    BroadcastStep,
    By,
    NewBroadcast,
    PlanButton,
    PlanStep,
    WhomButton,
    WhomPage,
    mark_of,
)
from apps.bot.broadcast_words import name_told
from apps.bot.cutting import one_line
from apps.bot.drafts import Draft
from apps.bot.keyboards.pages import PAGE, turning
from apps.bot.keyboards.posts import back, drop, looks
from apps.bot.keyboards.rows import Button, keyboard
from apps.bot.post_callbacks import Agreed, Of
from apps.bot.post_words import TITLE_UNITS
from apps.bot.texts import Words
from core.broadcast import SCHEDULED, Broadcast, BroadcastState

Row = list[Button]


def listed(
    found: Sequence[Broadcast], words: Words, *, before: int, more: bool, may_write: bool
) -> InlineKeyboardMarkup:
    """A button for each; `more` tells whether there are older ones."""
    rows: list[Row] = [
        [(f"{each.id}. {name_told(each, words)}", _of(each, BroadcastStep.SHOW))] for each in found
    ]
    turn: Row = [("‹", BroadcastsPage(before=0))] if before else []
    turn += [("›", BroadcastsPage(before=found[-1].id))] if more else []
    rows += [turn] if turn else []
    rows += [[(words.format("broadcast-new"), NewBroadcast(instead=0))]] if may_write else []
    return keyboard(rows)


def panel(draft: Draft, words: Words, *, may_pay: bool) -> InlineKeyboardMarkup:
    """What can be done with it; first of all somebody has to be chosen."""
    if draft.whom is None:
        return keyboard([*_ways(draft, words), *looks(draft, words), [drop(draft, words)]])
    fee = PlanStep.FREE if draft.paid else PlanStep.PAID
    return keyboard(
        [
            [_plan(draft, PlanStep.WHOM, words)],
            *looks(draft, words),
            *([[_plan(draft, fee, words)]] if may_pay else []),
            [_plan(draft, PlanStep.TEST, words)],
            [_plan(draft, PlanStep.NOW, words), _plan(draft, PlanStep.LATER, words)],
            [drop(draft, words)],
        ]
    )


def ways(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    return keyboard([*_ways(draft, words), back(draft, words)])


def names(
    draft: Draft, by: By, found: Mapping[str, int], page: int, words: Words
) -> InlineKeyboardMarkup:
    """Lists, tags or languages, each with how many have it."""
    rows: list[Row] = [
        [
            (
                f"{one_line(name, TITLE_UNITS)} · {count}",
                WhomButton(draft=draft.id, by=by, mark=mark_of(by, name)),
            )
        ]
        for name, count in list(found.items())[page * PAGE : (page + 1) * PAGE]
    ]
    turn = turning(page, len(found), lambda to: WhomPage(draft=draft.id, by=by, page=to))
    other = (words.format("back"), PlanButton(step=PlanStep.WHOM, draft=draft.id, revision=0))
    return keyboard([*rows, *turn, [other]])


def agreement(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    """To start at once."""
    agreed = Agreed(of=Of.BROADCAST, id=draft.id, revision=draft.revision, at=0)
    return keyboard([[(words.format("yes-broadcast"), agreed)], back(draft, words)])


def card(
    broadcast: Broadcast, words: Words, now: datetime, *, may_change: bool
) -> InlineKeyboardMarkup:
    steps = _steps(broadcast, now) if may_change else []
    rows: list[Row] = [[_step(broadcast, step, words)] for step in steps]
    report = _step(broadcast, BroadcastStep.REPORT, words)
    return keyboard([*rows, [report], [to_list(words)]])


def sure(broadcast: Broadcast, step: BroadcastStep, words: Words) -> InlineKeyboardMarkup:
    return keyboard([[_step(broadcast, step, words)], [_to_card(broadcast, words)]])


def report(broadcast: Broadcast, words: Words, *, may_change: bool) -> InlineKeyboardMarkup:
    is_over_for_good = broadcast.state is BroadcastState.CANCELLED
    rows: list[Row] = []
    if may_change and broadcast.tally.failed and not is_over_for_good:
        rows.append([_step(broadcast, BroadcastStep.RETRY, words)])
    rows.append([_step(broadcast, BroadcastStep.FILE, words)])
    return keyboard([*rows, [_to_card(broadcast, words)]])


def to_list(words: Words) -> Button:
    return words.format("broadcast-list"), BroadcastsPage(before=0)


def _steps(broadcast: Broadcast, now: datetime) -> list[BroadcastStep]:
    cancel = BroadcastStep.CANCEL
    if broadcast.shown(now) == SCHEDULED:
        return [BroadcastStep.START, BroadcastStep.MOVE, BroadcastStep.PAUSE, cancel]
    steps = {
        BroadcastState.DRAFT: [BroadcastStep.START, cancel],
        BroadcastState.RUNNING: [BroadcastStep.PAUSE, cancel],
        BroadcastState.PAUSED: [BroadcastStep.RESUME, cancel],
    }
    return steps.get(broadcast.state, [])


def _ways(draft: Draft, words: Words) -> list[Row]:
    everybody = WhomButton(draft=draft.id, by=By.ALL, mark="")
    chosen = [WhomPage(draft=draft.id, by=by, page=0) for by in By if by is not By.ALL]
    row: Row = [(_by(each.by, words), each) for each in chosen]
    return [[(_by(By.ALL, words), everybody)], row]


def _by(by: By, words: Words) -> str:
    return words.format("broadcast-by", by=by.value)


def _plan(draft: Draft, step: PlanStep, words: Words) -> Button:
    text = words.format("broadcast-plan-step", step=step.value)
    return text, PlanButton(step=step, draft=draft.id, revision=draft.revision)


def _step(broadcast: Broadcast, step: BroadcastStep, words: Words) -> Button:
    name = step.name.lower()
    return words.format("broadcast-step", step=name), _of(broadcast, step)


def _to_card(broadcast: Broadcast, words: Words) -> Button:
    return words.format("back"), _of(broadcast, BroadcastStep.SHOW)


def _of(broadcast: Broadcast, step: BroadcastStep) -> BroadcastButton:
    return BroadcastButton(step=step, id=broadcast.id)
