"""A message that waits is changed: from one version that is known to another."""

from datetime import datetime

from apps.api.etags import IfMatch
from apps.api.iso_times import moment_of
from apps.api.office import Office
from apps.api.schemas.message import MessagePatch
from core.errors import ChangedMeanwhile, InvalidInput, TransitionRefused
from core.message import POSTS, Content, Message
from core.revision import revised
from infra.db.desk import NEVER, Change, Never
from infra.db.states import WAITING

TRIES = 5
"""Who names no version changes whatever there is; others may be quicker now and then."""

FIXED = ("chat_id", "on_uncertain", "repeat", "missed")


async def change(
    office: Office, message_id: int, asked: MessagePatch, expected: IfMatch
) -> Message:
    """As it is afterwards. Raises NotFound, TransitionRefused once it is on its way,
    ChangedMeanwhile, InvalidInput.
    """
    for _ in range(TRIES):
        message = await office.ledger.reading.get(message_id)
        if message.state not in WAITING:
            problem = f"message {message_id} is {message.state}; only what waits can be changed"
            raise TransitionRefused(problem)
        expected.check(message)
        wanted = _change(message, asked, office.now())
        try:
            await office.ledger.desk.change(message_id, wanted, message.version)
        except ChangedMeanwhile:
            if not expected.is_any:
                raise
        else:
            return await office.ledger.reading.get(message_id)
    raise TransitionRefused(f"message {message_id} is being changed by others; try again")


def _change(message: Message, asked: MessagePatch, now: datetime) -> Change:
    """Raises InvalidInput, or TransitionRefused for what its message does not own."""
    for name in FIXED:
        if name in (asked.model_extra or {}):
            raise InvalidInput(name, "cannot be changed", "cancel it and make another")
    wanted = Change(_content(message, asked), _due_at(asked, now), _expires_at(asked, now))
    if wanted == Change():
        raise InvalidInput(
            "body", "changes nothing", "give at, expires_at or a part of the content"
        )
    due_at = wanted.due_at or message.wanted_at
    expires_at = wanted.expires_at or message.expires_at
    if isinstance(expires_at, datetime) and expires_at <= due_at:
        field = "expires_at" if wanted.expires_at is not None else "at"
        raise InvalidInput(field, "leaves no time to send: it expires before", "change both")
    return wanted


def _content(message: Message, asked: MessagePatch) -> Content | None:
    changes = asked.changes()
    if not changes:
        return None
    if message.broadcast_id != POSTS:
        told = f"message {message.id} has the content of broadcast {message.broadcast_id}"
        raise TransitionRefused(f"{told}, which all of its recipients get")
    with asked.told():
        return revised(message.content, changes)


def _due_at(asked: MessagePatch, now: datetime) -> datetime | None:
    if "at" not in asked.model_fields_set:
        return None
    if asked.at is None:
        raise InvalidInput("at", "is null", "give a time, or leave it out")
    return moment_of(asked.at, asked.zone, now)


def _expires_at(asked: MessagePatch, now: datetime) -> datetime | Never | None:
    if "expires_at" not in asked.model_fields_set:
        return None
    if asked.expires_at is None:
        return NEVER
    return moment_of(asked.expires_at, asked.zone, now, "expires_at")
