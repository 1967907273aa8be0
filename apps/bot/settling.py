"""A message that failed, or of which nobody knows: what a person decides about it."""

from enum import StrEnum

from infra.db.desk import Desk


class Settling(StrEnum):
    """As the buttons below alerts and those below posts carry it."""

    RETRY = "retry"  # what failed
    RESEND = "resend"  # what is uncertain: nobody has seen it
    SENT = "sent"  # what is uncertain: somebody has seen it


async def settle(desk: Desk, message_id: int, step: StrEnum) -> None:
    """By compare-and-set on the message's state: whoever presses first has it. Raises
    TransitionRefused and NotFound.
    """
    deeds = {
        Settling.RETRY: desk.retry,
        Settling.RESEND: desk.settle_resend,
        Settling.SENT: desk.settle_sent,
    }
    await deeds[Settling(step.value)](message_id)
