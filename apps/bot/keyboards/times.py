"""The buttons of times: the common ones, a calendar, what words may mean, and agreement."""

from collections.abc import Sequence
from datetime import datetime

from aiogram.types import InlineKeyboardMarkup

from apps.bot.broadcast_callbacks import BroadcastButton, BroadcastStep
from apps.bot.clocks import clock_told, day_told
from apps.bot.keyboards.calendar_pages import BLANK, NOTHING, Rows
from apps.bot.keyboards.rows import Button, keyboard
from apps.bot.post_callbacks import (
    Agreed,
    At,
    CalendarButton,
    DraftButton,
    DraftStep,
    EntryButton,
    EntryStep,
    Of,
    PickTime,
    WriteTime,
)
from apps.bot.texts import Words
from core.common_times import CommonTime
from core.reading import Moment
from core.wall_time import offset_of

MOST_CHOICES = 12

Row = list[Button]


def ways(of: Of, id_: int, common: Sequence[CommonTime], words: Words) -> InlineKeyboardMarkup:
    """How a time can be told."""
    rows: list[Row] = [[(_common(each, words), _at(of, id_, each.moment))] for each in common]
    calendar = (words.format("time-calendar"), CalendarButton(of=of, id=id_, cell=""))
    write = (words.format("time-write"), WriteTime(of=of, id=id_))
    return keyboard([*rows, [calendar, write], back(of, id_, words)])


def calendar(of: Of, id_: int, rows: Rows, words: Words) -> InlineKeyboardMarkup:
    cells: list[Row] = [
        [(cell.text or BLANK, CalendarButton(of=of, id=id_, cell=cell.data)) for cell in row]
        for row in rows
    ]
    return keyboard([*cells, another(of, id_, words)])


def choices(of: Of, id_: int, moments: Sequence[Moment], words: Words) -> InlineKeyboardMarkup:
    """Where clocks go back two have the same day and time: these tell the offset."""
    shown = moments[:MOST_CHOICES]
    names = [_day_and_clock(moment, words) for moment in shown]
    rows: list[Row] = [
        [(name if names.count(name) == 1 else _with_offset(name, moment), _at(of, id_, moment))]
        for name, moment in zip(names, shown, strict=True)
    ]
    return keyboard([*rows, another(of, id_, words)])


def agreement(
    of: Of, id_: int, revision: int, at: datetime, yes: str, words: Words
) -> InlineKeyboardMarkup:
    agreed = Agreed(of=of, id=id_, revision=revision, at=int(at.timestamp()))
    return keyboard([[(yes, agreed)], another(of, id_, words), back(of, id_, words)])


def only_another(of: Of, id_: int, words: Words) -> InlineKeyboardMarkup:
    return keyboard([another(of, id_, words)])


def another(of: Of, id_: int, words: Words) -> Row:
    return [(words.format("time-other"), PickTime(of=of, id=id_))]


def back(of: Of, id_: int, words: Words) -> Row:
    if of is Of.SCHEDULED:
        return [(words.format("back"), BroadcastButton(step=BroadcastStep.SHOW, id=id_))]
    if of is not Of.MESSAGE:
        return [(words.format("back"), DraftButton(step=DraftStep.SHOW, draft=id_, revision=0))]
    entry = EntryButton(step=EntryStep.SHOW, message=id_, series=0, at=0)
    return [(words.format("back"), entry)]


def is_nothing(cell: str) -> bool:
    return cell == NOTHING


def _at(of: Of, id_: int, moment: Moment) -> At:
    return At(of=of, id=id_, at=int(moment.at.timestamp()))


def _day_and_clock(moment: Moment, words: Words) -> str:
    """Short enough for a phone: the text above tells the zone."""
    local = moment.local
    return f"{day_told(local.date(), words.language)} {local.year}, {local:%H:%M}"


def _with_offset(name: str, moment: Moment) -> str:
    return f"{name} ({offset_of(moment.at, moment.zone)})"


def _common(each: CommonTime, words: Words) -> str:
    local = each.moment.local
    return words.format(
        "time-common",
        name=each.name.value,
        day=day_told(local.date(), words.language),
        clock=clock_told(each.moment.at, each.moment.zone),
    )
