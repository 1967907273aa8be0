"""What the buttons of /stats carry: 64 bytes at most."""

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from apps.bot.callback_fields import Id, Page
from apps.bot.chart import ChartKind

Days = Annotated[int, Field(ge=1, le=366)]


class StatsList(CallbackData, prefix="stats"):
    """Back to the channels."""

    page: Page


class StatsChannel(CallbackData, prefix="stats-ch"):
    """`page` is that of the list on which it stands."""

    id: Id
    page: Page


class StatsDays(CallbackData, prefix="stats-days"):
    """The figures of so many days, below them a picture of its own."""

    id: Id
    days: Days
    page: Page


class StatsChart(CallbackData, prefix="stats-chart"):
    """Another picture in the place of this one."""

    id: Id
    days: Days
    kind: ChartKind
