"""What the buttons of posts carry: 64 bytes at most."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData


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
    draft: int
    revision: int


class ChannelTick(CallbackData, prefix="tick"):
    """A channel chosen or not; 0 for none, which turns the page."""

    draft: int
    channel: int
    page: int


class RuleButton(CallbackData, prefix="rule"):
    """How it repeats; "" asks for words."""

    draft: int
    rule: str


class Of(StrEnum):
    """Whose time is asked for."""

    DRAFT = "d"
    MESSAGE = "m"  # one that waits in the queue
    BROADCAST = "b"  # a draft, too


class PickTime(CallbackData, prefix="pick"):
    of: Of
    id: int


class WriteTime(CallbackData, prefix="write"):
    of: Of
    id: int


class CalendarButton(CallbackData, prefix="cal", sep="|"):
    """`cell` is what CalendarPages has put there; "" opens this month."""

    of: Of
    id: int
    cell: str


class At(CallbackData, prefix="at"):
    """`at` is in whole seconds since 1970."""

    of: Of
    id: int
    at: int


class Agreed(CallbackData, prefix="yes"):
    of: Of
    id: int
    revision: int
    at: int


class QueuePage(CallbackData, prefix="queue"):
    """`channel` is the id of a Channel, 0 for all."""

    channel: int
    page: int


class QueueChannels(CallbackData, prefix="queueof"):
    """Asks whose queue."""

    page: int


class EntryStep(StrEnum):
    SHOW = "show"
    LOOK = "look"  # as it will be seen
    EDIT = "edit"
    NOW = "now"
    CANCEL = "rm"  # asks whether that is meant
    CANCELLED = "rm!"
    END = "end"  # of its series; asks whether that is meant
    ENDED = "end!"


class EntryButton(CallbackData, prefix="entry"):
    """Of the queue: a message, or (`message` 0) the time `at` of a series that has none yet."""

    step: EntryStep
    message: int
    series: int
    at: int


class SentPage(CallbackData, prefix="sents"):
    page: int


class SentStep(StrEnum):
    SHOW = "show"
    EDIT = "edit"
    DELETE = "rm"
    DELETED = "rm!"
    PIN = "pin"
    UNPIN = "unpin"


class SentButton(CallbackData, prefix="sent"):
    step: SentStep
    message: int
