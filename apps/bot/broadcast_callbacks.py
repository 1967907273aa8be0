"""What the buttons of broadcasts carry: 64 bytes at most."""

from enum import StrEnum
from hashlib import sha256

from aiogram.filters.callback_data import CallbackData

MARK_DIGITS = 16


def mark_of(name: str) -> str:
    """Names are longer than a button may carry: so it carries this of them."""
    return sha256(name.encode()).hexdigest()[:MARK_DIGITS]


class BroadcastsPage(CallbackData, prefix="bcs"):
    """Those older than this one; 0 for the newest."""

    before: int


class NewBroadcast(CallbackData, prefix="bcnew"):
    """`instead` is the draft whose place it takes; 0 for none."""

    instead: int


class PlanStep(StrEnum):
    WHOM = "whom"  # asks for whom it is
    TEST = "test"
    NOW = "now"  # asks whether that is meant
    LATER = "later"


class PlanButton(CallbackData, prefix="plan"):
    """`revision` is that of the draft when the button was shown."""

    step: PlanStep
    draft: int
    revision: int


class By(StrEnum):
    """What recipients are chosen by."""

    ALL = "all"
    LIST = "list"
    TAG = "tag"
    LANGUAGE = "lang"


class WhomPage(CallbackData, prefix="whoms"):
    draft: int
    by: By
    page: int


class WhomButton(CallbackData, prefix="whom"):
    """`mark` is that of a list, a tag or a language; "" for all."""

    draft: int
    by: By
    mark: str


class BroadcastStep(StrEnum):
    SHOW = "show"
    START = "start"  # of a draft that was made elsewhere; asks whether that is meant
    STARTED = "start!"
    PAUSE = "pause"
    RESUME = "go"
    CANCEL = "rm"  # asks whether that is meant
    CANCELLED = "rm!"
    REPORT = "rep"
    FILE = "csv"
    RETRY = "again"  # asks whether that is meant
    RETRIED = "again!"


class BroadcastButton(CallbackData, prefix="bc"):
    step: BroadcastStep
    id: int
