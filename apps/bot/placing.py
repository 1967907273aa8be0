"""A draft becomes messages of the ledger: one for each channel, each under a key of its own."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from apps.bot.drafts import Draft
from apps.bot.office import Office
from core.broadcast import BY_PERSON
from core.channel import Channel
from core.errors import KeyConflict
from core.message import Content, Message, OnUncertain, Request
from core.recurrence import Recurrence
from core.recurring_message import Missed
from infra.celery.runtime import send_policy

Write: TypeAlias = Callable[[Request], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Placed:
    """`ids` are of the ledger's messages, or of its series; `refused` are the chats that have
    another version of the draft already, which stays. The others got this one.
    """

    ids: tuple[int, ...]
    refused: tuple[str, ...]


def requests(
    office: Office,
    draft: Draft,
    content: Content,
    channels: Sequence[Channel],
    by: int,
    due_at: datetime | None,
) -> list[Request]:
    """`by` is the writer. The same draft asks for the same messages, however often it asks.

    Where Telegram's answer is lost a person decides: they are at hand, and asked by an alert.
    """
    return [
        Request(
            chat_id=channel.facts.chat_id,
            content=content,
            due_at=due_at,
            key=f"{BY_PERSON}{by}:{draft.id}:{channel.facts.chat_id}",
            on_uncertain=OnUncertain.PARK,
            max_attempts=send_policy(office.settings).max_attempts,
        )
        for channel in channels
    ]


async def schedule(office: Office, asked: Sequence[Request]) -> Placed:
    """Raises TransitionRefused where one that was placed before is on its way."""

    async def write(request: Request) -> int:
        found = await office.ledger.intake.schedule(request)
        if not found.created:
            await _at_its_time(office, found.message, request.due_at)
        return found.message.id

    return await _each(asked, write)


async def repeat(office: Office, asked: Sequence[Request], recurrence: Recurrence) -> Placed:
    """Raises InvalidInput where nothing is to come."""

    async def write(request: Request) -> int:
        return (await office.ledger.series.create(request, recurrence, Missed.SEND)).series.id

    return await _each(asked, write)


async def is_placed(office: Office, asked: Sequence[Request]) -> bool:
    """Whether a press that is done anew, after a crash, has done its work before."""
    try:
        return any([await office.ledger.intake.find(request) is not None for request in asked])
    except KeyConflict:  # another version was
        return True


async def _each(asked: Sequence[Request], write: Write) -> Placed:
    ids, refused = [], []
    for request in asked:
        try:
            ids.append(await write(request))
        except KeyConflict:
            refused.append(request.chat_id)
    return Placed(tuple(ids), tuple(refused))


async def _at_its_time(office: Office, message: Message, due_at: datetime | None) -> None:
    """Of two presses the later tells the time: what the first has done was not seen, or there
    would have been no second. Raises TransitionRefused where the message is on its way.
    """
    wanted, now = message.wanted_at, office.now()
    is_other = wanted != due_at if due_at is not None else wanted > now
    if is_other:
        await office.ledger.desk.reschedule(message.id, due_at or now)
