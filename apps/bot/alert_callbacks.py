"""What the buttons below alerts carry: 64 bytes at most."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from apps.bot.callback_fields import Id
from apps.bot.settling import Settling


class AlertStep(StrEnum):
    SHOW = "show"  # one of them, with what can be done about it
    ALL = "all"  # back to all of them
    RETRY = Settling.RETRY
    RESEND = Settling.RESEND
    SENT = Settling.SENT


class AlertButton(CallbackData, prefix="alert"):
    """`told_in` is the message with the alerts, `id` the one of them that is meant; 0 for all."""

    step: AlertStep
    told_in: Id
    id: Id = 0
