"""What the buttons carry: 64 bytes at most."""

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from apps.bot.callback_fields import Id, Page
from core.person import Role


class InviteAs(CallbackData, prefix="invite"):
    role: Role


class PersonStep(StrEnum):
    SHOW = "show"
    REMOVE = "rm"  # asks whether that is meant
    REMOVED = "rm!"


class PersonButton(CallbackData, prefix="person"):
    """`page` is that of the list on which they stand."""

    step: PersonStep
    user_id: Id
    page: Page


class PeopleList(CallbackData, prefix="people"):
    """Back to the list."""

    page: Page


class ChannelStep(StrEnum):
    SHOW = "show"
    CHECK = "check"
    REMOVE = "rm"
    REMOVED = "rm!"


class ChannelButton(CallbackData, prefix="channel"):
    """`page` is that of the list on which it stands."""

    step: ChannelStep
    id: Id
    page: Page


class ChannelList(CallbackData, prefix="channels"):
    """Back to the list."""

    page: Page


class AddChannel(CallbackData, prefix="addchannel"):
    """How a channel is added."""


class AddNamed(CallbackData, prefix="addnamed"):
    """Adds that one; `name` is without its @."""

    name: Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9_]{3,31}$")]


class Cancel(CallbackData, prefix="cancel"):
    """Out of whatever conversation this is."""
