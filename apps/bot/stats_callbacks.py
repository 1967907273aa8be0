"""What the buttons of /stats carry: 64 bytes at most."""

from aiogram.filters.callback_data import CallbackData

from apps.bot.chart import ChartKind


class StatsList(CallbackData, prefix="stats"):
    """Back to the channels."""


class StatsChannel(CallbackData, prefix="stats-ch"):
    id: int


class StatsDays(CallbackData, prefix="stats-days"):
    """The figures of so many days, below them a picture of its own."""

    id: int
    days: int


class StatsChart(CallbackData, prefix="stats-chart"):
    """Another picture in the place of this one."""

    id: int
    days: int
    kind: ChartKind
