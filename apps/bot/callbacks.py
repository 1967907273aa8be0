"""What the buttons carry: 64 bytes at most."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from core.person import Role


class InviteAs(CallbackData, prefix="invite"):
    role: Role


class PersonStep(StrEnum):
    SHOW = "show"
    REMOVE = "rm"  # asks whether that is meant
    REMOVED = "rm!"


class PersonButton(CallbackData, prefix="person"):
    step: PersonStep
    user_id: int


class PeopleList(CallbackData, prefix="people"):
    """Back to the list."""


class ChannelStep(StrEnum):
    SHOW = "show"
    CHECK = "check"
    REMOVE = "rm"
    REMOVED = "rm!"


class ChannelButton(CallbackData, prefix="channel"):
    step: ChannelStep
    id: int


class ChannelList(CallbackData, prefix="channels"):
    """Back to the list."""


class AddChannel(CallbackData, prefix="addchannel"):
    """How a channel is added."""


class Cancel(CallbackData, prefix="cancel"):
    """Out of whatever conversation this is."""
