"""The buttons of /stats."""

from collections.abc import Iterable, Sequence

from aiogram.types import InlineKeyboardMarkup

from apps.bot.chart import ChartKind
from apps.bot.keyboards.channels import titled
from apps.bot.keyboards.pages import items_on, turning
from apps.bot.keyboards.rows import keyboard
from apps.bot.stats_callbacks import StatsChannel, StatsChart, StatsDays, StatsList
from apps.bot.texts import Words
from core.channel import Channel

PERIODS = (7, 30, 90)
CHOSEN = "• "


def channels_to_pick(channels: Sequence[Channel], page: int) -> InlineKeyboardMarkup:
    shown = [
        [(titled(channel), StatsChannel(id=channel.id, page=page))]
        for channel in items_on(page, channels)
    ]
    return keyboard([*shown, *turning(page, len(channels), lambda to: StatsList(page=to))])


def periods(channel_id: int, page: int, words: Words, chosen: int = 0) -> InlineKeyboardMarkup:
    days = [
        (
            CHOSEN * (n == chosen) + words.format("stats-days", n=n),
            StatsDays(id=channel_id, days=n, page=page),
        )
        for n in PERIODS
    ]
    return keyboard([days, [(words.format("back"), StatsList(page=page))]])


def below_picture(
    shown: StatsChart, kinds: Iterable[ChartKind], words: Words
) -> InlineKeyboardMarkup:
    """Other pictures of the same days, and the same of other days."""
    pictures = [
        (
            CHOSEN * (kind is shown.kind) + words.format("stats-chart", kind=kind.value),
            StatsChart(id=shown.id, days=shown.days, kind=kind),
        )
        for kind in kinds
    ]
    days = [
        (
            CHOSEN * (n == shown.days) + words.format("stats-days", n=n),
            StatsChart(id=shown.id, days=n, kind=shown.kind),
        )
        for n in PERIODS
    ]
    return keyboard([pictures[:2], pictures[2:], days] if len(pictures) > 2 else [pictures, days])
