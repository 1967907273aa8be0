"""A broadcast that runs, for tests of what is told of one."""

from datetime import UTC, datetime

from core.broadcast import Broadcast, BroadcastState, Tally
from core.message import Content, OnUncertain

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
TEXT = Content("sendMessage", {"text": "hello"})
BROADCAST = Broadcast(
    id=1,
    bot_id=7,
    key="key",
    name="",
    content=TEXT,
    state=BroadcastState.RUNNING,
    why="",
    audience=None,
    fields=None,
    hours=None,
    paid=False,
    errors_in_a_row=100,
    on_uncertain=OnUncertain.PARK,
    max_attempts=6,
    expires_at=None,
    created_at=NOON,
    wanted_at=NOON,
    opens_at=NOON,
    started_at=NOON,
    ended_at=None,
    built=True,
    tally=Tally(),
)
