"""What a person may do with messages, in which states, and what becomes of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from core.errors import AnalyticBotError, NotFound, TransitionRefused
from core.message import State
from infra.db.moments import utc_now
from infra.db.states import FREED, WAITING, ended
from infra.db.tables import messages

m = messages.c


class Act(StrEnum):
    CANCEL = "cancel"
    RETRY = "retry"  # what failed is sent once more
    SETTLE_SENT = "settle_sent"  # the person has seen it in the chat
    SETTLE_RESEND = "settle_resend"  # the person has not seen it: it is sent again


POSSIBLE: Mapping[Act, tuple[State, ...]] = {
    Act.CANCEL: WAITING,
    Act.RETRY: (State.FAILED,),
    Act.SETTLE_SENT: (State.UNCERTAIN,),
    Act.SETTLE_RESEND: (State.UNCERTAIN,),
}
"""From these states. Where a person cancels, those all count as one."""


def values_of(act: Act, max_attempts: int) -> dict[str, Any]:
    """What the row becomes. Sent again, it has as many attempts as a new message."""
    if act is Act.CANCEL:
        return ended(State.CANCELLED, "cancelled")
    if act is Act.SETTLE_SENT:
        return ended(State.SENT, "settled by hand") | {"sent_at": m.ended_at}
    values = waits_until(utc_now()) | {"max_attempts": m.attempts + max_attempts}
    if act is Act.SETTLE_RESEND:
        values.pop("token")  # of the hidden attempt: a late answer still ends it
    return values


def waits_until(moment: Any) -> dict[str, Any]:
    return {**FREED, "due_at": moment, "turn_at": moment, "ended_at": None}


def refusal(message_id: int, state: str | None, states: tuple[State, ...]) -> AnalyticBotError:
    """Why nothing is done with a message that is in this state, None for one that is not there."""
    if state is None:
        return NotFound(f"no message {message_id}; `analyticbot list` shows those there are")
    only = " or ".join(states)
    return TransitionRefused(
        f"message {message_id} is {state}; this can be done only to one that is {only}"
    )


def called_off(broadcast_id: int) -> TransitionRefused:
    return TransitionRefused(f"its broadcast {broadcast_id} is cancelled")
