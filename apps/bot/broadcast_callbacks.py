"""What the buttons of broadcasts carry: 64 bytes at most."""

from enum import StrEnum
from hashlib import sha256
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

MARK_DIGITS = 16

Number = Annotated[int, Field(ge=0, lt=2**63)]
Page = Annotated[int, Field(ge=0, lt=10_000)]
Mark = Annotated[str, Field(max_length=35)]
"""What carries more than that has come from no button of ours."""


class BroadcastsPage(CallbackData, prefix="bcs"):
    """Those older than this one; 0 for the newest."""

    before: Number


class NewBroadcast(CallbackData, prefix="bcnew"):
    """`instead` is the draft whose place it takes; 0 for none."""

    instead: Number


class PlanStep(StrEnum):
    WHOM = "whom"  # asks for whom it is
    PAID = "paid"  # faster, for a fee
    FREE = "free"
    TEST = "test"
    NOW = "now"  # asks whether that is meant
    LATER = "later"


class PlanButton(CallbackData, prefix="plan"):
    """`revision` is that of the draft when the button was shown."""

    step: PlanStep
    draft: Number
    revision: Number


class By(StrEnum):
    """What recipients are chosen by."""

    ALL = "all"
    LIST = "list"
    TAG = "tag"
    LANGUAGE = "lang"


def mark_of(by: By, name: str) -> str:
    """Names are longer than a button may carry: so it carries this of them. A language's code is
    short enough.
    """
    return name if by is By.LANGUAGE else sha256(name.encode()).hexdigest()[:MARK_DIGITS]


class WhomPage(CallbackData, prefix="whoms"):
    draft: Number
    by: By
    page: Page


class WhomButton(CallbackData, prefix="whom"):
    """`mark` is that of a list, a tag or a language; "" for all."""

    draft: Number
    by: By
    mark: Mark


class BroadcastStep(StrEnum):
    SHOW = "show"
    START = "start"  # at once: a draft that was made elsewhere, or one that is to begin; asks
    STARTED = "start!"
    MOVE = "move"  # one that is to begin; asks to when
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
    id: Number
