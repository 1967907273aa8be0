"""Which message a coroutine is busy with: for whoever writes a line about it into a log."""

from contextvars import ContextVar

from core.message import Claim

delivering: ContextVar[Claim | None] = ContextVar("delivering", default=None)
"""Set while one message is in hand, so that nothing on the way has to hand its ids on. To set it
takes far less than a hundredth of the CPU of a send."""
