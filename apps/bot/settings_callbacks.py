"""What the buttons of /settings carry: 64 bytes at most."""

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field


class Page(StrEnum):
    ALL = "all"
    LANGUAGE = "language"
    ZONE = "zone"
    QUIET = "quiet"
    ALERTS = "alerts"


Minute = Annotated[int, Field(ge=0, lt=24 * 60)]


class SettingsPage(CallbackData, prefix="settings"):
    page: Page


class ChooseLanguage(CallbackData, prefix="set-lang"):
    """ "" for that of Telegram."""

    language: str = ""


class ChooseZone(CallbackData, prefix="set-zone"):
    zone: str


class ChooseQuiet(CallbackData, prefix="set-quiet"):
    """Minutes since midnight; both alike for none."""

    start: Minute
    end: Minute


class ChooseAlerts(CallbackData, prefix="set-alerts"):
    """A kind, or "" for all of them; whether they are wanted."""

    kind: str = ""
    wanted: bool
