"""What the buttons of posts carry: 64 bytes at most."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from apps.bot.callback_fields import Id, Moment, Page
from apps.bot.settling import Settling


class DraftStep(StrEnum):
    SHOW = "show"
    CHANNELS = "to"
    BUTTONS = "btn"  # asks for them
    BARE = "bare"  # none any more
    COPY = "copy"
    FORWARD = "fwd"
    NOW = "now"
    LATER = "later"
    REPEAT = "rep"
    REPLACE = "put"  # into the message that is edited
    DROP = "drop"
    RESUME = "go"  # it was left off for something else
    ANEW = "anew"  # another in its place


class DraftButton(CallbackData, prefix="draft"):
    """`revision` is that of the draft when the button was shown."""

    step: DraftStep
    draft: Id
    revision: Id


class ChannelTick(CallbackData, prefix="tick"):
    """A channel chosen or not; 0 for none, which turns the page."""

    draft: Id
    channel: Id
    page: Page


class RuleButton(CallbackData, prefix="rule"):
    """How it repeats; "" asks for words."""

    draft: Id
    rule: str


class Of(StrEnum):
    """Whose time is asked for."""

    DRAFT = "d"
    MESSAGE = "m"  # one that waits in the queue
    BROADCAST = "b"  # a draft, too
    SCHEDULED = "s"  # a broadcast that is to begin


class PickTime(CallbackData, prefix="pick"):
    of: Of
    id: Id


class WriteTime(CallbackData, prefix="write"):
    of: Of
    id: Id


class CalendarButton(CallbackData, prefix="cal", sep="|"):
    """`cell` is what CalendarPages has put there; "" opens this month."""

    of: Of
    id: Id
    cell: str


class At(CallbackData, prefix="at"):
    """`at` is in whole seconds since 1970."""

    of: Of
    id: Id
    at: Moment


class Agreed(CallbackData, prefix="yes"):
    of: Of
    id: Id
    revision: Id
    at: Moment


class QueuePage(CallbackData, prefix="queue"):
    """`channel` is the id of a Channel, 0 for all."""

    channel: Id
    page: Page


class QueueChannels(CallbackData, prefix="queueof"):
    """Asks whose queue."""

    page: Page


class EntryStep(StrEnum):
    SHOW = "show"
    LOOK = "look"  # as it will be seen
    EDIT = "edit"
    NOW = "now"
    CANCEL = "rm"  # asks whether that is meant
    CANCELLED = "rm!"
    RETRY = Settling.RETRY
    RESEND = Settling.RESEND
    SENT = Settling.SENT
    END = "end"  # of its series; asks whether that is meant
    ENDED = "end!"


class EntryButton(CallbackData, prefix="entry"):
    """Of the queue: a message, or (`message` 0) the time `at` of a series that has none yet."""

    step: EntryStep
    message: Id
    series: Id
    at: Moment


class SentPage(CallbackData, prefix="sents"):
    page: Page


class SentStep(StrEnum):
    SHOW = "show"
    EDIT = "edit"
    DELETE = "rm"
    DELETED = "rm!"
    PIN = "pin"
    UNPIN = "unpin"


class SentButton(CallbackData, prefix="sent"):
    step: SentStep
    message: Id
